/** Line icons on a grid of 24, drawn for these pages. */

const paths = {
  camera: "M3 8.5A2.5 2.5 0 0 1 5.5 6h8A2.5 2.5 0 0 1 16 8.5v7a2.5 2.5 0 0 1-2.5 2.5h-8A2.5 2.5 0 0 1 3 15.5zM16 10.5l5-2.5v8l-5-2.5",
  mirror: "M12 3v18M9 7 4 17h5zM15 7l5 10h-5z",
  freeze: "M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 6.5l2.5-2M9.5 19.5l2.5-2 2.5 2",
  still: "M4 8.5A1.5 1.5 0 0 1 5.5 7h2L9 5h6l1.5 2h2A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4",
  clip: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  tune: "M5 4v6M5 14v6M12 4v3M12 11v9M19 4v9M19 17v3M3 12h4M10 9h4M17 15h4",
  person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.7-4 3.6-6 7.5-6s6.8 2 7.5 6",
  help: "M9 9.2a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1.1-1.4 2.2M12 17.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18",
  close: "M6 6l12 12M18 6 6 18",
  play: "M8 5.5v13l10.5-6.5z",
  stop: "M7 7h10v10H7z",
  reset: "M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.5 4v4h4",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  chevron: "M6 9.5l6 6 6-6",
  microphone: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 1 0-6 0v5a3 3 0 0 0 3 3M6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  people: "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11M3 19.5c.5-3.4 2.9-5 6-5s5.500 1.600 6 5M16 5.200a3.200 3.200 0 0 1 0 5.600M17.500 14.900c2 .6 3.200 2.100 3.500 4.600",
  chat: "M4.500 5h15v11h-8l-4.500 3.800V16h-2.500z",
  seat: "M7 4v9h10V4M5 13h14v4H5zM7 17v3.500M17 17v3.500",
  leave: "M13 4H6v16h7M10.500 12H20M16.500 8.500 20 12l-3.500 3.500",
};

/**
 * An icon that screen readers pass over; the control that holds it has the words.
 * @param {keyof typeof paths} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("fill", "none");
  svg.setAttribute("stroke", "currentColor");
  svg.setAttribute("stroke-width", "1.7");
  svg.setAttribute("stroke-linecap", "round");
  svg.setAttribute("stroke-linejoin", "round");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}
