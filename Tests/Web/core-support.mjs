// What the core's tests share: the built core, workers in place, files that may be missing.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The built cores' bytes: `Scripts/build-web` makes them. */
export const coreBytes = () => readFileSync(join(root, '.build-web/visavis.wasm'));
export const signingBytes = () => readFileSync(join(root, '.build-web/signing.wasm'));
export const trackingBytes = () => readFileSync(join(root, '.build-web/tracking.wasm'));

/** A file of the asset cache, or null. */
export function asset(path) {
  const cache = process.env.VISAVIS_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visavis');
  const file = join(cache, path);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
}

/**
 * A vector that the native build of the same sources wrote just now (`browser-vectors --streams`,
 * which Scripts/test-web runs); null where nothing native has been built.
 */
export function fresh(name) {
  const file = join(root, '.build-web/vectors', name);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
}

/** Why a test against fresh vectors does not run, or false. */
export const noFresh = fresh('talk.vvs') ? false : 'browser-vectors has not been built natively';

/** A golden vector. */
export const vector = (name) => new Uint8Array(readFileSync(join(root, 'Tests/Vectors', name)));

/**
 * A worker that runs in this thread: the service on one side, messages cloned and transferred as a
 * browser does.
 */
export function workerOf(Service) {
  const worker = { onmessage: null, onerror: null, ended: false, messages: 0 };
  const service = new Service((message, transfer = []) => {
    const data = structuredClone(message, { transfer });
    worker.messages += 1;
    setImmediate(() => worker.ended || worker.onmessage?.({ data }));
  });
  worker.postMessage = (message, transfer = []) => {
    const data = structuredClone(message, { transfer });
    setImmediate(() => worker.ended || service.handle(data));
  };
  worker.terminate = () => {
    worker.ended = true;
  };
  return worker;
}
