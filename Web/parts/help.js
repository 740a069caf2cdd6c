import { dialog } from "./dialog.js";
import { element } from "./element.js";

/**
 * A dialog that lists keys and what they do.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {[string[], string][]} options.keys keys, and what they do
 * @param {(Node | string)[]} [options.more] below the keys
 * @returns {HTMLDialogElement}
 */
export function help({ title, keys, more = [] }) {
  const rows = keys.flatMap(([names, words]) => [
    element("dt", {}, ...names.flatMap((name, i) => [i ? " " : "", element("kbd", {}, name)])),
    element("dd", {}, words),
  ]);
  return dialog({ title, content: [element("dl", { class: "keys" }, ...rows), ...more] });
}
