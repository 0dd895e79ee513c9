// The cursor with which keys move over the map.

import { make } from "../base/page.js";
import { neighbour } from "./neighbour.js";

/** @import { Key } from "./detail.js" */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Every drawn point with its key, and where it is on the chart in pixels. */
function pointsOn(chart) {
  const { xaxis, yaxis } = chart._fullLayout ?? {};
  if (!xaxis) return [];
  const found = [];
  for (const trace of chart.data) {
    if (!trace.customdata?.length || trace.visible === "legendonly") continue;
    for (let n = 0; n < trace.x.length; n += 1) {
      found.push({
        key: trace.customdata[n],
        at: [xaxis._offset + xaxis.d2p(trace.x[n]), yaxis._offset + yaxis.d2p(trace.y[n])],
      });
    }
  }
  return found;
}

export class MapCursor {
  /**
   * @param {HTMLElement} chart that plotly draws
   * @param {object} on
   * @param {(key: Key) => void} on.pick hears what Enter chooses
   * @param {(key: Key) => void} on.point hears where an arrow leads
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
    if (event.key === "Enter" && this.current) this.on.pick(this.current);
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    const points = pointsOn(this.chart);
    const named = (name) => points.find(({ key }) => String(key) === name);
    const here = named(String(this.current));
    const next = here ? neighbour(points, here.at, direction) : (named(this.on.first()) ?? points[0]);
    if (next) this.go(next);
  }

  go({ key, at: [left, top] }) {
    this.current = key;
    this.mark.style.left = `${left}px`;
    this.mark.style.top = `${top}px`;
    this.mark.hidden = false;
    this.chart.append(this.mark);
    this.on.point(key);
  }

  hide() {
    this.mark.hidden = true;
  }
}
