// Images that are on the map before and after glide from one place to the other.

import { MapDots } from "./dots.js";

const MOVE_MS = 700;

/** Lets the images of plotly's picture glide; those on the canvas do it by themselves, see dots.js. */
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  const place = ([x, y]) => `translate(${xaxis.d2p(x)}px, ${yaxis.d2p(y)}px)`;
  for (const group of chart.querySelectorAll(".scatterlayer .trace")) {
    for (const node of group.querySelectorAll("path.point")) {
      const { __data__: datum } = node;
      const trace = datum && chart.data[group.__data__?.[0]?.trace?.index];
      const old = before.get(String(trace?.customdata?.[datum.i]));
      if (!old) continue;
      const way = [{ transform: place(old) }, { transform: place([datum.x, datum.y]) }];
      node.animate(way, { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}

/** @typedef {Map<string, [number, number]>} Places of images on a map, by the text of their keys */

export class Gliding {
  /** @param chart that plotly draws */
  constructor(chart) {
    this.chart = chart;
    this.dots = new MapDots(chart);
    /** @type {number | null} */
    this.cycle = null; // of the map that is shown
    /** @type {Places} */
    this.places = new Map(); // on the map that is shown
    /** @type {Places} */
    this.before = new Map(); // on the map before, of images that are to glide
  }

  /** Takes the traces of a cycle's map before plotly draws them: images glide where it takes the place of another's. */
  prepare(data, cycle) {
    const another = this.cycle !== null && this.cycle !== cycle;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.before = another && !still ? this.places : new Map();
    this.dots.take(data, this.before);
  }

  /** Begins, once plotly has drawn the map. */
  go(cycle) {
    this.dots.go(MOVE_MS);
    glide(this.chart, this.before);
    this.cycle = cycle;
    this.places = new Map(
      this.chart.data.flatMap(({ customdata, x, y }) =>
        Array.from(customdata ?? [], (key, n) => [String(key), [x[n], y[n]]]),
      ),
    );
  }
}
