// V(tau) with its slope, and tau by the steps of the two optimisers.

import { drawAxes, linePath, mark, shape } from "../base/pair_plot.js";
import { MAX_STEPS, PAPER_STEPS } from "./optimiser.js";

/** @import { Climb } from "./optimiser.js" */

const MIN_SHARE = 0.25; // of the axis of A, that the axis of V has at least: so a flat V looks flat
const LONG_TICKS = { below: 0.1, px: 72 }; // of an axis shorter than that, in bits; and the margin that its ticks take
const TANGENT = 0.18; // in tau, to either side

/**
 * V over tau, its tangent at one tau, and the mark there.
 *
 * @param {SVGElement} svg
 * @param {{ taus: number[], values: number[], size: number }} curve `size` of the axis of A, in bits
 * @param {{ tau: number, value: number, slope: number }} at
 * @param {number} width
 * @param {number} height
 */
export function drawValueAt(svg, { taus, values, size }, { tau, value, slope }, width, height) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const half = Math.max(0.6 * (high - low), (MIN_SHARE / 2) * size);
  const middle = (low + high) / 2;
  const y = /** @type {[number, number]} */ ([middle - half, middle + half]);
  const left = size < LONG_TICKS.below ? LONG_TICKS.px : undefined;
  const plot = drawAxes(svg, { width, height, x: [0, 1], y, xTitle: "τ", yTitle: "V(τ) (bits)", yTicks: 3, left });
  const { layer, toX, toY } = plot;
  layer.append(shape("path", { class: "lada-curve", d: linePath(taus.map(toX), values.map(toY)) }));
  const ends = [Math.max(0, tau - TANGENT), Math.min(1, tau + TANGENT)];
  const tangent = linePath(
    ends.map(toX),
    ends.map((end) => toY(value + slope * (end - tau))),
  );
  layer.append(shape("path", { class: "lada-ti-tangent", d: tangent }));
  const here = layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  return { ...plot, here };
}

/**
 * tau by step, of Adam and of gradient ascent.
 *
 * @param {SVGElement} svg
 * @param {{ adam: Climb, ascent: Climb } | null} climbs
 * @param {number} width
 * @param {number} height
 */
export function drawSteps(svg, climbs, width, height) {
  const axes = { width, height, x: /** @type {[number, number]} */ ([0, MAX_STEPS]), yTicks: 4 };
  const y = /** @type {[number, number]} */ ([0, 1]);
  const plot = drawAxes(svg, { ...axes, y, xTitle: "steps of the optimiser", yTitle: "τ" });
  const { layer, toX, toY, box } = plot;
  const x = toX(PAPER_STEPS);
  layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: box.top, y2: box.bottom }));
  layer.append(shape("text", { class: "lada-tick", x: x + 4, y: toY(0.64) }, "the paper's 100 steps"));
  for (const [name, kind] of /** @type {const} */ ([
    ["ascent", "square"],
    ["adam", "circle"],
  ])) {
    const taus = climbs?.[name].taus ?? [0.5];
    const xs = taus.map((_, n) => toX(n));
    const ys = taus.map(toY);
    layer.append(shape("path", { class: `lada-ti-${name}`, d: linePath(xs, ys) }));
    layer.append(mark(kind, xs[xs.length - 1], ys[ys.length - 1], 4.5, `lada-ti-${name}-mark`));
  }
}
