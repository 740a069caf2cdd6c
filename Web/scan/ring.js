/** A ring of ticks around the picture that fills with the directions of the head that were seen. */
import { directionCount } from "./coverage.js";

const space = "http://www.w3.org/2000/svg";
/** Ticks for each direction. */
const fineness = 3;

/** @param {string} name @param {Record<string, string | number>} attributes */
function svg(name, attributes) {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * @returns {{element: SVGSVGElement, show: (seen: number[], share: number, progress: number) => void}}
 *   `seen` 0…1 for each direction, the share of all, and how far the present prompt is
 */
export function ring() {
  const element = /** @type {SVGSVGElement} */ (svg("svg", {
    viewBox: "-100 -100 200 200", class: "ring", role: "img",
    "aria-label": "Directions of your head seen: 0 per cent",
  }));
  const count = directionCount * fineness;
  const ticks = Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count;
    const [s, c] = [Math.sin(angle), -Math.cos(angle)];
    const tick = svg("line", {
      x1: (88 * s).toFixed(2), y1: (88 * c).toFixed(2), x2: (94 * s).toFixed(2),
      y2: (94 * c).toFixed(2), class: "tick",
    });
    element.append(tick);
    return tick;
  });
  const around = 2 * Math.PI * 98;
  const arc = svg("circle", {
    r: 98, class: "arc", transform: "rotate(-90)", "stroke-dasharray": around,
    "stroke-dashoffset": around,
  });
  element.append(arc);
  let last = -1;
  return {
    element,
    show(seen, share, progress) {
      ticks.forEach((tick, k) => {
        // Ticks between two directions show something between them.
        const at = k / fineness;
        const low = Math.floor(at) % directionCount;
        const part = at - Math.floor(at);
        const value = seen[low] * (1 - part) + seen[(low + 1) % directionCount] * part;
        tick.style.opacity = (0.22 + 0.78 * value).toFixed(2);
        tick.classList.toggle("seen", value > 0.6);
      });
      arc.setAttribute("stroke-dashoffset", (around * (1 - progress)).toFixed(1));
      const percent = Math.round(share * 100);
      if (percent !== last) {
        last = percent;
        element.setAttribute("aria-label", `Directions of your head seen: ${percent} per cent`);
      }
    },
  };
}
