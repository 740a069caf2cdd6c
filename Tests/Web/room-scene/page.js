// What room_scene_test.py calls, as `room`.
import { RemoteAvatar } from "/core/avatar.js";
import { RoomScene } from "/room/scene/room-scene.js";

const canvas = document.querySelector("canvas");
const overlay = document.getElementById("overlay");

/** Opens a room; the page's own person is participant 1. */
export function open({ surroundings = "darkness", arrangement = "facing", draw, seat = 0 } = {}) {
  const scene = new RoomScene(canvas, overlay, { draw });
  scene.surroundings = surroundings;
  scene.arrangement = arrangement;
  scene.setPerson(1, { name: "Me", seat, isSelf: true });
  scene.addEventListener("failure", ({ error }) => console.error(error));
  globalThis.roomScene = scene;
  return scene;
}

/** Opens an avatar for each participant and seats them. */
export async function seat(scene, url, seats) {
  return Promise.all(seats.map(async (number, i) => {
    const avatar = await RemoteAvatar.open(url);
    await avatar.whole;
    scene.setPerson(i + 2, { name: `Person ${i + 2}`, seat: number, avatar });
    return avatar;
  }));
}

/** The resting state of an avatar, changed. */
export function stateOf(avatar, { jawOpen = 0, turn = 0 } = {}) {
  const { resting } = avatar.info;
  const expression = resting.expression.slice();
  // ARKit's order; see Sources/FaceRig.
  expression[jaw] = jawOpen;
  const head = resting.head.slice();
  head[1] += turn;
  return { ...resting, expression, head, torso: resting.torso.slice() };
}

const jaw = 17;

/** Resolves when nothing is left to be drawn. */
export async function settled(scene) {
  for (let calm = 0; calm < 4;) {
    await new Promise((done) => setTimeout(done, 40));
    calm = scene.isSettled ? calm + 1 : 0;
  }
}

/** What the canvas shows, from the task that drew it. */
export function pixels(scene) {
  return new Promise((resolve) => {
    scene.addEventListener("picture", () => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      resolve(copy.getImageData(0, 0, canvas.width, canvas.height));
    }, { once: true });
    scene.start();
  });
}

globalThis.room = { open, seat, stateOf, settled, pixels, canvas, overlay, RemoteAvatar };
