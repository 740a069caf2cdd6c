/**
 * Goes into a room while the rest of the page is still on its way: key, token and line first, then the
 * faces of who is there.
 *
 *     key ──┐
 *     challenge ─▶ token ─┐
 *     line ───────────────┴▶ join ─▶ welcome ─▶ others' avatars
 */
import { coreModule } from "../core/core.js";
import { findGraphicsProcessor } from "../scene/graphics.js";
import { Avatars } from "./avatars.js";
import { RoomConnection } from "./connection.js";
import { DeviceKey } from "./device-key.js";
import { People } from "./people.js";
import { loadPreferences } from "./preferences.js";
import { wornLast } from "./worn.js";

/** Milliseconds for which the page's own work waits for the room to answer: both need its thread. */
const patience = 400;

/**
 * @typedef {object} Arrival
 * @property {{room: string, invite: string | undefined} | null} asked
 * @property {import("./preferences.js").Preferences} preferences
 * @property {Promise<People>} people
 * @property {RoomConnection | null} connection tells nothing before `listen`
 * @property {Avatars} avatars
 * @property {() => {name: string, avatar: string | null}} wear asked at each joining; may be set
 * @property {Promise<void>} answered the room has answered and avatars are on their way, or it takes time
 * @property {Promise<"gpu" | "processor">} draw what draws here
 * @property {boolean} isCompanion whether this device is only the camera of another one
 */

/**
 * @param {{room: string, invite: string | undefined} | null} asked the room, if the address names one
 * @returns {Arrival}
 */
export function arrive(asked) {
  const preferences = loadPreferences();
  if (asked && !preferences.name) preferences.name = `Guest ${Math.floor(1000 * Math.random())}`;
  const challenge = asked ? People.challenge() : undefined;
  const options = new URLSearchParams(location.search), drawing = options.get("draw");
  const isAsked = drawing === "gpu" || drawing === "processor";
  const draw = isAsked ? Promise.resolve(drawing)
    : findGraphicsProcessor().then((isThere) => (isThere ? "gpu" : "processor"));
  const people = DeviceKey.ofThisBrowser().then((key) => new People(key, { challenge }));
  // Whoever awaits it hears of a failure.
  people.catch(() => {});
  const avatars = new Avatars(people);
  /** @type {Arrival} */
  const arrival = {
    asked, preferences, people, avatars, connection: null, answered: Promise.resolve(),
    wear: () => ({ name: preferences.name, avatar: wornLast() }),
    draw, isCompanion: options.has("camera"),
  };
  if (!asked) return arrival;
  coreModule().catch(() => {});
  avatars.prepare();
  const connection = new RoomConnection(asked.room, async () => {
    const { name, avatar } = arrival.wear();
    const { token } = await (await people).session(name);
    return {
      token, invite: asked.invite, name, avatar: avatar ?? undefined,
      companion: arrival.isCompanion || undefined,
    };
  });
  let answer = () => {};
  arrival.answered = new Promise((resolve) => {
    answer = resolve;
    setTimeout(resolve, patience);
  });
  connection.hold((message) => {
    if (message.t !== "welcome") return;
    const worn = Object.entries(message.state)
      .filter(([key, person]) => key.startsWith("person/") && !person.isCompanion && person.avatar
        && person.isConnected !== false && person.participant !== message.participant)
      .map(([, person]) => avatars.begin(person.avatar));
    Promise.all(worn).then(() => {
      if (worn.length > 0) beginConnections();
      answer();
    });
  });
  connection.open();
  arrival.connection = connection;
  return arrival;
}

/** The first peer connection of a page holds its thread for .2 s: now, while avatars open in workers. */
function beginConnections() {
  if ("RTCPeerConnection" in globalThis) new RTCPeerConnection().close();
}
