/** The server's enrolments and avatars (docs/http-api.md). */
import { ScanFailure } from "./failures.js";

/** The API's address, whatever folder the pages lie in. */
export const api = new URL("../api", import.meta.url);

/**
 * Asks the server.
 * @param {string} path below `/api`
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} a good one
 * @throws {ScanFailure}
 */
export async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(api.href + path, { cache: "no-store", ...options });
  } catch {
    throw new ScanFailure("noServer");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  // What lies between this page and the server answers without problems.
  if (!problem?.detail) throw new ScanFailure("noServer");
  const failure = new ScanFailure("refused", problem.detail);
  failure.status = response.status;
  failure.type = problem.type;
  throw failure;
}

/** What the server is, and its limits. */
export async function serverAbout() {
  return (await ask("")).json();
}

/**
 * Orders an avatar of an upload.
 * @param {string} upload its identifier
 * @param {{name: string, keepsVideo: boolean, quality: string}} order
 */
export async function orderAvatar(upload, order) {
  const response = await ask("/enrollments", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ upload, consent: true, ...order }),
  });
  return response.json();
}

/** @param {string} id */
export async function removeEnrollment(id) {
  await ask(`/enrollments/${id}`, { method: "DELETE" });
}

/** @param {string} id */
export async function retryEnrollment(id) {
  return (await ask(`/enrollments/${id}/retry`, { method: "POST" })).json();
}

/** Removes everything the server keeps. */
export async function removeEverything() {
  await ask("/data", { method: "DELETE" });
}

/** The avatars on the server, the newest first. */
export async function listAvatars() {
  return (await (await ask("/avatars")).json()).avatars;
}

/**
 * Watches an enrolment until it is over; goes on when the connection or the server comes back.
 *
 * @param {string} id
 * @param {object} listeners
 * @param {(view: any) => void} listeners.onchange
 * @param {(isReachable: boolean) => void} listeners.onreach whether the server can be reached
 * @param {(failure: ScanFailure) => void} listeners.onfailure nothing more will come
 * @returns {() => void} ends watching
 */
export function watchEnrollment(id, { onchange, onreach, onfailure }) {
  const source = new EventSource(`${api.href}/enrollments/${id}/events`);
  let timer = 0;
  const end = () => {
    source.close();
    clearTimeout(timer);
  };
  source.addEventListener("state", (event) => {
    onreach(true);
    const view = JSON.parse(event.data);
    if (["done", "failed", "cancelled"].includes(view.state)) end();
    onchange(view);
  });
  source.addEventListener("error", () => {
    onreach(false);
    if (source.readyState !== EventSource.CLOSED) return;
    // Refused for good, or the server was away: its answer to a plain question tells.
    const check = async () => {
      try {
        await ask(`/enrollments/${id}`);
        end();
        restart();
      } catch (error) {
        if (error.kind === "refused") onfailure(error);
        else timer = setTimeout(check, 2000);
      }
    };
    check();
  });
  let stop = end;
  const restart = () => { stop = watchEnrollment(id, { onchange, onreach, onfailure }); };
  return () => stop();
}
