// Which images are selected: on the images, and in a bar that says what a key does to them.

import { setText } from "../base/page.js";

/** @import { PageState } from "./page_state.js" */
/** @import { Parts } from "./parts.js" */
/** @import { Situation } from "./situation.js" */

const HOW =
  "To answer several at once, select them: drag over them, or click with Shift or Ctrl; by keyboard, Shift with the arrows, or Space.";

/**
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 */
export function drawSelection(parts, now, { selection, grid, guess }) {
  const { root, selectionBar: bar } = parts;
  let shown = 0;
  /** @type {NodeListOf<HTMLElement>} */
  const cards = root.querySelectorAll(".lada-lab-card");
  for (const card of cards) {
    const selected = selection.has(Number(card.dataset.id));
    shown += Number(selected && card.checkVisibility());
    card.dataset.selected = String(selected);
    const tick = card.lastElementChild;
    tick?.setAttribute("aria-label", selected ? "selected" : "");
    tick?.setAttribute("aria-hidden", String(!selected));
  }
  const n = selection.size;
  bar.hidden = now.order.length === 0 || (!grid && n === 0);
  parts.selectNone.style.visibility = n ? "visible" : "hidden";
  bar.dataset.selected = String(n);
  setText(parts.selectionText, n ? wordsOf(n, n - shown, guess) : HOW);
}

/**
 * @param {number} n images that are selected
 * @param {number} elsewhere how many of them are not shown
 * @param {boolean} guess whether Enter answers too
 */
function wordsOf(n, elsewhere, guess) {
  const enter = guess ? ", Enter as the model guesses each" : "";
  const hidden = elsewhere > 0 ? `, ${elsewhere} of them not in sight` : "";
  if (n === 1) return `1 image selected${hidden}: a class key or button answers it${enter}.`;
  return `${n} images selected${hidden}: a class key or button answers all ${n}${enter}, and one Undo takes them back.`;
}
