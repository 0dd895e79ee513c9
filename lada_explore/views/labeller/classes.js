// The classes to choose from: a column of a few, or of many only those in sight.

import { focusedIn, make, refill, setText } from "../base/page.js";
import { labButton, labelOf } from "./parts.js";

/** @import { Actions } from "./actions.js" */
/** @import { Keys } from "./keys.js" */
/** @import { PageState } from "./page_state.js" */
/** @import { Parts } from "./parts.js" */
/** @import { Situation } from "./situation.js" */

/** @typedef {"short" | "few" | "many" | "found"} Mode a column of all, columns of them, those in sight of many, or what was found by typing */

/**
 * A class in the page: its place among all, the button that answers it, and where it is counted, how many are wanted.
 *
 * @typedef {object} ClassRow
 * @property {number} place
 * @property {HTMLElement} row
 * @property {HTMLElement} answer
 * @property {HTMLElement} [wanted]
 * @property {HTMLElement} [noMore] says that there are no more
 */

/**
 * Which classes are in the page, by place, and how much room those above and below them take.
 *
 * @typedef {{ shown: number[], above: number, below: number, columns: number }} Sight
 */

export const FEW_CLASSES = 20; // so many stand in the page at once, each with its count
const COLUMN = 10; // classes that fit below each other
const HITS = 40; // classes found by typing that are shown at once
const ROW_PX = { mouse: 34, finger: 46 }; // height of a row of many, with its gap
const COLUMN_PX = { plain: 200, counted: 330 }; // least widths: 12 characters of a name, and the count beside it

/** The list of classes, filled anew whenever others come into sight. */
export class ClassList {
  /**
   * @param {Parts} parts
   * @param {Actions} on answers, and says that there are no more images of a class
   */
  constructor(parts, on) {
    this.parts = parts;
    this.on = on;
    /** @type {[Situation, PageState, Keys] | null} what was drawn last */
    this.last = null;
    this.filter = "";
    /** @type {ClassRow[]} those in the page */
    this.rows = [];
    const again = () => this.drawAgain();
    parts.list.addEventListener("scroll", again, { passive: true });
    this.resized = new ResizeObserver(again);
    this.resized.observe(parts.list);
  }

  stop() {
    this.resized.disconnect();
  }

  drawAgain() {
    if (this.last && this.parts.classes.isConnected) this.draw(...this.last);
  }

  /**
   * Draws the classes that the filter leaves, and returns their places, best first.
   *
   * @param {Situation} now
   * @param {PageState} view
   * @param {Keys} keys
   */
  draw(now, view, keys) {
    this.last = [now, view, keys];
    const { list } = this.parts;
    const names = now.asked.class_names;
    const looked = view.filter.trim().toLocaleLowerCase();
    const found = matching(names, looked);
    const many = names.length > FEW_CLASSES;
    const counted = now.asked.counts_classes && (!many || view.counts);
    const mode = looked ? "found" : many ? "many" : names.length > COLUMN ? "few" : "short";
    if (this.filter !== looked) list.scrollTop = 0;
    this.filter = looked;
    list.dataset.mode = mode;
    list.dataset.counted = String(counted);
    drawCounts(this.parts.counts, now, view, many);
    this.drawRecent(names, view, keys);
    const sight = inSight(list, found, mode, counted);
    this.fill(sight, now, keys, mode, counted);
    const stands = view.at === null ? -1 : now.stateOf(view.at).label;
    for (const row of this.rows) showClass(row, now, stands);
    view.best = Math.max(0, Math.min(view.best, sight.shown.length - 1));
    this.markBest(looked === "" ? -1 : view.best);
    this.sayWhatIsMissing(found.length - sight.shown.length, looked, found.length === 0 && names.length > 0);
    return found;
  }

  /**
   * The classes that have a digit because they were used last, which may be far down in the list.
   *
   * @param {string[]} names
   * @param {PageState} view
   * @param {Keys} keys
   */
  drawRecent(names, view, keys) {
    const { recent } = this.parts;
    const shown = view.recent.places().filter((place) => place < names.length);
    recent.hidden = shown.length === 0;
    refill(recent, [shown, shown.map((place) => [names[place], keys.classes[place]])], () =>
      shown.map((place) =>
        labButton(names[place], `Answer ${names[place]}`, () => this.on.label(place), keys.classes[place]),
      ),
    );
  }

  /**
   * Fills the list when other rows have come into sight, and leaves the room of those that are not.
   *
   * @param {Sight} sight
   * @param {Situation} now
   * @param {Keys} keys
   * @param {Mode} mode
   * @param {boolean} counted whether each row has its count
   */
  fill({ shown, above, below, columns }, now, keys, mode, counted) {
    const { classes: box } = this.parts;
    const names = now.asked.class_names;
    const focused = focusedIn(box);
    const held = focused && { ...focused.dataset };
    refill(box, [mode, counted, above, shown.map((place) => [place, names[place], keys.classes[place]])], () => {
      this.rows = shown.map((place) => classRow(names[place], place, keys.classes[place], counted, this.on));
      return this.rows.map(({ row }) => row);
    });
    box.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, 1fr))` : "";
    box.style.paddingTop = `${above}px`;
    box.style.paddingBottom = `${below}px`;
    if (held && !box.contains(document.activeElement)) this.focusAgain(held);
  }

  /**
   * Whoever tabs through the list goes on where they were when it was filled anew.
   *
   * @param {DOMStringMap} held of the button that had the focus
   */
  focusAgain({ label, noMore }) {
    const found = this.rows.find(({ place }) => String(place) === (noMore ?? label));
    (noMore === undefined ? found?.answer : found?.noMore)?.focus({ preventScroll: true });
  }

  /** @param {number} best place of the row that Enter answers, -1 for none */
  markBest(best) {
    this.rows.forEach(({ row }, i) => {
      if (i === best && !row.classList.contains("lada-lab-best")) row.scrollIntoView({ block: "nearest" });
      row.classList.toggle("lada-lab-best", i === best);
    });
  }

  /**
   * @param {number} beyond classes that were found and are not shown
   * @param {string} looked what was typed
   * @param {boolean} none whether nothing was found
   */
  sayWhatIsMissing(beyond, looked, none) {
    const { noClass } = this.parts;
    const more =
      looked && beyond > 0 ? `${beyond.toLocaleString("en")} more have that in their name; type more of it.` : "";
    setText(noClass, none ? "No class has that in its name." : more);
    noClass.hidden = noClass.textContent === "";
  }
}

/**
 * Of many classes only those in sight are in the page, with a few around them.
 *
 * @param {HTMLElement} list
 * @param {number[]} places
 * @param {Mode} mode
 * @param {boolean} counted
 * @returns {Sight}
 */
function inSight(list, places, mode, counted) {
  if (mode === "few" || mode === "short") return { shown: places, above: 0, below: 0, columns: 0 };
  if (mode === "found") return { shown: places.slice(0, HITS), above: 0, below: 0, columns: 1 };
  const columns = Math.max(1, Math.floor(list.clientWidth / COLUMN_PX[counted ? "counted" : "plain"]));
  const rows = Math.ceil(places.length / columns);
  const px = ROW_PX[matchMedia("(pointer: coarse)").matches ? "finger" : "mouse"];
  const fit = Math.ceil((list.clientHeight || 460) / px);
  const first = Math.max(0, Math.min(Math.floor(list.scrollTop / px), rows - fit) - 4);
  const end = Math.min(rows, first + fit + 8);
  return {
    shown: places.slice(first * columns, end * columns),
    above: first * px,
    below: (rows - end) * px,
    columns,
  };
}

/**
 * @param {string} name
 * @param {number} place
 * @param {string} key
 * @param {boolean} counted
 * @param {Actions} on
 * @returns {ClassRow}
 */
function classRow(name, place, key, counted, on) {
  const row = make("div", "lada-lab-class");
  const answer = labButton(name, `Answer ${name}`, () => on.label(place), key);
  answer.dataset.label = String(place);
  row.append(answer);
  if (!counted) return { place, row, answer };
  const wanted = make("span", "lada-lab-wanted");
  const says = `There are no more images of ${name}: do not look for any`;
  const noMore = labButton("no more", says, () => on.noMore(place));
  noMore.classList.add("lada-lab-no-more");
  noMore.dataset.noMore = String(place);
  const need = make("span", "lada-lab-need");
  need.append(wanted, noMore);
  row.append(need);
  return { place, row, answer, wanted, noMore };
}

/**
 * Whether a class is the one that stands, and how many images of it the start still looks for.
 *
 * @param {ClassRow} row
 * @param {Situation} now
 * @param {number} stands class of the image looked at, -1 for none
 */
function showClass({ place, answer, wanted, noMore }, now, stands) {
  answer.setAttribute("aria-pressed", String(place === stands));
  if (!wanted || !noMore) return;
  const count = now.wanted.get(place) ?? 0;
  const noneLeft = now.absentClasses.has(place);
  setText(wanted, noneLeft ? "no more" : count ? `${count.toLocaleString("en")} needed` : "✓ enough");
  noMore.style.visibility = noneLeft || !count ? "hidden" : "visible";
}

/**
 * What opens the counts of many classes, and says their sum.
 *
 * @param {HTMLElement} opener
 * @param {Situation} now
 * @param {PageState} view
 * @param {boolean} many
 */
function drawCounts(opener, now, view, many) {
  const { wanted } = now.marks;
  opener.hidden = !many || !now.asked.counts_classes;
  const images = wanted.reduce((sum, [, count]) => sum + count, 0);
  const words = images
    ? `Still needed: ${images.toLocaleString("en")} of ${classCount(wanted.length)}`
    : "✓ enough of every class";
  setText(labelOf(opener), words);
  opener.setAttribute("aria-expanded", String(view.counts));
}

/**
 * Places of the classes with that in their name: the name itself first, then those that begin so.
 *
 * @param {string[]} names
 * @param {string} looked in lower case; empty for all classes
 */
export function matching(names, looked) {
  const places = [...names.keys()];
  if (!looked) return places;
  const where = names.map((name) => name.trim().toLocaleLowerCase());
  const rank = (/** @type {number} */ place) => (where[place] === looked ? 0 : where[place].startsWith(looked) ? 1 : 2);
  return places.filter((place) => where[place].includes(looked)).sort((a, b) => rank(a) - rank(b));
}

/** @param {number} n */
function classCount(n) {
  return n === 1 ? "1 class" : `${n.toLocaleString("en")} classes`;
}
