// Zoom and pan that leave the page its own: the wheel zooms with ctrl or ⌘, as a pinch on a touchpad does, or after a
// click into the map, two fingers zoom and pan, and one finger scrolls the page. Plotly does the wheel's part.

import { isDrawn } from "../base/figure.js";
import { make } from "../base/page.js";
import { shared } from "../base/plotly_library.js";

/** @import { Layout, PlotElement } from "../base/figure.js" */
/** @import { Place } from "./neighbour.js" */

/** @typedef {[number, number]} Range */

/** @typedef {{ xaxis: { range: Range }, yaxis: { range: Range } }} Ranged */

const HINT_MS = 1600;
const STEP = 1.25; // of the keys
const CTRL = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "") ? "⌘" : "Ctrl";
const HINT = `${CTRL} + wheel zooms; after a click into the map the wheel alone does`;

/**
 * An axis after what lay at a place on it has moved to another, and all around it has been scaled.
 *
 * @param {Range} range values at its start and end
 * @param {number} length px
 * @param {number} from px from its start
 * @param {number} to px
 * @param {number} scale above 1 for more of the map
 * @returns {Range}
 */
export function zoomed([start, end], length, from, to, scale) {
  const value = start + ((end - start) * from) / length;
  const span = (end - start) * scale;
  const begin = value - (span * to) / length;
  return [begin, begin + span];
}

/**
 * The middle between two fingers, and how far they are apart.
 *
 * @param {TouchList} touches
 * @returns {{ at: Place, apart: number }}
 */
function between(touches) {
  const [{ clientX: x, clientY: y }, { clientX: x2, clientY: y2 }] = [touches[0], touches[1]];
  return { at: [(x + x2) / 2, (y + y2) / 2], apart: Math.max(1, Math.hypot(x - x2, y - y2)) };
}

export class MapZoom {
  /**
   * @param {HTMLElement} body in which the chart lies
   * @param {PlotElement} chart that plotly draws
   */
  constructor(body, chart) {
    this.body = body;
    this.chart = chart;
    this.hint = make("div", "lada-map-hint", HINT);
    this.hint.hidden = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.hiding = undefined;
    this.clicked = false; // so that the wheel alone zooms, until the pointer leaves
    this.tool = false; // whether a finger chose lasso or box, which one finger then draws
    /** @type {{ ranges: Ranged, at: Place, apart: number } | null} */
    this.pinch = null;
    /** @type {object | null} */
    this.wanted = null; // ranges that are to be drawn
    this.drawing = false;
    this.home = {}; // ranges of the whole map
    body.append(this.hint);
    this.listen();
  }

  listen() {
    const { body } = this;
    const first = { capture: true, passive: false }; // before plotly, which would take every event
    body.addEventListener("wheel", (event) => this.wheel(event), first);
    body.addEventListener("pointerdown", (event) => this.press(event), true);
    body.addEventListener("pointerleave", (event) => this.leave(event));
    for (const type of /** @type {const} */ (["touchstart", "touchmove", "touchend", "touchcancel"])) {
      body.addEventListener(type, (event) => this.touch(event), first);
    }
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (event.ctrlKey || event.metaKey || this.clicked) {
      this.hint.hidden = true;
      return;
    }
    event.stopPropagation(); // plotly does not hear of it, so the page scrolls
    this.hint.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => {
      this.hint.hidden = true;
    }, HINT_MS);
  }

  /** @param {PointerEvent} event */
  press(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.pointerType === "touch") {
      const button = target.closest?.(".modebar-btn");
      if (button) this.tool = ["lasso", "select"].includes(button.getAttribute("data-val") ?? "");
    } else this.clicked = true;
  }

  /**
   * The pointer goes. Plotly lays a cover over the page while a button is down, which is not that.
   *
   * @param {PointerEvent} event
   */
  leave({ relatedTarget }) {
    const covered = relatedTarget instanceof Element && relatedTarget.classList.contains("dragcover");
    if (!covered) this.clicked = false;
  }

  /** A finger's lasso or box is done: the next one scrolls the page again. */
  selected() {
    this.tool = false;
  }

  /** @param {TouchEvent} event */
  touch(event) {
    if (/** @type {Element} */ (event.target).closest?.(".modebar, .legend")) return;
    if (event.touches.length < 2) {
      this.pinch = null;
      if (!this.tool) event.stopPropagation(); // one finger scrolls the page; a tap comes as a click
      return;
    }
    event.stopPropagation();
    if (event.cancelable) event.preventDefault();
    if (!isDrawn(this.chart)) return;
    const now = between(event.touches);
    if (!this.pinch || event.type === "touchstart") {
      const { xaxis, yaxis } = this.chart._fullLayout;
      this.pinch = { ranges: { xaxis: { range: [...xaxis.range] }, yaxis: { range: [...yaxis.range] } }, ...now };
      return;
    }
    this.move(this.pinch.ranges, this.pinch.at, now.at, this.pinch.apart / now.apart);
  }

  /**
   * What the keys for zooming do: closer, farther, or the whole map.
   *
   * @param {string} key
   * @returns {boolean} whether it is one of them
   */
  key(key) {
    const { chart } = this;
    const scale = { "+": 1 / STEP, "=": 1 / STEP, "-": STEP }[key];
    if ((!scale && key !== "0") || !isDrawn(chart)) return false;
    const { xaxis, yaxis } = chart._fullLayout;
    if (scale) {
      const { left, top } = chart.getBoundingClientRect();
      /** @type {Place} */
      const middle = [left + xaxis._offset + xaxis._length / 2, top + yaxis._offset + yaxis._length / 2];
      this.move({ xaxis, yaxis }, middle, middle, scale);
    } else this.draw(this.home);
    return true;
  }

  /** @param {Layout} layout of the map as it is sent: its whole */
  take({ xaxis, yaxis }) {
    this.home = { "xaxis.range": xaxis?.range, "yaxis.range": yaxis?.range };
  }

  /**
   * @param {Ranged} ranges to begin from
   * @param {Place} from on the page, px
   * @param {Place} to
   * @param {number} scale
   */
  move(ranges, from, to, scale) {
    if (!isDrawn(this.chart)) return;
    const { xaxis, yaxis } = this.chart._fullLayout;
    const { left, top } = this.chart.getBoundingClientRect();
    const [x, y] = [left + xaxis._offset, top + yaxis._offset];
    const up = (/** @type {number} */ at) => yaxis._length - (at - y); // values grow upwards
    this.draw({
      "xaxis.range": zoomed(ranges.xaxis.range, xaxis._length, from[0] - x, to[0] - x, scale),
      "yaxis.range": zoomed(ranges.yaxis.range, yaxis._length, up(from[1]), up(to[1]), scale),
    });
  }

  /**
   * One drawing at a time, and of what is wanted meanwhile only the last.
   *
   * @param {object} ranges
   */
  async draw(ranges) {
    this.wanted = ranges;
    if (this.drawing) return;
    this.drawing = true;
    try {
      const plotly = await shared.ready;
      while (this.wanted && isDrawn(this.chart)) {
        const next = this.wanted;
        this.wanted = null;
        await plotly.relayout(this.chart, next);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    } finally {
      this.drawing = false;
    }
  }
}
