// The density of the whole pool, on a canvas behind the dots: plotly's own heat map would lie over them.

import { isDrawn } from "../base/figure.js";
import { channelsOf } from "../base/theme.js";

/** @import { PlotElement, Trace } from "../base/figure.js" */

const DENSITY = "density"; // meta of the trace; see map_figure.py
const DARKEST = 0.3; // share of the text colour in the densest cell, so that dots stand out from it

/**
 * The opacity of each cell, from above row by row: by the square root, or only the densest groups would show.
 *
 * @param {ArrayLike<ArrayLike<number>>} rows from below
 */
export function opacities(rows) {
  const cells = Array.from(rows, (row) => Array.from(row))
    .reverse()
    .flat();
  const highest = Math.max(...cells, 0) || 1;
  return cells.map((value) => DARKEST * Math.sqrt(Math.max(value, 0) / highest));
}

/**
 * @param {ArrayLike<ArrayLike<number>>} rows
 * @param {number[]} ink
 */
function pictureOf(rows, ink) {
  const picture = document.createElement("canvas");
  Object.assign(picture, { width: rows[0].length, height: rows.length });
  const context = picture.getContext("2d");
  const image = new ImageData(picture.width, picture.height);
  opacities(rows).forEach((opacity, n) => image.data.set([...ink, Math.round(255 * opacity)], 4 * n));
  context?.putImageData(image, 0, 0);
  return picture;
}

/** @param {ArrayLike<number | null>} centres of the cells, evenly spaced */
function reach(centres) {
  const [first, last] = [Number(centres[0]), Number(centres[centres.length - 1])];
  const half = (last - first) / (centres.length - 1) / 2;
  return [first - half, last + half];
}

export class MapDensity {
  /** @param {PlotElement} chart that plotly draws */
  constructor(chart) {
    this.chart = chart;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "lada-map-density";
    this.canvas.setAttribute("aria-hidden", "true"); // the legend and the caption tell of it
    /** @type {{ trace: Trace, picture: HTMLCanvasElement, x: number[], y: number[] } | null} */
    this.shown = null;
  }

  /**
   * Takes the density from the traces that plotly is about to draw, which keeps its entry in the legend.
   *
   * @param {Trace[]} data
   * @param {string} ink text colour of the page
   */
  take(data, ink) {
    this.shown = null;
    const trace = data.find(({ meta }) => meta === DENSITY);
    if (!trace?.z || !trace.x || !trace.y) return;
    const rgb = channelsOf(ink, [128, 128, 128]).slice(0, 3);
    this.shown = { trace, picture: pictureOf(trace.z, rgb), x: reach(trace.x), y: reach(trace.y) };
    const marker = { color: `rgba(${rgb.join(", ")}, ${DARKEST / 2})`, symbol: "square", size: 12 };
    Object.assign(trace, { type: "scatter", mode: "markers", x: [null], y: [null], z: undefined, marker });
  }

  /** Puts the canvas behind that of the dots, once plotly has drawn. */
  go() {
    this.chart.prepend(this.canvas);
    this.draw();
  }

  draw() {
    const { canvas, chart, shown } = this;
    if (!isDrawn(chart)) return;
    canvas.hidden = !shown || shown.trace.visible === "legendonly";
    if (!shown || canvas.hidden) return;
    const { xaxis, yaxis } = chart._fullLayout;
    const [width, height] = [xaxis._length, yaxis._length];
    const sharp = globalThis.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(sharp * width), height: Math.round(sharp * height) });
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    Object.assign(canvas.style, { left, top, width: `${width}px`, height: `${height}px` });
    const across = width / (xaxis.range[1] - xaxis.range[0]);
    const down = height / (yaxis.range[1] - yaxis.range[0]);
    const [x, y] = [(shown.x[0] - xaxis.range[0]) * across, (yaxis.range[1] - shown.y[1]) * down];
    const size = [(shown.x[1] - shown.x[0]) * across, (shown.y[1] - shown.y[0]) * down];
    const context = canvas.getContext("2d");
    context?.scale(sharp, sharp);
    context?.drawImage(shown.picture, x, y, size[0], size[1]);
  }

  close() {
    this.canvas.remove();
  }
}
