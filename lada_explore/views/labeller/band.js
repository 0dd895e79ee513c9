// Dragging over the grid: a frame that selects the images it touches.

import { make, within } from "../base/page.js";
import { cardsIn } from "./images.js";

/** @import { Labeller } from "./page.js" */

const DRAG_PX = 5; // a pointer that moves no further clicks
const EDGE_PX = 8; // this near to an edge of the grid, it scrolls

/**
 * @param {Labeller} labeller in whose stage a mouse or a pen drags; a finger scrolls
 */
export function watchBand(labeller) {
  const { stage } = labeller.parts;
  /** @type {Band | null} */
  let band = null;
  let dragged = false;
  stage.addEventListener("pointerdown", (event) => {
    dragged = false;
    const on = /** @type {Element} */ (event.target);
    if (event.button !== 0 || event.pointerType === "touch" || !on.closest(".lada-lab-grid")) return;
    band = new Band(labeller, within(stage, ".lada-lab-grid"), event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!band?.move(event) || dragged) return;
    dragged = true;
    stage.setPointerCapture(event.pointerId); // also beyond the grid, and so that no card is clicked in the end
  });
  const end = (/** @type {PointerEvent} */ event) => {
    if (band && !dragged && event.type === "pointerup") band.click(event);
    if (band && dragged) {
      labeller.focus(); // not the card where the drag began
      labeller.draw();
    }
    band?.stop();
    band = null;
  };
  for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    stage.addEventListener(name, end);
  }
  const swallow = (/** @type {MouseEvent} */ event) => {
    if (dragged) event.stopPropagation();
    dragged = false;
  };
  stage.addEventListener("click", swallow, true);
}

class Band {
  /**
   * @param {Labeller} labeller
   * @param {HTMLElement} grid
   * @param {PointerEvent} event at which it begins
   */
  constructor(labeller, grid, event) {
    this.labeller = labeller;
    this.grid = grid;
    this.start = this.at(event);
    this.last = event;
    this.moved = false;
    this.box = make("div", "lada-lab-band");
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    /** What was selected before, and stays so. */
    this.before = new Set(adds ? labeller.view.selection.ids : []);
    this.scrolled = () => this.hold();
    grid.addEventListener("scroll", this.scrolled, { passive: true });
    /** @type {number | undefined} */
    this.frame = undefined;
  }

  /**
   * A point of the grid's content.
   *
   * @param {MouseEvent} event
   */
  at({ clientX, clientY }) {
    const { left, top } = this.grid.getBoundingClientRect();
    return { x: clientX - left + this.grid.scrollLeft, y: clientY - top + this.grid.scrollTop };
  }

  /**
   * Follows the pointer. Returns whether it drags.
   *
   * @param {PointerEvent} event
   */
  move(event) {
    this.last = event;
    const { x, y } = this.at(event);
    this.moved ||= Math.hypot(x - this.start.x, y - this.start.y) > DRAG_PX;
    if (this.moved) this.hold();
    if (this.moved) this.frame ??= requestAnimationFrame(() => this.scroll());
    return this.moved;
  }

  /** Scrolls the grid while the pointer is at its edge. */
  scroll() {
    this.frame = undefined;
    const { top, bottom } = this.grid.getBoundingClientRect();
    const below = Math.max(0, this.last.clientY - (bottom - EDGE_PX));
    const above = Math.max(0, top + EDGE_PX - this.last.clientY);
    const before = this.grid.scrollTop;
    this.grid.scrollTop += Math.min(20, below) - Math.min(20, above);
    if (this.grid.scrollTop !== before) this.frame = requestAnimationFrame(() => this.scroll());
  }

  /** Selects the cards that the frame touches. */
  hold() {
    if (!this.moved) return;
    const end = this.at(this.last);
    const across = Math.min(Math.max(end.x, 0), this.grid.scrollWidth);
    const down = Math.min(Math.max(end.y, 0), this.grid.scrollHeight);
    const [left, right] = [this.start.x, across].sort((a, b) => a - b);
    const [top, bottom] = [this.start.y, down].sort((a, b) => a - b);
    if (!this.box.isConnected) this.grid.append(this.box);
    Object.assign(this.box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    const origin = this.grid.getBoundingClientRect();
    const held = cardsIn(this.labeller.parts).filter((card) => {
      const box = card.getBoundingClientRect();
      const x = box.left - origin.left + this.grid.scrollLeft;
      const y = box.top - origin.top + this.grid.scrollTop;
      return x < right && x + box.width > left && y < bottom && y + box.height > top;
    });
    const ids = held.map(({ dataset }) => Number(dataset.id));
    this.labeller.view.selection.hold(ids, this.before, this.labeller.situation());
    this.labeller.drawSelection();
  }

  /**
   * A click beside the cards selects nothing any more.
   *
   * @param {PointerEvent} event
   */
  click(event) {
    if (/** @type {Element} */ (event.target).closest(".lada-lab-card")) return;
    this.labeller.actions.clearSelection();
  }

  stop() {
    this.grid.removeEventListener("scroll", this.scrolled);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.box.remove();
  }
}
