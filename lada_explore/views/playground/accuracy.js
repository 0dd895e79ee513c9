// The chart below the runs.

import { drawAxes, linePath, MARKS, mark, shape } from "../base/pair_plot.js";

/** @import { Axes } from "../base/pair_plot.js" */
/** @import { RunState } from "./run_state.js" */

/** @typedef {Pick<RunState, "method" | "accuracy">} Curve */

const SAMPLE_PX = 30;

/**
 * Accuracy against labels, a line for each run; two of them are named.
 *
 * @param {SVGSVGElement} svg
 * @param {Curve[]} runs
 * @param {number} width
 * @param {number} height
 */
export function drawAccuracy(svg, runs, width, height) {
  const shown = runs.filter(({ accuracy }) => accuracy.labels.length);
  if (svg.parentElement) svg.parentElement.hidden = !shown.length;
  if (!shown.length || width < 160) return;
  const labels = shown.flatMap(({ accuracy }) => accuracy.labels);
  const shares = shown.flatMap(({ accuracy }) => accuracy.share.map((share) => 100 * share));
  const low = Math.min(50, ...shares);
  const plot = drawAxes(svg, {
    width,
    height,
    x: [Math.min(...labels) - 2, Math.max(...labels, Math.min(...labels) + 16) + 2],
    y: [low, 102],
    xTitle: "labels",
    yTitle: "right (%)",
  });
  shown.forEach(({ method, accuracy }, place) => {
    const [xs, ys] = [accuracy.labels.map(plot.toX), accuracy.share.map((share) => plot.toY(100 * share))];
    plot.layer.append(shape("path", { class: "lada-class", "data-look": place, d: linePath(xs, ys) }));
    xs.forEach((x, n) => plot.layer.append(mark(MARKS[place], x, ys[n], 3.5, `lada-class-mark lada-look-${place}`)));
    if (shown.length > 1) nameLine(plot, method, place);
  });
}

/**
 * An entry of the legend, in the corner where accuracy seldom is.
 *
 * @param {Axes} plot
 * @param {string} name
 * @param {number} place
 */
function nameLine({ layer, box }, name, place) {
  const y = box.bottom - 12 - 16 * place;
  const text = shape("text", { class: "lada-class-label", x: box.right - 4, y: y + 4, "text-anchor": "end" }, name);
  layer.append(text);
  const right = box.right - 12 - text.getComputedTextLength();
  const sample = { class: "lada-class", "data-look": place, d: `M${right - SAMPLE_PX} ${y}H${right}` };
  layer.append(shape("path", sample));
  layer.append(mark(MARKS[place], right - SAMPLE_PX / 2, y, 3.5, `lada-class-mark lada-look-${place}`));
}
