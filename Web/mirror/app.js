/** Puts the mirror together: what each control does. */
import { icon } from "../parts/icons.js";
import { toast } from "../parts/toast.js";
import { makeAvatarDialog } from "./avatar-dialog.js";
import { AvatarLoader } from "./avatar-loader.js";
import { nameFrom, rememberLast } from "./avatar-sources.js";
import { CameraControl } from "./camera-control.js";
import { Capturing } from "./capturing.js";
import { makeDock } from "./dock.js";
import { acceptDrops } from "./drops.js";
import { MirrorFailure } from "./failures.js";
import { Figures } from "./figures.js";
import { makeHelp } from "./help.js";
import { listenToKeys } from "./keys.js";
import { watchInsets } from "./layout.js";
import { makeNotice } from "./notice.js";
import { MirrorSession } from "./session.js";
import { loadSettings, saveSettings, standardSettings } from "./settings.js";
import { Playback } from "./playback.js";
import { makeTunePanel } from "./tune-panel.js";
import { MirrorView } from "./view.js";
import { Wire } from "./wire.js";

export { StageError } from "../scene/stage.js";

/** @typedef {import("./avatar-sources.js").AvatarSource} AvatarSource */

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

/** Tells whoever listens on the page, as the page around an embedded mirror, or a test. */
function tell(/** @type {string} */ name, /** @type {any} */ detail) {
  document.dispatchEvent(new CustomEvent(`visavis:${name}`, { detail }));
}

/**
 * @param {ReturnType<typeof import("./early.js").openFirst>} opened the first avatar, on its way
 * @throws {Error} `StageError` where the browser cannot draw
 */
export async function startMirror(opened) {
  const base = document.baseURI;
  const notice = makeNotice(byId("notice"));
  let settings = standardSettings();
  let avatarId = "";
  let avatarName = "";

  const view = new MirrorView(byId("stage"), {
    onmoved: () => session.refresh(),
    onshown: (passage, state) => {
      figures.addShown(passage);
      tell("shown", { passage, state });
    },
    onlost: () => hint(new MirrorFailure("graphicsLost").message),
    onrestored: () => {
      hint("");
      session.refresh();
    },
  });
  const wire = new Wire();
  const figures = new Figures(byId("meters"), wire);
  const session = new MirrorSession(view, settings, {
    onsend: (state) => {
      wire.send(state);
      tell("sent", { state });
    },
    onseen: (seen) => camera.seen(seen),
    onfailure: (error, from) => fail(error.message, from),
  });
  const hint = (/** @type {string} */ words) => {
    if (byId("hint").textContent !== words) byId("hint").textContent = words;
  };

  const dock = makeDock(byId("dock"), {
    camera: () => (camera.isOn ? camera.stop() : startCamera()),
    mirror: () => setMirrored(!settings.mirrored),
    freeze: () => setFrozen(!session.frozen),
    still: () => capturing.still(avatarName),
    clip: () => capturing.toggleClip(avatarName),
    tune: () => setPanel(byId("panel").hidden),
  });
  const panel = makeTunePanel(byId("panel"), {
    onchange() {
      saveSettings(avatarId, settings);
      session.refresh();
    },
    oncalibrate: calibrate,
    onuncalibrate() {
      settings.expressiveness.rest = null;
      useSettings();
    },
    oncamera: (id) => startCamera(id),
    onpreview: (on) => camera.setPreview(on),
    onme(isMe) {
      settings.isMe = isMe;
      saveSettings(avatarId, settings);
      if (camera.isOn) camera.restartTracking();
    },
    onclose: () => setPanel(false),
  });
  const capturing = new Capturing(view, dock, toast);
  const camera = new CameraControl({
    video: byId("camera"), preview: byId("preview"), session, notice, hint, dock, panel, base,
    shape: () => (settings.isMe ? loader.shape() : Promise.resolve(null)), welcome, figures,
  });
  const playback = new Playback({
    session, view, notice, onend: welcome,
    ondamaged: (words) => toast(words, { kind: "warning" }),
  });
  const dialog = makeAvatarDialog({ base, onavatar: openAvatar, onfile: openFile });
  const loader = new AvatarLoader(notice);
  const help = makeHelp((enabled) => { keys.enabled = enabled; });

  byId("help-button").append(icon("help"));
  byId("help-button").addEventListener("click", () => help.showModal());
  byId("avatar-button").addEventListener("click", () => dialog.show(avatarName));
  byId("meters-button").addEventListener("click", () => {
    const shown = figures.toggle();
    byId("meters-button").setAttribute("aria-expanded", String(shown));
    measureWire(shown);
  });
  prepareHeadset();
  acceptDrops(openFile);
  const press = (/** @type {import("./dock.js").Control} */ name) => () => {
    if (!dock.buttons[name].disabled) dock.buttons[name].click();
  };
  const keys = listenToKeys({
    c: press("camera"), m: press("mirror"), f: press("freeze"), s: press("still"),
    r: press("clip"), t: press("tune"), 0: () => view.front(), "?": () => help.showModal(),
    escape: () => setPanel(false),
  });
  for (const name of /** @type {const} */ (["camera", "freeze", "still", "clip"])) {
    dock.enable(name, false);
  }
  watchInsets(
    byId("stage"),
    [document.querySelector(".bar"), byId("dock"), byId("panel"), byId("notice"), byId("meters")],
    (insets) => { view.insets = insets; });
  useSettings();

  /** Loads what a headset needs only where one may be. */
  async function prepareHeadset() {
    if (!("xr" in navigator)) return;
    const { Immersion } = await import("../xr/immersion.js");
    if ((await Immersion.modes()).length === 0) return;
    const [{ HeadsetView }, { offerHeadset }] = await Promise.all([
      import("./headset-view.js"), import("../xr/offer-headset.js")]);
    offerHeadset(view.prepareHeadset(HeadsetView), byId("headset-button"), (error) =>
      toast(error.message, { kind: "warning" }));
  }

  function useSettings() {
    session.settings = settings;
    panel.setSettings(settings);
    setMirrored(settings.mirrored);
    if (avatarId) saveSettings(avatarId, settings);
    session.refresh();
  }

  function setMirrored(/** @type {boolean} */ on) {
    settings.mirrored = on;
    view.mirrored = on;
    camera.setMirrored(on);
    dock.press("mirror", on);
    if (avatarId) saveSettings(avatarId, settings);
    session.refresh();
  }

  function setFrozen(/** @type {boolean} */ on) {
    session.frozen = on;
    view.frozen = on;
    dock.press("freeze", on);
    hint(on ? "Frozen: walk around by dragging or with the arrow keys." : "");
  }

  function setPanel(/** @type {boolean} */ open) {
    if (byId("panel").hidden === !open) return;
    byId("panel").hidden = !open;
    dock.press("tune", open);
    if (open) panel.focus();
    else dock.buttons.tune.focus();
  }

  /** Codes what is sent for as long as somebody looks at what that takes. */
  async function measureWire(/** @type {boolean} */ on) {
    wire.stop();
    const shape = on ? await loader.shape() : null;
    if (shape && figures.isShown) wire.start(shape, camera.lens);
  }

  async function calibrate() {
    if (!camera.isOn) {
      toast("Turn on the camera first: your rest is what it sees.");
      return;
    }
    panel.setCalibrating("Hold still and relax …");
    const late = new Promise((resolve) => { setTimeout(resolve, 8000, null); });
    const rest = await Promise.race([session.calibrate(), late]);
    if (rest) settings.expressiveness.rest = rest;
    else toast("No face was seen for long enough: try again.", { kind: "warning" });
    panel.setCalibrating(null);
    useSettings();
  }

  /**
   * @param {AvatarSource} source
   * @param {import("./early.js").Opening} [opening]
   */
  async function openAvatar(source, opening) {
    const loaded = await loader.open(source, {
      onfailure(sentence, again) {
        notice.showFailure(sentence, [
          ...(again ? [{ words: "Try again", onclick: () => openAvatar(source) }] : []),
          { words: "Choose another", onclick: () => dialog.show(avatarName) },
        ]);
      },
      onwhole: () => session.refresh(),
    }, opening);
    if (!loaded) return;
    avatarId = loaded.id;
    avatarName = source.name;
    settings = loadSettings(avatarId);
    byId("avatar-name").textContent = avatarName;
    setFrozen(false);
    view.setAvatar(loaded.avatar);
    session.setAvatar(loaded.avatar);
    useSettings();
    rememberLast(loaded.source);
    measureWire(figures.isShown);
    for (const name of /** @type {const} */ (["camera", "freeze", "still", "clip"])) {
      dock.enable(name, name !== "clip" || capturing.canRecordClips);
    }
    if (camera.isOn) camera.restartTracking();
    else if (!playback.isOn) welcome();
  }

  /** @param {string | null} [id] */
  function startCamera(id = null) {
    playback.stop();
    return camera.start(id);
  }

  /** @param {File} file an avatar or a recording */
  async function openFile(file) {
    if (!/\.vvs$/i.test(file.name)) {
      openAvatar({ name: nameFrom(file.name), file });
      return;
    }
    if (!avatarId) {
      toast("Open an avatar first: a recording moves one.");
      return;
    }
    try {
      await playback.open(file);
      camera.release();
    } catch (error) {
      notice.showFailure(error.message, [
        { words: "Choose another", onclick: () => dialog.pickFile() },
        { words: "Go on without", onclick: () => welcome() },
      ]);
    }
  }

  function welcome() {
    notice.showWelcome(
      "Meet yourself",
      "Turn on the camera, and the avatar does what you do. The camera's pictures stay on this device.",
      [{ words: "Turn on the camera", onclick: () => startCamera() }]);
  }

  /**
   * @param {string} sentence
   * @param {"tracker" | "avatar"} from
   */
  function fail(sentence, from) {
    if (from === "tracker") camera.stop();
    notice.showFailure(sentence, [{ words: "Reload the page", onclick: () => location.reload() }]);
  }

  const first = await opened;
  if (first) {
    await openAvatar(first.source, first.opening);
    return;
  }
  notice.showWelcome(
    "No avatar yet",
    "An avatar is made from about two minutes of video of you. Or open a file that you have.",
    [
      { words: "Scan yourself", href: new URL("scan/", base).href },
      { words: "Choose a file", onclick: () => dialog.pickFile() },
    ]);
}
