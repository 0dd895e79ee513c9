// Which keys each view has, and the list of them that "?" opens in the view that has the focus.

import { keyList, keysButton } from "./key_list.js";
import { make } from "./page.js";

/** @import { KeyLine, KeyList } from "./key_list.js" */

/** @typedef {{ selector: string, title: string, lines: KeyLine[] }} ViewKeys a view, by its outermost element */

/** @type {KeyLine[]} what the browser's own controls take, and this list */
const EVERYWHERE = [
  [["Tab", "Shift+Tab"], "the next control, the one before"],
  [["Enter", "Space"], "press the button that has the focus"],
  ["?", "this list, for the view that has the focus"],
];

/** @type {ViewKeys[]} */
export const VIEWS = [
  {
    selector: ".lada-tabs",
    title: "tabs",
    lines: [
      [["←", "→"], "the tab before, the next one"],
      [["Home", "End"], "the first tab, the last one"],
    ],
  },
  {
    selector: ".lada-slider",
    title: "cycle slider",
    lines: [
      [["←", "→"], "the cycle before, the next one, on the slider"],
      [["Home", "End"], "the first cycle, the last one"],
    ],
  },
  { selector: ".lada-stepper", title: "steps of the run", lines: [["Enter", "in the number of cycles: run them"]] },
  {
    selector: ".lada-map",
    title: "map",
    lines: [
      [["←", "→", "↑", "↓"], "the nearest image in that direction, where the map has the focus"],
      ["Enter", "choose the image, and its pair if it has one"],
    ],
  },
  { selector: ".lada-mixer", title: "pair mixer", lines: [[["←", "→"], "move the slider that has the focus"]] },
  {
    selector: ".lada-ti",
    title: "five minutes to τ*",
    lines: [
      [["↑", "↓"], "move the point that has the focus"],
      [["Page Up", "Page Down"], "move it by more"],
      [["Home", "End"], "move it to the lower end, to the upper end"],
    ],
  },
  {
    selector: ".lada-why",
    title: "why not this one?",
    lines: [
      ["↓", "from the field to the images that were found"],
      [["↑", "↓"], "the image before, the next one"],
    ],
  },
  {
    selector: ".lada-playground",
    title: "playground",
    lines: [
      ["1", "answer the first class for the point that waits, 2 the second, and so on"],
      [["←", "→", "↑", "↓"], "while points are drawn: move the cross"],
      ["Enter", "while points are drawn: put points at the cross"],
      [["←", "→", "↑", "↓"], "in the duel: the nearest candidate in that direction"],
      [["Enter", "Space"], "in the duel: pick the candidate, or put it back"],
    ],
  },
  {
    selector: ".lada-runs",
    title: "runs",
    lines: [
      [["↑", "↓"], "the run before, the next one"],
      [["←", "→"], "close the branches of the run, open them"],
      [["Home", "End"], "the first run, the last one"],
      ["Enter", "open the run"],
      ["Space", "tick the run to compare it, or take the tick away"],
      ["Delete", "delete the run, after a question"],
    ],
  },
  { selector: ".lada-duel", title: "duel", lines: [[["Enter", "Space"], "pick the image, or put it back"]] },
  {
    selector: ".lada-question",
    title: "question",
    lines: [
      [["↑", "↓"], "the choice before, the next one"],
      ["Enter", "in the field of a number: check it"],
    ],
  },
  {
    selector: ".lada-check",
    title: "labels to look at again",
    lines: [[["↑", "↓"], "another class, in the list of classes"]],
  },
  { selector: ".lada-branch", title: "branches", lines: [] },
  { selector: ".lada-compare", title: "A or B", lines: [] },
  { selector: ".lada-compared", title: "compared runs", lines: [] },
  { selector: ".lada-ledger", title: "score ledger", lines: [] },
  { selector: ".lada-effects", title: "what would an answer change?", lines: [] },
  { selector: ".lada-what-if", title: "what if", lines: [] },
  { selector: ".lada-gallery", title: "queried images", lines: [] },
  { selector: ".lada-plot", title: "chart", lines: [] },
];

const BARS = ".lada-slider, .lada-stepper, .lada-compare, .lada-branch";

/**
 * The keys of a view; none of one that has a list of its own.
 *
 * @param {Element} root
 */
const keysOfView = (root) => VIEWS.find(({ selector }) => root.matches(selector));

/** @type {WeakMap<HTMLElement, KeyList>} a list is made when it is first opened, as most never are */
const lists = new WeakMap();

/**
 * Opens the list of the keys of a view.
 *
 * @param {HTMLElement} root
 */
export function showKeys(root) {
  const keys = keysOfView(root);
  if (!keys) return;
  const list = lists.get(root) ?? keyList(root, keys.title, () => [...keys.lines, ...EVERYWHERE]);
  lists.set(root, list);
  list.open();
}

/**
 * Puts the button that opens the list into a view that has none of its own: into the bar of a map, at the upper left of a
 * chart, else at the upper right. The parts of an explorer's bar have it once, beside the tabs.
 *
 * @param {HTMLElement} el in which the view is
 */
export function offerKeys(el) {
  /** @type {HTMLElement | null} */
  const root = el.querySelector(".lada-view");
  if (!root || !keysOfView(root) || root.matches(BARS) || root.querySelector(".lada-keys-button")) return;
  const shown = keysButton(() => showKeys(root), "lada-keys-corner");
  const bar = root.querySelector(".lada-map-bar");
  const chart = root.querySelector(".lada-plot-chart");
  if (bar) bar.append(shown);
  else if (chart) {
    const place = make("div", "lada-keys-place");
    place.append(shown);
    chart.before(place);
  } else root.append(shown);
}

/**
 * Opens the list of the keys of a view when "?" is pressed in it, other than in a field that takes text.
 *
 * @param {HTMLElement} el in which the view is, or will be
 * @returns {() => void} ends that
 */
export function listenForKeys(el) {
  const open = (/** @type {KeyboardEvent} */ event) => {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (key !== "?" || ctrlKey || metaKey || altKey || isComposing || !(target instanceof Element)) return;
    /** @type {HTMLElement | null} */
    const root = target.closest(".lada-view");
    if (!root || takesText(target) || target.closest("dialog") || !keysOfView(root)) return;
    event.preventDefault();
    event.stopPropagation();
    showKeys(root);
  };
  // Before the view itself, whose outermost element lets no plain key out.
  el.addEventListener("keydown", open, true);
  return () => el.removeEventListener("keydown", open, true);
}

/** @param {Element} target */
function takesText(target) {
  return target.matches("input:not([type=range], [type=radio], [type=checkbox], [type=button]), textarea, select");
}
