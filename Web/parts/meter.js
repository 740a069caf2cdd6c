import { element } from "./element.js";

/**
 * A list of named numbers that change. A number that is not known is not shown.
 *
 * @param {Record<string, string>} names by key, in order
 * @returns {{element: HTMLElement, show: (values: Record<string, string | null>) => void}}
 */
export function meters(names) {
  const rows = Object.fromEntries(Object.entries(names).map(([key, name]) => {
    const value = element("dd");
    const row = element("div", { hidden: true, "data-meter": key }, element("dt", {}, name), value);
    return [key, { row, value }];
  }));
  return {
    element: element("dl", { class: "meters" }, ...Object.values(rows).map(({ row }) => row)),
    show(values) {
      for (const [key, { row, value }] of Object.entries(rows)) {
        const words = values[key] ?? null;
        row.hidden = words === null;
        if (words !== null && value.textContent !== words) value.textContent = words;
      }
    },
  };
}
