/** Puts the room page together. */
import { icon } from "../parts/icons.js";
import { toast } from "../parts/toast.js";
import { help } from "../parts/help.js";
import { makeNotice } from "../mirror/notice.js";
import { makeChatPanel } from "./chat-panel.js";
import { DeviceKey } from "./device-key.js";
import { makeInviteDialog } from "./invite-dialog.js";
import { makePeoplePanel } from "./people-panel.js";
import { makePlacePanel } from "./place-panel.js";
import { identityOf } from "../mirror/avatar-loader.js";
import { keepExpressiveness } from "./keep-expressiveness.js";
import { savePreferences } from "./preferences.js";
import { makeRoomDock } from "./room-dock.js";
import { RoomSession } from "./room-session.js";
import { RoomScene } from "./scene/room-scene.js";
import { makeScreenShare } from "./screen-share.js";
import { makeSelfDialog } from "./self-dialog.js";
import { showRooms } from "./rooms-list.js";
import { Sidebar } from "./sidebar.js";
import { Wardrobe } from "./wardrobe.js";

/** Milliseconds between looks at one's own microphone. */
const meterEvery = 80;

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

/** Tells whoever listens on the page, as a test. */
function tell(/** @type {string} */ name, /** @type {any} */ detail) {
  document.dispatchEvent(new CustomEvent(`visavis:${name}`, { detail }));
}

/**
 * Opens the room that the address names, or the list of rooms.
 * @param {import("./arrival.js").Arrival} arrival
 */
export async function startPage(arrival) {
  const notice = makeNotice(byId("notice"));
  const { asked, preferences } = arrival;
  let people;
  try {
    people = await arrival.people;
  } catch (error) {
    arrival.connection?.close();
    notice.showFailure(/** @type {Error} */ (error).message, [
      { words: "Try again", onclick: () => location.reload() }]);
    return;
  }
  addEventListener("hashchange", () => location.reload());
  if (!asked) {
    await showRooms(byId("notice"), people, {
      name: preferences.name,
      onname(name) {
        preferences.name = name;
        savePreferences(preferences);
      },
      onroom(room) { location.hash = room; },
    });
    return;
  }
  await enter(arrival, people, notice);
}

/**
 * @param {import("./arrival.js").Arrival} arrival
 * @param {import("./people.js").People} people
 * @param {any} notice
 */
async function enter(arrival, people, notice) {
  const { asked, preferences, isCompanion } = arrival;
  let faceSeen = performance.now();
  let refreshing = 0;
  let isWelcomed = false;
  let areFacesSeen = false;
  /** @type {Promise<any> | null} */
  let scenery = null;
  const wardrobe = new Wardrobe(people);
  const scene = new RoomScene(byId("stage"), byId("overlay"), { draw: await arrival.draw });
  const options = new URLSearchParams(location.search);
  arrival.wear = () => ({ name: preferences.name, avatar: wardrobe.worn?.id ?? wardrobe.last });
  const session = await RoomSession.open({
    people, scene, room: asked.room, connection: arrival.connection, avatars: arrival.avatars,
    isRelayOnly: options.get("path") === "relay",
    cancelsEcho: options.get("echo") !== "off",
  });
  scene.canWalk = true;
  usePreferences();
  const sidebar = new Sidebar(byId("panel"), {
    people: (panel) => makePeoplePanel(panel, session),
    chat: (panel) => makeChatPanel(panel, session),
    place: (panel) => makePlacePanel(panel, session, scene, preferences, usePreferences, bringScenery),
  }, (name, isOpen) => dock.press(name, isOpen));
  const screen = makeScreenShare(session, scene, trouble);
  const selfDialog = makeSelfDialog({
    people, wardrobe, name: () => preferences.name,
    onname(name) {
      preferences.name = name;
      savePreferences(preferences);
      session.say({ t: "name", name });
    },
    onworn: wear,
    async ondeleted() {
      await session.leave();
      await DeviceKey.forget();
      localStorage.clear();
      location.href = "/room/";
    },
  });
  const invites = makeInviteDialog(people, () => asked.room);
  const dock = makeRoomDock(byId("dock"), {
    microphone: () => switchMicrophone(),
    camera: () => switchCamera(),
    screen: () => screen.toggle().then((isOn) => dock.press("screen", isOn)),
    people: () => sidebar.toggle("people"),
    chat: () => sidebar.toggle("chat"),
    place: () => sidebar.toggle("place"),
    leave: () => leave(),
  });
  const helpDialog = help({
    title: "The room",
    keys: [
      [["←", "→", "↑", "↓"], "Look around; drag does the same"],
      [["W", "A", "S", "D"], "Stand up and walk"],
      [["Home"], "Back to looking straight ahead"],
    ],
  });

  byId("self-button").append(icon("person"));
  byId("self-button").addEventListener("click", () => selfDialog.show());
  byId("help-button").append(icon("help"));
  byId("help-button").addEventListener("click", () => helpDialog.showModal());
  byId("invite-button").addEventListener("click", () => invites.show());
  prepareHeadset();
  scene.addEventListener("walk", ({ detail }) => session.walk(detail.place));
  scene.addEventListener("seat", ({ detail }) => session.say({ t: "sit", seat: detail.seat }));
  scene.addEventListener("person", () => sidebar.open("people"));
  // A pose that failed is followed by others; surroundings are not.
  scene.addEventListener("failure", ({ participant, error }) => { if (participant === undefined) trouble(error); });
  session.addEventListener("people", refresh);
  session.addEventListener("room", refresh);
  session.addEventListener("room", showScenery);
  session.addEventListener("chat", ({ detail }) => {
    sidebar.part("chat").add(detail);
    if (!detail.isOld && !sidebar.isShown("chat")) toast(`${detail.name}: ${detail.text}`);
  });
  session.addEventListener("status", ({ detail }) => showStatus(detail.status));
  session.addEventListener("trouble", ({ detail }) => trouble(detail.error));
  session.addEventListener("refused", ({ detail }) => {
    notice.showFailure(detail.detail, [
      { words: "Try again", onclick: () => location.reload() },
      { words: "My rooms", href: "/room/" }]);
  });
  session.me.addEventListener("seen", ({ detail }) => seen(detail));
  session.me.addEventListener("camera", () => {
    dock.press("camera", session.me.isCameraOn);
    byId("preview").hidden = !session.me.isCameraOn;
    session.me.preview(byId("camera"), session.me.isCameraOn);
  });
  let metering = 0;
  session.me.addEventListener("voice", () => {
    dock.press("microphone", session.me.isMicrophoneOn);
    clearInterval(metering);
    dock.measure("microphone", 0);
    if (!session.me.isMicrophoneOn) return;
    metering = setInterval(() => dock.measure("microphone", session.me.level), meterEvery);
  });
  addEventListener("online", () => session.connection.hurry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) session.connection.hurry();
  });
  // Browsers play nothing before something was clicked.
  for (const name of ["pointerdown", "keydown"]) {
    addEventListener(name, () => { if (session.voices.isBlocked) session.voices.resume(); });
  }
  addEventListener("pagehide", () => session.connection.close());
  for (const name of ["microphone", "camera", "screen"]) dock.enable(name, false);
  showStatus("joining");
  // One's own file is needed for the camera alone, and a scene is large: the others' faces come first.
  session.addEventListener("faces", () => {
    areFacesSeen = true;
    bringLast();
    showScenery();
  }, { once: true });
  session.start();
  tell("room", { session, scene });

  /** Loads what a headset needs only where one may be. */
  async function prepareHeadset() {
    if (!("xr" in navigator) || !scene.stage) return;
    const { Immersion } = await import("../xr/immersion.js");
    if ((await Immersion.modes()).length === 0) return;
    const [{ RoomHeadset }, { offerHeadset }] = await Promise.all([
      import("./room-headset.js"), import("../xr/offer-headset.js")]);
    const headset = new RoomHeadset(scene, session);
    let seat = session.self?.seat;
    session.addEventListener("people", () => {
      if (headset.isOn && seat !== session.self?.seat) headset.sit();
      seat = session.self?.seat;
    });
    offerHeadset(headset, byId("headset-button"), trouble);
  }

  function showScenery() {
    if (areFacesSeen && session.room?.scene && !isCompanion) bringScenery();
  }

  /** Loads what shows scenes only where there is one, or one may be brought. */
  function bringScenery() {
    scenery ??= import("./room-scenery.js").then(({ RoomScenery }) =>
      new RoomScenery(session, people, scene, trouble));
    return scenery;
  }

  function usePreferences() {
    session.voices.isMono = preferences.isMono;
    scene.boundary = preferences.boundary;
    savePreferences(preferences);
  }

  function refresh() {
    if (refreshing) return;
    refreshing = requestAnimationFrame(() => {
      refreshing = 0;
      byId("room-name").textContent = session.room?.name ?? "";
      document.title = `${session.room?.name ?? "Room"} · Visavis`;
      byId("invite-button").hidden = !session.isModerator;
      dock.count("people", session.roster.length);
      sidebar.refresh();
      screen.refresh();
    });
  }

  function showStatus(/** @type {string} */ status) {
    const isHere = status === "here" || status === "returning";
    for (const name of ["microphone", "screen"]) dock.enable(name, isHere);
    dock.enable("camera", isHere && wardrobe.worn !== null);
    byId("self-button").hidden = !isHere;
    hint(status === "returning" ? "The connection was lost; coming back …" : "");
    if (status === "joining") notice.showProgress("Opening the door …", null);
    else if (status === "lobby") notice.showProgress("You have knocked. Somebody in the room lets you in.", null);
    else if (status === "here") welcome();
    refresh();
    tell("status", { status });
  }

  /** What one may still want to do, once. */
  function welcome() {
    const isReady = session.me.isCameraOn || session.me.isMicrophoneOn;
    if (isCompanion || isElsewhere()) {
      offerCamera();
      return;
    }
    if (isReady || isWelcomed) {
      notice.hide();
      return;
    }
    isWelcomed = true;
    notice.showWelcome(
      "You are in",
      wardrobe.worn || wardrobe.last
        ? "The others see you at rest until you turn on camera and microphone."
        : "The others see a plain figure. Choose your avatar, and it does what you do.",
      [
        wardrobe.worn || wardrobe.last
          ? { words: "Camera and microphone", onclick: startBoth }
          : { words: "Choose your avatar", onclick: () => { notice.hide(); selfDialog.show(); } },
        { words: "Microphone only", onclick: () => { notice.hide(); switchMicrophone(); } },
        { words: "Just look", onclick: () => notice.hide() },
      ]);
  }

  /** Whether one is in this room on another device already. */
  function isElsewhere() {
    const { self } = session;
    return session.roster.some((/** @type {any} */ each) =>
      each.person === self?.person && each.participant !== self.participant);
  }

  /** Another device of somebody who is here can be their camera: a phone for a headset. */
  function offerCamera() {
    if (isCompanion) {
      notice.showWelcome(
        "This device is your camera", "Your face goes from here to your other device, and from there to everyone.",
        [{ words: "Turn on the camera", onclick: switchCamera }]);
      return;
    }
    const asCamera = new URL(location.href);
    asCamera.searchParams.set("camera", "");
    notice.showWelcome(
      "You are here on another device", "This one can be its camera: for a headset, or a computer without one.",
      [
        { words: "Be its camera", onclick: () => location.assign(asCamera) },
        { words: "Come in once more", onclick: () => notice.hide() },
      ]);
  }

  async function startBoth() {
    notice.hide();
    await Promise.all([switchMicrophone(), switchCamera()]);
  }

  async function switchMicrophone() {
    if (session.me.isMicrophoneOn) {
      session.me.stopMicrophone();
      return;
    }
    try {
      await session.me.startMicrophone(preferences.microphone);
      notice.hide();
    } catch (error) {
      trouble(error);
    }
  }

  async function switchCamera() {
    if (session.me.isCameraOn) {
      session.me.stopCamera();
      return;
    }
    if (!wardrobe.worn) await bringLast();
    if (!wardrobe.worn) {
      selfDialog.show();
      return;
    }
    hint("Learning to see …");
    try {
      await session.me.startCamera(preferences.camera);
      notice.hide();
    } catch (error) {
      trouble(error);
    }
    hint("");
  }

  /** Puts on what was worn last. */
  async function bringLast() {
    const id = wardrobe.last;
    if (!id || wardrobe.worn) return;
    try {
      await session.me.setAvatar(await wardrobe.wear({ id, name: "" }));
      dock.enable("camera", true);
      bringExpressiveness();
    } catch {
      wardrobe.takeOff();
    }
  }

  async function wear(/** @type {import("./wardrobe.js").Worn | null} */ worn) {
    await session.say({ t: "avatar", avatar: worn?.id ?? null });
    try {
      await session.me.setAvatar(worn);
    } catch (error) {
      trouble(error);
    }
    dock.enable("camera", worn !== null);
    if (worn) bringExpressiveness();
    refresh();
  }

  /** What was chosen in the mirror, here or on another device. */
  async function bringExpressiveness() {
    const isNew = await keepExpressiveness(people, identityOf(session.me.info)).catch(() => false);
    if (isNew) session.me.readSettings();
  }

  function seen(/** @type {{faceCount: number}} */ { faceCount }) {
    const time = performance.now();
    if (faceCount > 0) {
      faceSeen = time;
      if (byId("hint").textContent.startsWith("No face")) hint("");
    } else if (time - faceSeen > 1500) {
      hint("No face in view: come before the camera, in the light.");
    }
  }

  function hint(/** @type {string} */ words) {
    if (byId("hint").textContent !== words) byId("hint").textContent = words;
  }

  function trouble(/** @type {any} */ error) {
    toast(error?.message ?? String(error), { kind: "warning", seconds: 6 });
    tell("trouble", { error });
  }

  async function leave() {
    await session.leave();
    scene.stop();
    notice.showWelcome("You have left", "The others go on.", [
      { words: "Come back", onclick: () => location.reload() },
      { words: "My rooms", href: "/room/" }]);
  }
}
