/** Milliseconds that are looked back on. */
const span = 3000;

/** Bits a second of packets that came lately. */
export class BitRate {
  /** @type {{bytes: number, time: number}[]} */
  #packets = [];

  /**
   * @param {number} bytes
   * @param {number} time milliseconds
   */
  add(bytes, time) {
    this.#packets.push({ bytes, time });
    while (this.#packets[0].time < time - span) this.#packets.shift();
  }

  /**
   * @param {number} now milliseconds
   * @returns {number | null} null before there is enough to say, and when nothing comes any more
   */
  at(now) {
    const packets = this.#packets.filter(({ time }) => time >= now - span);
    if (packets.length < 5) return null;
    const seconds = (packets[packets.length - 1].time - packets[0].time) / 1000;
    if (seconds < 0.5) return null;
    // The first packet's bits belong to the time before it.
    const bytes = packets.slice(1).reduce((sum, packet) => sum + packet.bytes, 0);
    return (8 * bytes) / seconds;
  }
}
