/** One's devices: an account, a recovery file, another device taken in by its code. */
import { element, freshId } from "../parts/element.js";
import { DeviceKey } from "./device-key.js";
import { saveBlob } from "./save-blob.js";

/**
 * @param {import("./people.js").People} people
 * @returns {{element: HTMLElement, refresh: () => Promise<void>}}
 */
export function makeDevicesSection(people) {
  const codeId = freshId("devices");
  const status = element("p", { class: "muted small", role: "status" });
  const list = element("ul", { class: "roster" });
  const code = element("input", { type: "text", id: codeId, maxlength: 9, autocomplete: "off" });
  const button = (/** @type {string} */ words, /** @type {() => Promise<any>} */ work) => element(
    "button", { type: "button", class: "button", onclick: () => run(work) }, words);
  const file = element("input", {
    type: "file", accept: ".json", class: "unseen", tabindex: -1, "aria-hidden": "true",
    onchange() {
      const [chosen] = file.files;
      file.value = "";
      if (chosen) run(() => recover(chosen));
    },
  });
  const keep = button("Make an account", async () => {
    await people.changeMe({ isGuest: false });
    return "This browser's key is your account. Save a recovery file, for when this browser is lost.";
  });
  const made = element(
    "section", { class: "stack" }, element("h3", {}, "Account and devices"), list,
    element("div", { class: "buttons" }, keep, button("Save a recovery file", saveRecovery),
      element("button", { type: "button", class: "button", onclick: () => file.click() }, "Use a recovery file"),
      button("Take this device in", ask), file),
    element("form", { class: "chat-form", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      run(approve);
    } },
      element("div", { class: "field" }, element("label", { for: codeId }, "Code that another device of yours shows"), code),
      element("button", { type: "submit", class: "button" }, "Approve")),
    status);

  async function run(/** @type {() => Promise<any>} */ work) {
    status.textContent = "…";
    try {
      status.textContent = await work() ?? "";
      await refresh();
    } catch (error) {
      status.textContent = /** @type {Error} */ (error).message;
    }
  }

  async function saveRecovery() {
    const { person } = await people.session();
    const { key, secret } = await DeviceKey.forRecovery();
    const certificate = await people.key.certify(person, key.text);
    await people.addDevice({ ...certificate, name: "Recovery file", kind: "recovery" });
    const content = { visavisRecovery: 1, person, key: key.text, secret };
    saveBlob(new Blob([JSON.stringify(content, null, 1)]), "visavis-recovery.json");
    return "Keep the file where nobody else finds it: whoever has it can act as you.";
  }

  async function recover(/** @type {File} */ chosen) {
    const { person, key, secret } = JSON.parse(await chosen.text().catch(() => "{}"));
    const recovery = await DeviceKey.fromRecovery(secret, key);
    // Asked for by this key itself: nobody is made a device of somebody else's without having asked.
    await people.askForPairing(deviceName());
    const certificate = await recovery.certify(person, people.key.text);
    await people.addDeviceAs(recovery, { ...certificate, name: deviceName(), kind: "device" });
    return "This browser is yours again.";
  }

  async function ask() {
    const { code: shown } = await people.askForPairing(deviceName());
    return `Enter this code on a device of yours: ${shown}`;
  }

  async function approve() {
    const { key, name } = await people.pairing(code.value.trim());
    const { person } = await people.session();
    await people.addDevice({ ...await people.key.certify(person, key), name, kind: "device" });
    code.value = "";
    return `${name} is taken in.`;
  }

  async function refresh() {
    const { isGuest, devices = [] } = await people.me();
    keep.hidden = !isGuest;
    list.replaceChildren(...devices.map((/** @type {any} */ device) => element(
      "li", {},
      element("span", { class: "who" }, element("strong", {}, device.name ?? "Device"),
        element("span", { class: "muted small" }, device.key === people.key.text ? "this one" : "")),
      devices.length > 1 ? element("button", {
        type: "button", class: "chip", "aria-label": `Remove ${device.name}`,
        onclick: () => run(() => people.removeDevice(device.key)),
      }, "Remove") : null)));
  }

  return {
    element: made,
    async refresh() {
      await refresh().catch(() => {});
    },
  };
}

/** What this device is called in the list. */
function deviceName() {
  const { userAgent } = navigator;
  const system = /Android|iPhone|iPad|Quest|Windows|Mac OS|Linux/.exec(userAgent)?.[0] ?? "device";
  const browser = /Firefox|Edg|Chrome|Safari/.exec(userAgent)?.[0].replace("Edg", "Edge") ?? "Browser";
  return `${browser} on ${system}`;
}
