/** Single keys that act while nothing is being typed. */

/**
 * @param {Record<string, () => void>} actions by key in lower case
 * @returns {{enabled: boolean}} can be switched off, for those whom single keys disturb
 */
export function listenToKeys(actions) {
  const keys = { enabled: true };
  addEventListener("keydown", (event) => {
    const isPlain = !(event.altKey || event.ctrlKey || event.metaKey || event.repeat);
    if (!isPlain || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    const isEscape = event.key === "Escape";
    if (!keys.enabled && !isEscape) return;
    const action = actions[isEscape ? "escape" : event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  return keys;
}
