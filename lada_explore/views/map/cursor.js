// The cursor with which keys move over the map.

import { isDrawn, pointsOf } from "../base/figure.js";
import { make } from "../base/page.js";
import { neighbour } from "./neighbour.js";

/** @import { Key, PlotElement } from "../base/figure.js" */
/** @import { Place } from "./neighbour.js" */

/** @typedef {{ key: Key, at: Place }} MapPoint */

/** @type {Record<string, Place | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Every drawn point with its key, and where it is on the chart in pixels.
 *
 * @param {PlotElement} chart
 */
function pointsOn(chart) {
  if (!isDrawn(chart)) return [];
  const { xaxis, yaxis } = chart._fullLayout;
  /** @type {MapPoint[]} */
  const found = [];
  for (const trace of chart.data) {
    if (trace.visible === "legendonly") continue;
    for (const { key, x, y } of pointsOf(trace)) {
      found.push({ key, at: [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)] });
    }
  }
  return found;
}

/**
 * Where a point is on the chart in pixels; null where it is not, or is hidden by the legend.
 *
 * @param {PlotElement} chart
 * @param {Key} key
 * @returns {Place | null}
 */
export function placeOn(chart, key) {
  if (!isDrawn(chart)) return null;
  const { xaxis, yaxis } = chart._fullLayout;
  const [first, second, third] = key;
  for (const { customdata = [], visible, x, y } of chart.data) {
    if (visible === "legendonly") continue;
    const n = customdata.findIndex((one) => one[0] === first && one[1] === second && one[2] === third);
    if (n >= 0) return [xaxis._offset + xaxis.d2p(Number(x?.[n])), yaxis._offset + yaxis.d2p(Number(y?.[n]))];
  }
  return null;
}

export class MapCursor {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {object} on
   * @param {(key: Key) => void} on.pick hears what Enter chooses
   * @param {(key: Key) => void} on.toggle hears what Space marks, or no longer marks
   * @param {(keys: Key[]) => void} on.add hears what Shift with an arrow marks
   * @param {() => void} on.clear hears that nothing is to be marked any more
   * @param {(key: Key) => void} on.point hears where an arrow leads
   * @param {() => void} on.leave hears that no point is meant any more
   * @param {(key: string) => boolean} on.key hears of any other key, and says whether it did something
   * @param {() => string | undefined} on.first key, as text, of the point where the keys begin
   */
  constructor(chart, on) {
    this.chart = chart;
    this.on = on;
    /** @type {Key | null} */
    this.current = null;
    this.mark = make("div", "lada-map-cursor");
    this.mark.hidden = true;
    chart.tabIndex = 0;
    chart.addEventListener("keydown", (event) => this.press(event));
    chart.addEventListener("blur", () => this.hide());
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.target !== this.chart) return;
    const direction = ARROWS[event.key];
    if (direction) this.move(direction, event.shiftKey);
    else if (event.ctrlKey || event.metaKey || !(this.act(event.key) || this.on.key(event.key))) return;
    event.preventDefault();
  }

  /**
   * What a key does where the cursor is.
   *
   * @param {string} key
   * @returns {boolean} whether it did something
   */
  act(key) {
    const { current, on } = this;
    const shown = !this.mark.hidden;
    if (key === "Escape") {
      if (shown) this.hide();
      else on.clear();
    } else if (key === "Enter" && current) on.pick(current);
    else if (key === " " && current && shown) on.toggle(current);
    else return key === " "; // which would scroll the page
    return true;
  }

  /**
   * @param {Place} direction
   * @param {boolean} marks whether the images on the way are marked
   */
  move(direction, marks) {
    const points = pointsOn(this.chart);
    const named = (/** @type {string | undefined} */ name) => points.find(({ key }) => String(key) === name);
    const here = named(String(this.current));
    const next = here ? neighbour(points, here.at, direction) : (named(this.on.first()) ?? points[0]);
    if (marks && next) this.on.add(here && !this.mark.hidden ? [here.key, next.key] : [next.key]);
    if (next) this.go(next);
  }

  /** @param {MapPoint} point */
  go({ key, at }) {
    this.current = key;
    this.put(at);
    this.mark.hidden = false;
    this.chart.append(this.mark);
    this.on.point(key);
  }

  /** @param {Place} at */
  put([left, top]) {
    this.mark.style.left = `${left}px`;
    this.mark.style.top = `${top}px`;
  }

  /** Stays on its point when the chart is drawn anew, in which that may lie elsewhere. */
  follow() {
    const at = this.current && !this.mark.hidden ? placeOn(this.chart, this.current) : null;
    if (this.current && at) this.put(at);
  }

  hide() {
    if (!this.mark.hidden) this.on.leave();
    this.mark.hidden = true;
  }
}
