/** What this page asks of a browser. */

/** A module with two SIMD instructions in it. */
const simdModule = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0,
  253, 15, 253, 98, 11);

/**
 * The first thing that is missing, in words; WebGL is the stage's to ask for.
 * @returns {string | null}
 */
export function missingFeature() {
  if (!hasModuleWorkers()) return "module workers";
  const hasSIMD = typeof WebAssembly === "object" && WebAssembly.validate(simdModule);
  if (!hasSIMD) return "WebAssembly SIMD";
  return null;
}

function hasModuleWorkers() {
  if (typeof Worker !== "function") return false;
  let asked = false;
  const options = { get type() { asked = true; return "module"; } };
  try {
    // Any address of this site will do: it ends before it begins.
    new Worker(import.meta.url, options).terminate();
  } catch {
    // A policy may forbid this worker; whether `type` was looked at is known all the same.
  }
  return asked;
}
