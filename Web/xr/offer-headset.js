/** A button for the headset, where there is one: virtual reality first, mixed where that is all. */

/** @type {Record<string, string>} */
const words = { "immersive-vr": "Headset", "immersive-ar": "In this room" };

/**
 * Shows a button for each mode that the browser offers, from one that is in the page.
 * @param {{modes: () => Promise<string[]>, isOn: boolean, enter: (mode: any) => Promise<void>, exit: () => Promise<void>} | null} headset
 * @param {HTMLElement} button
 * @param {(error: Error) => void} ontrouble
 */
export async function offerHeadset(headset, button, ontrouble) {
  if (!headset) return;
  const offer = async () => {
    const modes = await headset.modes();
    for (const other of button.parentElement.querySelectorAll("[data-headset]")) {
      if (other !== button) other.remove();
    }
    button.hidden = modes.length === 0;
    modes.forEach((mode, i) => {
      const each = /** @type {HTMLElement} */ (i === 0 ? button : button.cloneNode());
      if (i > 0) {
        each.removeAttribute("id");
        button.after(each);
      }
      each.textContent = words[mode];
      each.dataset.headset = mode;
      each.onclick = () => {
        const done = headset.isOn ? headset.exit() : headset.enter(mode);
        done.catch(ontrouble);
      };
    });
  };
  await offer();
  // Headsets are put on and taken off.
  /** @type {any} */ (navigator).xr?.addEventListener?.("devicechange", offer);
}
