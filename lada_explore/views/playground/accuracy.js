// The chart below the runs.

import { drawAxes, linePath, MARKS, mark, shape } from "../base/pair_plot.js";

/** @import { RunState } from "./run_state.js" */

/**
 * Accuracy against labels, a line for each run.
 *
 * @param {SVGSVGElement} svg
 * @param {RunState[]} runs
 * @param {number} width
 */
export function drawAccuracy(svg, runs, width) {
  const shown = runs.filter(({ accuracy }) => accuracy.labels.length);
  if (svg.parentElement) svg.parentElement.hidden = !shown.length;
  if (!shown.length || width < 160) return;
  const labels = shown.flatMap(({ accuracy }) => accuracy.labels);
  const shares = shown.flatMap(({ accuracy }) => accuracy.share.map((share) => 100 * share));
  const low = Math.min(50, ...shares);
  const plot = drawAxes(svg, {
    width,
    height: 170,
    x: [Math.min(...labels) - 2, Math.max(...labels, Math.min(...labels) + 16) + 2],
    y: [low, 102],
    xTitle: "labels",
    yTitle: "right (%)",
  });
  shown.forEach(({ method, accuracy }, place) => {
    const [xs, ys] = [accuracy.labels.map(plot.toX), accuracy.share.map((share) => plot.toY(100 * share))];
    plot.layer.append(shape("path", { class: "lada-class", "data-look": place, d: linePath(xs, ys) }));
    xs.forEach((x, n) => plot.layer.append(mark(MARKS[place], x, ys[n], 3.5, `lada-class-mark lada-look-${place}`)));
    const name = `${place ? "■" : "●"} ${method}`;
    const where = { x: plot.box.right - 4, y: plot.box.bottom - 10 - 16 * place, "text-anchor": "end" };
    plot.layer.append(shape("text", { class: `lada-class-label lada-look-${place}`, ...where }, name));
  });
}
