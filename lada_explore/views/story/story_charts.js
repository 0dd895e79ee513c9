// The charts of the story, each drawn anew into one svg.

import { logBeta } from "../base/beta.js";
import { drawAxes, guideIn, interpolate, linePath, mark, shape } from "../base/pair_plot.js";
import { drawProfile, showDensity } from "../pair_mixer/charts.js";

/** @import { Axes } from "../base/pair_plot.js" */

/**
 * @typedef {object} PairRecord
 * @property {[number, number]} ids the one of lam = 1 first
 * @property {[string, string]} known
 * @property {[string, string]} guesses
 * @property {[number, number, number]} size channels, height and width
 * @property {[string, string]} pixels in base64
 * @property {number[]} grid lam
 * @property {number[]} profile A(lam), in bits
 * @property {number[]} nodes lam where it was evaluated
 * @property {[number[], number[]]} chance of the two guessed classes along the grid
 * @property {number} boundary lam where the two are equal
 * @property {number[]} taus by the policy's epochs, its start first
 * @property {number[]} values V at these
 */

/**
 * @typedef {object} FlipRecord
 * @property {number[]} grid lam
 * @property {{ cycle: number, extra: number[], added: number, tau: number }[]} cycles
 */

/** @typedef {{ limit: number, cycle: number, step: number[], taus: number[] }} CapRecord */

/** @typedef {{ width: number, height: number }} Size of the chart, in pixels */

const LAM = "λ, the share of the right image";
const HEADROOM = 1.12; // as in drawProfile, so that the axis stays from state to state

/**
 * The axes of A(lam), without anything in them.
 *
 * @param {SVGElement} svg
 * @param {PairRecord} pair
 * @param {Size} size
 */
function drawEmpty(svg, pair, size) {
  const y = /** @type {[number, number]} */ ([0, HEADROOM * Math.max(...pair.profile)]);
  return drawAxes(svg, { ...size, x: [0, 1], y, xTitle: LAM, yTitle: "A(λ) (bits)" });
}

/**
 * A(0) and A(1).
 *
 * @param {SVGElement} svg
 * @param {PairRecord} pair
 * @param {Size} size
 */
export function drawEnds(svg, pair, size) {
  const plot = drawEmpty(svg, pair, size);
  drawEndMarks(plot, pair);
}

/**
 * @param {Axes} plot
 * @param {PairRecord} pair
 */
function drawEndMarks({ layer, toX, toY }, { profile }) {
  const ends = /** @type {const} */ ([
    [0, profile[0], "start", 9],
    [1, profile[profile.length - 1], "end", -9],
  ]);
  for (const [lam, value, anchor, shift] of ends) {
    layer.append(shape("circle", { class: "lada-here", cx: toX(lam), cy: toY(value), r: 6 }));
    const at = { x: toX(lam) + shift, y: toY(value) - 24, "text-anchor": anchor };
    layer.append(shape("text", { class: "lada-class-label", ...at }, `A(${lam}) = ${value.toFixed(2)}`));
  }
}

/**
 * The probabilities of the two classes, and where the one overtakes the other.
 *
 * @param {SVGElement} svg
 * @param {PairRecord} pair
 * @param {Size} size
 */
export function drawBoundary(svg, pair, size) {
  const top = Math.max(...pair.chance.flat());
  const y = /** @type {[number, number]} */ ([0, Math.min(1, HEADROOM * top)]);
  const plot = drawAxes(svg, { ...size, x: [0, 1], y, xTitle: LAM, yTitle: "probability" });
  const guide = guideIn(plot);
  const x = plot.toX(pair.boundary);
  guide.setAttribute("x1", String(x));
  guide.setAttribute("x2", String(x));
  pair.chance.forEach((line, place) => {
    const [look, lam] = [String(place), place ? 0.14 : 0.86];
    const points = linePath(pair.grid.map(plot.toX), line.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": look, d: points }));
    const at = { x: plot.toX(lam), y: plot.toY(interpolate(pair.grid, line, lam)) + 22, "text-anchor": "middle" };
    plot.layer.append(shape("text", { class: `lada-class-label lada-look-${look}`, ...at }, pair.guesses[place]));
  });
  const both = plot.toY(interpolate(pair.grid, pair.chance[0], pair.boundary));
  plot.layer.append(shape("circle", { class: "lada-here", cx: x, cy: both, r: 6 }));
}

/**
 * A(lam) all along the way.
 *
 * @param {SVGElement} svg
 * @param {PairRecord} pair
 * @param {Size} size
 */
export function drawWay(svg, pair, size) {
  const plot = drawEmpty(svg, pair, size);
  const points = linePath(pair.grid.map(plot.toX), pair.profile.map(plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  drawEndMarks(plot, pair);
}

/**
 * A(lam) with the density of lam and V after an epoch of the policy.
 *
 * @param {SVGElement} svg
 * @param {PairRecord} pair
 * @param {Size} size
 * @param {number} epoch
 */
export function drawPolicy(svg, pair, { width, height }, epoch) {
  const [tau, value] = [pair.taus[epoch], pair.values[epoch]];
  const table = { tau: [1], value: [0], log_beta: [0] };
  const path = /** @type {any} */ ({ ...pair, unit: "bits", tau_max: 1, table });
  const plot = drawProfile({ profile: svg }, path, width, height);
  plot.guide.remove();
  plot.here.remove();
  showDensity(plot, tau, logBeta(tau));
  const y = plot.toY(value);
  plot.layer.append(shape("line", { class: "lada-st-value", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
  const words = { class: "lada-class-label", x: plot.toX(0.5), y: y + 18, "text-anchor": "middle" };
  plot.layer.append(shape("text", words, `V(${tau.toFixed(2)}) = ${value.toFixed(3)}`));
}

/**
 * How far A(lam) lies above or below the line between its ends, in two cycles.
 *
 * @param {SVGElement} svg
 * @param {FlipRecord} flip
 * @param {Size} size
 */
export function drawFlip(svg, { grid, cycles }, size) {
  const reach = HEADROOM * Math.max(...cycles.flatMap(({ extra }) => extra.map(Math.abs)));
  const axes = {
    ...size,
    x: /** @type {[number, number]} */ ([0, 1]),
    xTitle: LAM,
    yTitle: "A(λ) less the line (bits)",
  };
  const plot = drawAxes(svg, { ...axes, y: [-reach, reach] });
  const y = plot.toY(0);
  plot.layer.append(shape("line", { class: "lada-limit", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
  cycles.forEach(({ cycle, extra, tau }, place) => {
    const points = linePath(grid.map(plot.toX), extra.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": String(place), d: points }));
    const peak = interpolate(grid, extra, 0.5);
    const at = { x: plot.toX(0.5), y: plot.toY(peak) + (peak > 0 ? 20 : -10), "text-anchor": "middle" };
    const look = `lada-class-label lada-look-${place}`;
    plot.layer.append(shape("text", { class: look, ...at }, `cycle ${cycle}: τ* = ${tau.toFixed(2)}`));
  });
}

/**
 * The mean tau by the steps of the policy's optimiser, for ranges with different ends.
 *
 * @param {SVGElement} svg
 * @param {CapRecord[]} caps
 * @param {Size} size
 */
export function drawCap(svg, caps, size) {
  const [last, highest] = [Math.max(...caps[0].step), Math.max(...caps.map(({ limit }) => limit))];
  const axes = { ...size, xTitle: "steps of the policy's optimiser", yTitle: "mean τ of the pairs" };
  const plot = drawAxes(svg, { ...axes, x: [0, last], y: [0, HEADROOM * highest] });
  caps.forEach(({ limit, step, taus }, place) => {
    const y = plot.toY(limit);
    plot.layer.append(shape("line", { class: "lada-limit", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
    const points = linePath(step.map(plot.toX), taus.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": String(place), d: points }));
    const at = { x: plot.box.left + 8, y: y - 5 };
    const look = `lada-class-label lada-look-${place}`;
    plot.layer.append(shape("text", { class: look, ...at }, `a range up to ${limit}`));
  });
}
