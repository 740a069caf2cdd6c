/** The panel that tunes how much is shown, how smoothly, and by which camera. */
import { element, freshId } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { slider } from "../parts/slider.js";
import { toggle } from "../parts/toggle.js";
import { regions } from "./channels.js";
import { presetOf, presets } from "./presets.js";
import { addedDelay } from "./smoothing.js";

/** @typedef {import("./settings.js").MirrorSettings} MirrorSettings */

/**
 * @typedef {object} PanelActions
 * @property {() => void} onchange settings were changed, in place
 * @property {() => void} oncalibrate
 * @property {() => void} onuncalibrate
 * @property {(id: string) => void} oncamera
 * @property {(on: boolean) => void} onpreview
 * @property {(isMe: boolean) => void} onme
 * @property {() => void} onclose
 */

/** @param {number} gain */
const percent = (gain) => `${Math.round(gain * 100)} %`;

/** @param {string} word */
const capital = (word) => word[0].toUpperCase() + word.slice(1);

/**
 * Fills the panel.
 * @param {HTMLElement} panel
 * @param {PanelActions} actions
 */
export function makeTunePanel(panel, actions) {
  /** @type {MirrorSettings | null} */
  let settings = null;

  const sliders = Object.fromEntries(regions.map((region) => [region, slider({
    name: capital(region), least: 0, most: 2, step: 0.05, value: 1, usual: 1, words: percent,
    onchange(gain) {
      settings.expressiveness.gains[region] = gain;
      show();
      actions.onchange();
    },
  })]));
  const chips = presets.map((preset) => element("button", {
    type: "button", class: "chip", title: capital(preset.words), "aria-pressed": "false",
    onclick() {
      Object.assign(settings.expressiveness.gains, preset.gains);
      show();
      actions.onchange();
    },
  }, preset.name));

  const calibrate = element(
    "button", { type: "button", class: "button", onclick: actions.oncalibrate }, "Calibrate");
  const uncalibrate = element(
    "button", { type: "button", class: "button quiet", onclick: actions.onuncalibrate },
    "Undo calibration");
  const calibration = element(
    "p", { class: "muted small", role: "status" });

  const smoothing = slider({
    name: "Smoothing", least: 0, most: 1, step: 0.05, value: 0, usual: 0.2,
    words: (amount) =>
      amount === 0 ? "off" : `up to +${Math.round(addedDelay(amount) * 1000)} ms`,
    hint: "Steadier to the right, quicker to the left.",
    onchange(amount) {
      settings.smoothing = amount;
      actions.onchange();
    },
  });

  const cameraId = freshId("camera");
  const cameras = element("select", {
    id: cameraId, onchange: () => actions.oncamera(cameras.value),
  });
  const cameraField = element(
    "div", { class: "field", hidden: true }, element("label", { for: cameraId }, "Camera"),
    cameras);
  const preview = toggle({
    name: "Show what the camera sees", on: false, onchange: actions.onpreview,
  });
  const me = toggle({ name: "This avatar is me", on: true, onchange: actions.onme });
  const close = element(
    "button", { type: "button", class: "tool", "aria-label": "Close", onclick: actions.onclose },
    icon("close"));

  panel.append(
    element(
      "section", {},
      element("header", {}, element("h2", {}, "Expressiveness"), close),
      element("p", { class: "muted small" },
        "How much of what you do is shown and sent. Nothing leaves what a face can do, and shut " +
        "eyes stay shut."),
      element("div", { class: "chips", role: "group", "aria-label": "Presets" }, ...chips),
      element("div", {}, ...regions.map((region) => sliders[region].element))),
    element(
      "section", {}, element("h2", {}, "Your face at rest"), calibration,
      element("div", { class: "buttons" }, calibrate, uncalibrate)),
    element("section", {}, element("h2", {}, "Motion and camera"), smoothing.element, cameraField,
      preview.element, me.element));

  function show() {
    const { gains, rest } = settings.expressiveness;
    for (const region of regions) sliders[region].value = gains[region];
    const current = presetOf(gains);
    presets.forEach((preset, i) => {
      chips[i].setAttribute("aria-pressed", String(preset === current));
    });
    smoothing.value = settings.smoothing;
    me.on = settings.isMe;
    uncalibrate.hidden = rest === null;
    if (calibration.dataset.busy !== "yes") {
      calibration.textContent = rest
        ? "Calibrated: your rest is the avatar's rest."
        : "Relax, look into the camera, and calibrate: your rest becomes the avatar's rest.";
    }
  }

  return {
    preview,
    /** @param {MirrorSettings} value changed in place from now on */
    setSettings(value) {
      settings = value;
      show();
    },
    /**
     * @param {string | null} words what happens while calibrating; null when it is over
     */
    setCalibrating(words) {
      calibration.dataset.busy = words ? "yes" : "no";
      calibrate.disabled = words !== null;
      if (words) calibration.textContent = words;
      else show();
    },
    /**
     * @param {{id: string, name: string}[]} list
     * @param {string} current
     */
    setCameras(list, current) {
      cameraField.hidden = list.length < 1;
      cameras.replaceChildren(...list.map(({ id, name }) =>
        element("option", { value: id, selected: id === current }, name)));
    },
    /** Moves the focus in. */
    focus() {
      close.focus();
    },
  };
}
