/** What is written in the room. */
import { element, freshId } from "../parts/element.js";

/** Messages that are shown; older ones go. */
const most = 200;

/**
 * @param {HTMLElement} panel
 * @param {any} session a `RoomSession`
 * @returns {{add: (message: any) => void, focus: () => void}}
 */
export function makeChatPanel(panel, session) {
  const id = freshId("chat");
  const log = element("ol", { class: "chat", role: "log", "aria-label": "Messages", tabindex: 0 });
  const input = element("input", { type: "text", id, maxlength: 2000, autocomplete: "off" });
  const form = element(
    "form", { class: "chat-form" },
    element("div", { class: "field" }, element("label", { for: id }, "Message"), input),
    element("button", { type: "submit", class: "button" }, "Send"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    // What was not sent is not lost.
    if (!(await session.say({ t: "chat", text })) && !input.value) input.value = text;
  });
  panel.append(element("section", {}, element("h3", {}, "Chat"), log, form));
  let newest = 0;

  return {
    add({ n, name, time, text }) {
      if (n <= newest) return;
      newest = n;
      const when = new Date(time);
      log.append(element(
        "li", {}, element("span", { class: "small" }, element("strong", {}, name), " ",
          element("time", { class: "muted", datetime: when.toISOString() },
            when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }))),
        element("p", {}, text)));
      while (log.children.length > most) log.firstChild.remove();
      log.scrollTop = log.scrollHeight;
    },
    focus: () => input.focus(),
  };
}
