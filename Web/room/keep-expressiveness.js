/**
 * What somebody chose in the mirror goes with them: kept by the server for each avatar, and brought to
 * their other devices.
 */
import { settingsKey } from "../mirror/settings.js";

/** The most avatars whose settings are kept. */
const most = 8;

/**
 * Brings this browser's settings of an avatar and the server's together; this browser's count, where
 * it has some.
 * @param {import("./people.js").People} people
 * @param {string} avatar its identity, see `identityOf`
 * @param {Pick<Storage, "getItem" | "setItem">} [storage]
 * @returns {Promise<boolean>} whether this browser has got settings that it had not
 */
export async function keepExpressiveness(people, avatar, storage = localStorage) {
  const key = settingsKey(avatar), mine = storage.getItem(key);
  const { expressiveness } = await people.me();
  const kept = expressiveness && typeof expressiveness === "object" ? expressiveness : {};
  if (mine === null) {
    if (typeof kept[avatar] !== "string") return false;
    storage.setItem(key, kept[avatar]);
    return true;
  }
  if (kept[avatar] === mine) return false;
  const others = Object.entries(kept).filter(([id]) => id !== avatar).slice(1 - most);
  await people.changeMe({ expressiveness: Object.fromEntries([...others, [avatar, mine]]) });
  return false;
}
