/** Where the element gets its core and its workers: beside it, or out of the one script it lies in. */

/**
 * @typedef {object} Parts
 * @property {() => Promise<WebAssembly.Module | undefined>} core
 * @property {(name: "avatar" | "recording") => Worker | undefined} createWorker
 */

/** @type {Parts} */
export const parts = { core: async () => undefined, createWorker: () => undefined };
