// The labeller's keys and fields.

import { cardsIn } from "./images.js";
import { meaningOf } from "./keys.js";

/** @import { Actions } from "./actions.js" */
/** @import { Labeller } from "./page.js" */
/** @import { Parts } from "./parts.js" */

/** @type {Record<string, [number, number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {Labeller} labeller
 * @param {Actions} on
 */
export function listen(labeller, on) {
  const { parts } = labeller;
  parts.root.addEventListener("keydown", (event) => handleKey(event, labeller, on));
  parts.filter.addEventListener("input", () => on.filter());
  parts.filter.addEventListener("keydown", (event) => handleFilterKey(event, labeller, on));
  parts.annotator.addEventListener("change", () => on.rename());
  for (const input of [parts.annotator, parts.newClass]) {
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && input === parts.newClass) on.addClass();
      if (event.key === "Enter" || event.key === "Escape") labeller.focus();
    });
  }
  parts.rule.addEventListener("change", () => on.rule());
}

/**
 * A key of the labeller itself: it moves, answers a class or does a command.
 *
 * @param {KeyboardEvent} event
 * @param {Labeller} labeller
 * @param {Actions} on
 */
function handleKey(event, labeller, on) {
  const target = /** @type {Element} */ (event.target);
  if (target.matches("input, select")) return;
  if (selectByKey(event, labeller, on)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.key === "Enter" && acceptsGuess(event, labeller)) {
    event.preventDefault(); // nor does it click on the card that has the focus
    event.stopPropagation();
    if (!event.repeat) on.accept();
    return;
  }
  if (["Enter", " "].includes(event.key) && target.matches("button")) return;
  if (moveInPicture(event, labeller)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Escape" && !modified && labeller.shelf()) {
    event.preventDefault();
    event.stopPropagation();
    on.leaveShelf();
    return;
  }
  const step = modified ? 0 : stepOf(event.key, labeller);
  const meant = step ? null : meaningOf(event, labeller.keys);
  if (!step && !meant) return;
  event.preventDefault();
  event.stopPropagation(); // with Alt, which the guard of the plain keys lets through
  if (event.repeat && !step) return; // a key held down answers one image, not ten
  if (!meant) on.move(step);
  else if ("command" in meant) on[meant.command]();
  else on.label(meant.place);
}

/**
 * Whether Enter accepts what the model guesses: where guesses are shown, and no other button has the focus.
 *
 * @param {KeyboardEvent} event
 * @param {Labeller} labeller
 */
function acceptsGuess({ target, shiftKey, ctrlKey, metaKey, altKey }, { view }) {
  if (!view.guess || view.at === null || shiftKey || ctrlKey || metaKey || altKey) return false;
  const on = /** @type {HTMLElement} */ (target);
  return on.matches(".lada-labeller") || (on.matches(".lada-lab-card") && Number(on.dataset.id) === view.at);
}

/**
 * Does what a key does to the selection: Ctrl+A or Cmd+A selects what is open, Escape nothing, the space bar the image
 * looked at, and Shift with a key that moves all on the way. Returns whether the key was such a one.
 *
 * @param {KeyboardEvent} event
 * @param {Labeller} labeller
 * @param {Actions} on
 */
function selectByKey({ key, target, shiftKey, ctrlKey, metaKey, altKey }, labeller, on) {
  const { view, viewer } = labeller;
  const some = labeller.situation().order.length > 0;
  if (altKey || !some) return false;
  if (ctrlKey || metaKey) {
    if (shiftKey || key.toLowerCase() !== "a") return false;
    on.selectAll();
    return true;
  }
  if (key === "Escape" && view.selection.size) {
    on.clearSelection();
    return true;
  }
  if (key === " " && /** @type {Element} */ (target).matches(".lada-labeller, .lada-lab-card")) {
    on.toggleSelected();
    return true;
  }
  const step = shiftKey && (view.grid || !viewer.zoomed) ? stepOf(key, labeller) : 0;
  if (step) on.reach(step);
  return step !== 0;
}

/**
 * Does what a key does to a picture that is magnified: Shift with an arrow moves it, Escape shows the whole. Returns
 * whether the key was such a one.
 *
 * @param {KeyboardEvent} event
 * @param {Labeller} labeller
 */
function moveInPicture({ key, shiftKey, ctrlKey, metaKey, altKey }, { viewer, view }) {
  if (view.grid || !viewer.zoomed || ctrlKey || metaKey || altKey) return false;
  if (key === "Escape") {
    viewer.whole();
    return true;
  }
  const way = shiftKey ? ARROWS[key] : undefined;
  if (!way) return false;
  const { width, height } = viewer.viewport.frame;
  viewer.pan((-way[0] * width) / 4, (-way[1] * height) / 4);
  return true;
}

/**
 * How many images further a key leads; 0 for one that does not move.
 *
 * @param {string} key
 * @param {Labeller} labeller
 */
function stepOf(key, { parts, view }) {
  const row = () => (view.grid ? rowLength(parts) : 1);
  switch (key) {
    case "ArrowLeft":
      return -1;
    case "ArrowRight":
      return 1;
    case "ArrowUp":
      return -row();
    case "ArrowDown":
      return row();
    case "Home":
      return -Infinity;
    case "End":
      return Infinity;
    default:
      return 0;
  }
}

/**
 * Cards in the first row of the grid.
 *
 * @param {Parts} parts
 */
function rowLength(parts) {
  const tops = cardsIn(parts).map((card) => card.getBoundingClientRect().top);
  return Math.max(1, tops.filter((top) => Math.abs(top - tops[0]) < 4).length);
}

/**
 * A key in the field that finds classes: Enter answers the best one, arrows choose another, Escape gives it up.
 *
 * @param {KeyboardEvent} event
 * @param {Labeller} labeller
 * @param {Actions} on
 */
function handleFilterKey(event, labeller, on) {
  if (event.isComposing) return; // Enter ends a word of an input method, and answers nothing
  const found = labeller.drawClasses();
  const { best, filter } = labeller.view;
  if (event.key === "Enter" && filter && found.length) {
    on.leaveFilter();
    on.label(found[best]);
  } else if (event.key === "Escape") {
    on.leaveFilter();
    labeller.draw();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    on.chooseFound(best + (event.key === "ArrowDown" ? 1 : -1));
  }
}
