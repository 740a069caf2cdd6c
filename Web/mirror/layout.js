/** How much of the stage is covered, so that the person stands where it is not. */

/** @typedef {{top: number, right: number, bottom: number, left: number}} Insets CSS pixels */

/**
 * What covers the edges of the stage.
 *
 * Each cover counts at the one edge where it takes the least of the stage, unless it is hidden or
 * leaves too little.
 *
 * @param {{width: number, height: number}} stage
 * @param {{left: number, top: number, right: number, bottom: number}[]} covers
 * @returns {Insets}
 */
export function insetsOf({ width, height }, covers) {
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  for (const { left, top, right, bottom } of covers) {
    if (right <= left || bottom <= top) continue;
    const takes = /** @type {[keyof Insets, number, number][]} */ ([
      ["top", bottom, bottom / height], ["bottom", height - top, (height - top) / height],
      ["left", right, right / width], ["right", width - left, (width - left) / width],
    ]).sort((a, b) => a[2] - b[2]);
    const [edge, pixels, share] = takes[0];
    if (share < 0.65) insets[edge] = Math.max(insets[edge], pixels);
  }
  return insets;
}

/**
 * Calls back when what covers the stage has changed.
 * @param {HTMLElement} stage
 * @param {HTMLElement[]} covers
 * @param {(insets: Insets) => void} onchange
 */
export function watchInsets(stage, covers, onchange) {
  const measure = () => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    onchange(insetsOf({ width, height }, covers.map((each) => {
      const box = each.getBoundingClientRect();
      return {
        left: box.left - left, right: box.right - left,
        top: box.top - top, bottom: box.bottom - top,
      };
    })));
  };
  // Hidden elements have no size, so this hears of hiding too.
  const observer = new ResizeObserver(measure);
  for (const each of [stage, ...covers]) observer.observe(each);
}
