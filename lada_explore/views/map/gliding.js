// Images that are on the map before and after glide from one place to the other.

import { isDrawn } from "../base/figure.js";
import { MapDots, nameOf } from "./dots.js";

const MOVE_MS = 700;

/** @import { DrawnPlot, PlotElement, Trace } from "../base/figure.js" */
/** @import { Places } from "./dots.js" */

/** @typedef {Element & { __data__?: { trace?: { index: number } }[] }} TraceGroup as plotly draws it */

/** @typedef {Element & { __data__?: { i: number, x: number, y: number } }} PointNode as plotly draws it */

/**
 * Lets the images of plotly's picture glide; those on the canvas do it by themselves, see dots.js.
 *
 * @param {DrawnPlot} chart
 * @param {Places} before
 */
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  const place = (/** @type {number[]} */ [x, y]) => `translate(${xaxis.d2p(x)}px, ${yaxis.d2p(y)}px)`;
  /** @type {NodeListOf<TraceGroup>} */
  const groups = chart.querySelectorAll(".scatterlayer .trace");
  for (const group of groups) {
    const keys = chart.data[group.__data__?.[0]?.trace?.index ?? -1]?.customdata;
    /** @type {NodeListOf<PointNode>} */
    const nodes = group.querySelectorAll("path.point");
    for (const node of nodes) {
      const { __data__: datum } = node;
      const key = datum && keys?.[datum.i];
      const old = key && before.get(nameOf(key));
      if (!old) continue;
      const way = [{ transform: place(old) }, { transform: place([datum.x, datum.y]) }];
      node.animate(way, { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}

export class Gliding {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {MapDots} dots
   */
  constructor(chart, dots = new MapDots(chart)) {
    this.chart = chart;
    this.dots = dots;
    /** @type {number | null} */
    this.cycle = null; // of the map that is shown
    /** @type {Places} */
    this.places = new Map(); // on the map that is shown
    /** @type {Places} */
    this.before = new Map(); // on the map before, of images that are to glide
  }

  /**
   * Takes the traces of a cycle's map before plotly draws them: images glide where it takes the place of another's.
   *
   * @param {Trace[]} data
   * @param {number} cycle
   */
  prepare(data, cycle) {
    const another = this.cycle !== null && this.cycle !== cycle;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.before = another && !still ? this.places : new Map();
    this.dots.take(data, this.before);
  }

  /**
   * Begins, once plotly has drawn the map.
   *
   * @param {number} cycle
   */
  go(cycle) {
    const { chart } = this;
    this.dots.go(MOVE_MS);
    this.cycle = cycle;
    if (!isDrawn(chart)) return;
    glide(chart, this.before);
    this.places = new Map();
    for (const { customdata, x, y } of chart.data) {
      for (let n = 0; n < (customdata?.length ?? 0); n += 1) {
        this.places.set(nameOf(customdata?.[n] ?? []), [Number(x?.[n]), Number(y?.[n])]);
      }
    }
  }
}
