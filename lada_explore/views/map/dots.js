// The map's many candidates, on a canvas below plotly's drawing: as nodes of its picture they would take 0.3 s.
// Plotly keeps them as points without marks, so that pointer, axes and legend know them like all others.

import { isDrawn } from "../base/figure.js";
import { eased } from "../base/motion.js";
import { Stamps } from "./stamps.js";

const MANY = 5000; // more dots than this are not drawn anew with every move of a hand: the picture moves with it
const AGAIN_MS = 120; // and is drawn anew after this time, so that what comes into sight is not missing for long

const DOTS = "dots"; // meta of a trace whose points are drawn here; see map_figure.py

/** @import { DrawnPlot, Key, Marker, PickedPoint, PlotElement, PlotEvent, Trace } from "../base/figure.js" */
/** @import { Point } from "../base/motion.js" */
/** @import { Colour } from "./stamps.js" */

/**
 * A trace whose points are drawn here.
 *
 * @typedef {object} Group
 * @property {Trace} trace
 * @property {Key[]} keys
 * @property {Float64Array} xs of the points
 * @property {Float64Array} ys
 * @property {Float64Array} fromXs where those come from that glide; of the others, where they are
 * @property {Float64Array} fromYs
 * @property {boolean} glides
 * @property {string} shape
 * @property {boolean} open whether only its outline is drawn
 * @property {Colour | Colour[]} colours of all, or of each
 * @property {ArrayLike<number>} sizes px
 * @property {number} opacity
 */

/**
 * @param {string} hex
 * @returns {Colour}
 */
function channels(hex) {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
  return [red, green, blue];
}

/**
 * The colour of a value on a marker's colour scale.
 *
 * @param {number} value
 * @param {Marker} marker
 * @returns {Colour}
 */
function onScale(value, { cmin = 0, cmax = 1, colorscale = [] }) {
  const at = Math.min(Math.max((value - cmin) / (cmax - cmin || 1), 0), 1);
  const above = Math.max(
    1,
    colorscale.findIndex(([place]) => place >= at),
  );
  const [[low, from], [high, to]] = [colorscale[above - 1], colorscale[above]];
  const share = (at - low) / (high - low);
  const [here, other] = [channels(from), channels(to)];
  const mixed = (/** @type {number} */ k) => Math.round(here[k] + share * (other[k] - here[k]));
  return [mixed(0), mixed(1), mixed(2)];
}

/**
 * Whether a point of the data lies in what a lasso or a box of plotly's encloses.
 *
 * @param {PlotEvent | undefined} event
 * @returns {(x: number, y: number) => boolean}
 */
function enclosure(event) {
  const { lassoPoints: lasso, range } = event ?? {};
  if (range) {
    const [[left, right], [low, high]] = [range.x, range.y];
    return (x, y) => x >= left && x <= right && y >= low && y <= high;
  }
  if (!lasso) return () => false;
  const { x: xs, y: ys } = lasso;
  return (x, y) => {
    let inside = false;
    for (let n = 0, last = xs.length - 1; n < xs.length; last = n, n += 1) {
      const crosses = ys[n] > y !== ys[last] > y;
      if (crosses && x < ((xs[last] - xs[n]) * (y - ys[n])) / (ys[last] - ys[n]) + xs[n]) inside = !inside;
    }
    return inside;
  };
}

/** @param {Marker["size"]} size */
const sizesOf = (size) => (typeof size === "object" ? size : []);

/**
 * The name of a point among others: of an image its id.
 *
 * @param {Key} key
 */
export const nameOf = (key) => (key[1] < 0 ? key[0] : String(key));

/** @typedef {Map<string | number, Point>} Places of points on a map, by name */

/**
 * The marks of a trace, as they are drawn here.
 *
 * @param {Trace} trace
 * @param {Places} before where a key was, if it is to glide from there
 * @returns {Group}
 */
function groupOf(trace, before) {
  const { marker = {} } = trace;
  const { color = "", size, symbol = "", opacity = 1 } = marker;
  const [shape, open] = symbol.split(/-(?=open$)/);
  const keys = Array.from(trace.customdata ?? []);
  const [xs, ys] = [trace.x, trace.y].map((values) => Float64Array.from(keys, (_, n) => Number(values?.[n])));
  const [fromXs, fromYs] = [xs.slice(), ys.slice()];
  let glides = false;
  if (before.size) {
    keys.forEach((key, n) => {
      const from = before.get(nameOf(key));
      if (!from) return;
      [fromXs[n], fromYs[n]] = from;
      glides = true;
    });
  }
  const colours = typeof color === "string" ? channels(color) : Array.from(color, (value) => onScale(value, marker));
  const drawn = { shape, open: Boolean(open), colours, sizes: sizesOf(size), opacity };
  return { trace, keys, xs, ys, fromXs, fromYs, glides, ...drawn };
}

/**
 * A trace without points, which plotly shows in the legend in place of one that is drawn here.
 *
 * @param {Trace} trace
 * @returns {Trace}
 */
function legendOf(trace) {
  const { marker = {} } = trace;
  const size = sizesOf(marker.size)[0] ?? 8;
  return { ...trace, x: [null], y: [null], customdata: undefined, marker: { ...marker, size } };
}

/** @typedef {{ from: number, high: number, across: number, down: number, width: number, height: number }} Shown */

/**
 * What a picture of the plot is drawn for: the values at its upper left corner, px of a unit, and its size in px.
 *
 * @param {DrawnPlot} chart
 * @returns {Shown}
 */
function shownBy({ _fullLayout: { xaxis, yaxis } }) {
  // By the ranges, which follow a hand that drags; plotly's own d2p waits until it lets go.
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  const [width, height] = [xaxis._length, yaxis._length];
  return { from, high, across: width / (to - from), down: height / (high - low), width, height };
}

/**
 * Whether the same scale and size are shown.
 *
 * @param {Shown} a
 * @param {Shown} b
 */
const sameScale = (a, b) =>
  Math.abs(a.across / b.across - 1) < 1e-6 &&
  Math.abs(a.down / b.down - 1) < 1e-6 &&
  a.width === b.width &&
  a.height === b.height;

export class MapDots {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {Stamps} stamps
   */
  constructor(chart, stamps = new Stamps()) {
    this.chart = chart;
    this.stamps = stamps;
    this.canvas = stamps.canvas;
    this.canvas.className = "lada-map-dots";
    this.canvas.setAttribute("aria-hidden", "true"); // plotly's label and the keys tell what is on it
    /** @type {Group[]} */
    this.groups = [];
    this.share = 1; // of the way that gliding dots have gone
    this.frame = 0;
    /** @type {Shown | null} */
    this.shown = null; // what the picture was drawn for
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
  }

  /**
   * Takes the marks of the traces that are drawn here.
   *
   * @param {Trace[]} data which plotly is about to draw
   * @param {Places} before where a key was, if it is to glide from there
   */
  take(data, before) {
    cancelAnimationFrame(this.frame);
    const own = data.filter((trace) => trace.meta === DOTS);
    this.groups = own.map((trace) => groupOf(trace, before));
    data.push(...own.map(legendOf));
    for (const trace of own) Object.assign(trace, { mode: "none", showlegend: false });
    this.share = this.groups.some(({ glides }) => glides) ? 0 : 1;
  }

  /**
   * Listens to a chart that plotly made anew.
   *
   * @param {DrawnPlot} chart
   */
  wire(chart) {
    chart.on("plotly_afterplot", () => this.draw());
    chart.on("plotly_relayouting", () => this.follow());
  }

  /**
   * Draws, and lets the dots glide from where they were.
   *
   * @param {number} duration in ms
   */
  go(duration) {
    this.chart.prepend(this.canvas);
    this.draw();
    if (this.share === 1) return;
    /** @type {number | null} */
    let began = null;
    const step = (/** @type {number} */ now) => {
      began ??= now;
      const time = Math.min(1, (now - began) / duration);
      this.share = eased(time);
      this.draw();
      if (time < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  /** Draws what a hand has moved; a picture of many dots is moved itself, and drawn anew a little later. */
  follow() {
    const { canvas, chart, shown } = this;
    if (!isDrawn(chart)) return;
    const now = shownBy(chart);
    const count = this.groups.reduce((sum, { keys }) => sum + keys.length, 0);
    if (!shown || count <= MANY || this.share < 1 || !sameScale(shown, now)) {
      this.draw();
      return;
    }
    const [x, y] = [(shown.from - now.from) * now.across, (now.high - shown.high) * now.down];
    const cut = [-y, x, y, -x].map((px) => `${Math.max(0, px)}px`); // nothing of it stands beyond the axes
    Object.assign(canvas.style, { translate: `${x}px ${y}px`, clipPath: `inset(${cut.join(" ")})` });
    this.again ??= setTimeout(() => this.draw(), AGAIN_MS);
  }

  draw() {
    const { canvas, chart } = this;
    clearTimeout(this.again);
    this.again = undefined;
    if (!isDrawn(chart)) return;
    const { xaxis, yaxis } = chart._fullLayout;
    const shown = shownBy(chart);
    const { width, height } = shown;
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    const size = { left, top, width: `${width}px`, height: `${height}px` };
    Object.assign(canvas.style, { ...size, translate: "", clipPath: "" });
    this.stamps.begin(width, height, globalThis.devicePixelRatio || 1);
    for (const group of this.groups) if (group.trace.visible !== "legendonly") this.drawGroup(group, shown);
    this.stamps.show();
    this.shown = shown;
  }

  /**
   * @param {Group} group
   * @param {Shown} shown
   */
  drawGroup({ xs, ys, fromXs, fromYs, shape, open, sizes, opacity, colours }, { from, high, across, down }) {
    const { share, stamps } = this;
    const each = typeof colours[0] !== "number";
    const colourOf = (/** @type {number} */ n) => /** @type {Colour} */ (each ? colours[n] : colours);
    const brushOf = (/** @type {number} */ n) => stamps.brush(shape, open, sizes[n], colourOf(n), opacity);
    /** @type {ReturnType<typeof brushOf> | undefined} */
    let brush;
    for (let n = 0; n < xs.length; n += 1) {
      const x = fromXs[n] + share * (xs[n] - fromXs[n]);
      const y = fromYs[n] + share * (ys[n] - fromYs[n]);
      if (!brush || each || sizes[n] !== sizes[n - 1]) brush = brushOf(n);
      stamps.put(brush, (x - from) * across, (high - y) * down);
    }
  }

  /**
   * The points inside a lasso or a box, as `pointsOf` of chart.js tells plotly's.
   *
   * @param {PlotEvent | undefined} event
   */
  selected(event) {
    const inside = enclosure(event);
    /** @type {PickedPoint[]} */
    const found = [];
    for (const { trace, keys, xs, ys } of this.groups) {
      if (trace.visible === "legendonly") continue;
      keys.forEach((key, point) => {
        if (inside(xs[point], ys[point]))
          found.push({ trace: this.chart.data?.indexOf(trace) ?? -1, point, customdata: key });
      });
    }
    return found;
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.again);
    this.canvas.remove();
  }
}
