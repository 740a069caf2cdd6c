/** How the element looks; `::part` changes it from outside. */
const rules = `
:host { display: inline-block; position: relative; width: 320px; height: 320px; contain: content; }
:host([hidden]) { display: none; }
canvas { display: block; width: 100%; height: 100%; touch-action: none; cursor: grab; }
canvas:active { cursor: grabbing; }
.controls { position: absolute; inset: auto 8px 8px; display: flex; align-items: center; gap: 8px;
  padding: 4px 10px; border-radius: 999px; background: rgb(20 22 25 / 82%); color: #f3f4f6;
  font: 13px/1.4 system-ui, sans-serif; }
.controls[hidden] { display: none; }
button { min-width: 32px; min-height: 32px; border: 0; border-radius: 50%; background: none;
  color: inherit; font: inherit; cursor: pointer; }
input { flex: 1; min-width: 0; accent-color: #8fd8c5; }
output { font-variant-numeric: tabular-nums; white-space: nowrap; }
p { position: absolute; inset: 8px 8px auto; margin: 0; padding: 8px 12px; border-radius: 10px;
  background: rgb(20 22 25 / 88%); color: #f3f4f6; font: 14px/1.4 system-ui, sans-serif; }
:focus-visible { outline: 2px solid #8fd8c5; outline-offset: 2px; }
`;

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** One sheet for all elements of a page. */
export function elementStyle() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
  }
  return sheet;
}
