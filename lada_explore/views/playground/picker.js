// The candidates of a duel over the plane, to be picked by a click, a touch or keys.

import { setAttributes } from "../base/page.js";
import { shape } from "../base/pair_plot.js";
import { nearestTo, placesOf, towards } from "./candidates.js";

/** @import { Plane } from "./plane.js" */
/** @import { Ends, Points } from "./plane_geometry.js" */

const REACH_PX = 14;
const TOUCH_PX = 26; // a finger covers more than a pointer

export class Picker {
  /**
   * @param {Plane} plane over which it lies
   * @param {(ids: number[]) => void} onToggle
   */
  constructor(plane, onToggle) {
    this.plane = plane;
    this.onToggle = onToggle;
    this.svg = shape("svg", { class: "lada-pg-picker", role: "group" });
    this.svg.addEventListener("click", (event) => this.click(event));
    this.svg.addEventListener("pointermove", (event) => this.hover(event));
    this.svg.addEventListener("pointerleave", () => this.mark(-1));
    this.svg.addEventListener("keydown", (event) => this.press(event));
    this.onTop = shape("g", { class: "lada-pg-picked", "aria-hidden": "true" });
    plane.frame.append(this.svg);
    /** @type {number[][]} */
    this.items = [];
    /** @type {Ends[]} */
    this.places = [];
    /** @type {SVGElement[]} */
    this.made = [];
    this.at = 0; // row that Tab comes to
    this.key = "";
  }

  /**
   * Shows what can be picked; nothing for an empty list.
   *
   * @param {Points} points
   * @param {number[][]} items ids of each candidate
   * @param {number[]} picked ids
   */
  show(points, items, picked) {
    const { size, canvas } = this.plane;
    this.svg.toggleAttribute("hidden", !items.length);
    const key = JSON.stringify([size, items]);
    if (key !== this.key) this.build(points, items, size, key);
    const { left, top, width, height } = canvas.style;
    Object.assign(this.svg.style, { left, top, width, height });
    items.forEach((ids, row) => {
      const is = ids.every((id) => picked.includes(id));
      this.made[row].setAttribute("aria-pressed", String(is));
      this.made[row].classList.toggle("lada-picked", is);
    });
    // What is picked is drawn again above the others, which cross it. Moved there, it would lose the focus.
    const chosen = this.made.filter((made) => made.classList.contains("lada-picked"));
    this.onTop.replaceChildren(...chosen.flatMap((made) => [...made.children].map((part) => part.cloneNode())));
  }

  /**
   * @param {Points} points
   * @param {number[][]} items
   * @param {number} size
   * @param {string} key
   */
  build(points, items, size, key) {
    const held = this.svg.contains(document.activeElement);
    const what = items[0]?.length === 2 ? "pairs" : "points";
    if (JSON.stringify(items) !== JSON.stringify(this.items)) this.at = 0;
    this.key = key;
    this.items = items;
    this.places = placesOf(points, items, size);
    const label = `${items.length} candidate ${what}: arrows move, Enter or Space picks`;
    setAttributes(this.svg, { viewBox: `0 0 ${size} ${size}`, "aria-label": label });
    this.made = items.map((ids, row) => {
      const name = ids.length === 2 ? `pair ${row + 1}: points ${ids[0]} and ${ids[1]}` : `point ${ids[0]}`;
      const tab = row === this.at ? 0 : -1;
      const made = shape("g", { class: "lada-pg-pick", role: "button", tabindex: tab, "aria-label": name });
      const [[x1, y1], [x2, y2]] = this.places[row];
      for (const part of ["lada-pg-rim", "lada-pg-mark"]) {
        if (ids.length === 2) made.append(shape("line", { class: part, x1, y1, x2, y2 }));
        made.append(shape("circle", { class: part, cx: x1, cy: y1, r: 5 }));
        if (ids.length === 2) made.append(shape("circle", { class: part, cx: x2, cy: y2, r: 5 }));
      }
      return made;
    });
    this.svg.replaceChildren(...this.made, this.onTop);
    if (held) this.made[this.at]?.focus();
  }

  /** @param {MouseEvent} event */
  rowAt(event) {
    const corner = this.svg.getBoundingClientRect();
    const reach = /** @type {PointerEvent} */ (event).pointerType === "touch" ? TOUCH_PX : REACH_PX;
    return nearestTo(this.places, [event.clientX - corner.left, event.clientY - corner.top], reach);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = this.rowAt(event);
    if (row < 0) return;
    this.go(row);
    this.onToggle(this.items[row]);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.mark(event.pointerType === "touch" ? -1 : this.rowAt(event));
  }

  /** @param {number} near row of the candidate that a click would mean */
  mark(near) {
    this.svg.style.cursor = near < 0 ? "" : "pointer";
    this.made.forEach((made, row) => made.classList.toggle("lada-near", row === near));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { key } = event;
    const held = this.made.findIndex((made) => made === event.target); // a screen reader moves the focus itself
    if (held >= 0 && held !== this.at) this.go(held);
    if (key.startsWith("Arrow")) this.go(towards(this.places, this.at, key));
    else if (key === "Enter" || key === " ") this.onToggle(this.items[this.at]);
    else return;
    event.preventDefault();
  }

  /** @param {number} row that gets the focus, and that Tab comes to from now on */
  go(row) {
    this.made[this.at]?.setAttribute("tabindex", "-1");
    this.at = row;
    this.made[row].setAttribute("tabindex", "0");
    this.made[row].focus();
  }
}
