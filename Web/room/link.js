/** Links to rooms: `/room/#ROOM` or `/room/#ROOM.SECRET`. The part behind # never leaves the browser. */

/**
 * @param {string} hash as in `location.hash`
 * @returns {{room: string, invite: string | undefined} | null}
 */
export function roomIn(hash) {
  const match = /^#?([a-z2-7]{26})(?:\.([\w-]{8,128}))?$/.exec(hash);
  return match ? { room: match[1], invite: match[2] } : null;
}

/**
 * @param {string} room
 * @param {string} [secret]
 * @param {string} [base]
 */
export function linkTo(room, secret, base = location.href) {
  const url = new URL("/room/", base);
  url.hash = secret ? `${room}.${secret}` : room;
  return url.href;
}
