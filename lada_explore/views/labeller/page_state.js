// What a person has chosen in one labeller. A reload keeps some of it; the answers are the kernel's and the queue's.

import { RecentKeys } from "./recent_keys.js";
import { Selection } from "./selection.js";

/** @import { LabellerTraits } from "./state.js" */

/** Widths of the images in pixels, for one at a time and for all beside each other. */
export const SIZES = { one: [168, 252, 364, 448, 616, 840], grid: [64, 96, 128, 192, 288] };
const KEPT = /** @type {const} */ (["annotator", "grid", "guess", "sorted", "sizes", "keepZoom", "seenShelf"]);

export class PageState {
  /** @param {LabellerTraits["begin"]} begin what the kernel begins with; a page that was reloaded goes on with its own */
  constructor(begin) {
    this.key = `lada-labeller:${JSON.stringify(begin)}`;
    this.annotator = begin.annotator;
    this.grid = begin.grid;
    this.guess = begin.guess;
    /** Whether the images are in the order of the model's guesses. */
    this.sorted = false;
    /** Places in `SIZES`. */
    this.sizes = { one: 2, grid: 2 };
    /** Whether the next image is shown at the place and magnification of this one. */
    this.keepZoom = false;
    /** Number of the last shelf that was opened, which is not opened again when the page is. */
    this.seenShelf = 0;
    Object.assign(this, this.read());
    /** @type {number | null} id of the image looked at */
    this.at = null;
    /** @type {number[]} ids of the images whose answer was acknowledged last, until the marks say so */
    this.done = [];
    this.selection = new Selection();
    /** Number of the shelf that is open, 0 for none. */
    this.shelf = 0;
    this.recent = new RecentKeys();
    /** @type {number | null} class of the last answer */
    this.last = null;
    /** Text by which classes are found, and which of the found ones Enter answers. */
    this.filter = "";
    this.best = 0;
    /** Whether the counts of many classes are open. */
    this.counts = false;
    /** Whether keys have changed since the last answer. */
    this.newKeys = false;
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "{}");
    } catch {
      return {}; // a page without storage forgets its settings on a reload, nothing else
    }
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, this[name]]))));
    } catch {
      // As above.
    }
  }

  /** @param {number} step to the next size of images, larger or smaller */
  resize(step) {
    const which = this.grid ? "grid" : "one";
    this.sizes[which] = Math.max(0, Math.min(SIZES[which].length - 1, this.sizes[which] + step));
    this.keep();
  }

  /** @param {"grid" | "guess" | "sorted" | "counts" | "keepZoom"} name */
  toggle(name) {
    this[name] = !this[name];
    this.keep();
  }
}
