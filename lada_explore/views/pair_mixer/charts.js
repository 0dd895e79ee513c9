// The charts of A(lam) and V(tau): each is drawn once, and returns its scales and the marks that move.

import { setAttributes } from "../base/page.js";
import { drawAxes, guideIn, interpolate, linePath, mark, shape } from "../base/pair_plot.js";

/** @import { Axes } from "../base/pair_plot.js" */

/**
 * What the charts of a path need to know of a pair.
 *
 * @typedef {object} Path
 * @property {string} unit
 * @property {Float32Array | number[]} grid lam
 * @property {Float32Array | number[]} profile A(lam)
 * @property {Float32Array | number[]} nodes lam where it was evaluated
 * @property {number} tau_max upper end of the range of a learned tau
 * @property {Partial<Record<"profile" | "value", [number, number]>>} [spans] from where to where the axes reach, where
 *   that is not up to the pair alone
 * @property {Record<"tau" | "value" | "log_beta", Float32Array>} table V by tau; the last two entries are tau* and the
 *   best tau
 */

/** @typedef {{ profile: ReturnType<typeof drawProfile>, value: ReturnType<typeof drawValue> }} PathPlots */

export const CHART_PX = 210; // height of a chart, where nothing else is asked for
const NAME_PX = 12; // height of the name of a mark
const DENSITY_TOP = 3;
const DENSITY_STEPS = 160;

// The acquisition along the path, with the density of lam

/**
 * @param {{ profile: SVGElement }} parts where it is drawn
 * @param {Path} pair
 * @param {number} width
 * @param {number} [height]
 */
export function drawProfile({ profile: svg }, pair, width, height = CHART_PX) {
  const top = densityTop(pair.table);
  const [lowest, highest] = pair.spans?.profile ?? [Math.min(0, ...pair.profile), Math.max(...pair.profile)];
  const plot = drawAxes(svg, {
    width,
    height,
    x: [0, 1],
    y: [lowest, lowest + 1.12 * (highest - lowest || 1)],
    xTitle: "λ, the share of the right image",
    yTitle: `A(λ) (${pair.unit})`,
    right: { top, title: "density of λ" },
  });
  const density = plot.layer.appendChild(shape("path", { class: "lada-density" }));
  const guide = guideIn(plot);
  const points = linePath(Array.from(pair.grid, plot.toX), Array.from(pair.profile, plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  return { ...plot, density, guide, here: hereIn(plot), top };
}

/** @param {Axes} plot */
function hereIn({ layer }) {
  return layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
}

/**
 * The highest density that Beta(tau, tau) takes in the middle, for any tau of the slider.
 *
 * @param {Path["table"]} table
 */
function densityTop({ tau, log_beta: logBeta }) {
  let top = DENSITY_TOP;
  for (let n = 0; n < tau.length; n += 1) top = Math.max(top, Math.exp((tau[n] - 1) * Math.log(0.25) - logBeta[n]));
  return top;
}

/**
 * The density of Beta(tau, tau) as the `d` of a path.
 *
 * @param {Axes} plot
 * @param {number} top density at the upper end of the plot
 * @param {number} tau
 * @param {number} logBeta
 */
function densityPath({ toX, box }, top, tau, logBeta) {
  const xs = [];
  const ys = [];
  for (let n = 0; n <= DENSITY_STEPS; n += 1) {
    const lam = 0.002 + (0.996 * n) / DENSITY_STEPS;
    const density = Math.exp((tau - 1) * Math.log(lam * (1 - lam)) - logBeta);
    xs.push(toX(lam));
    ys.push(box.bottom - (Math.min(density, top) / top) * (box.bottom - box.top));
  }
  return `${linePath(xs, ys)}L${toX(0.998).toFixed(1)} ${box.bottom}L${toX(0.002).toFixed(1)} ${box.bottom}Z`;
}

// V(tau)

/**
 * @param {{ value: SVGElement }} parts where it is drawn
 * @param {Path} pair
 * @param {number} width
 * @param {number} [height]
 */
export function drawValue({ value: svg }, pair, width, height = CHART_PX) {
  const { tau, value } = pair.table;
  const count = tau.length - 2;
  const [low, high] = pair.spans?.value ?? [Math.min(...value), Math.max(...value)];
  const room = Math.max(0.15 * (high - low), 0.02 * Math.abs(high), 1e-3);
  const plot = drawAxes(svg, {
    width,
    height,
    x: [0, tau[count - 1]],
    y: [low - room, high + room],
    xTitle: "τ",
    yTitle: `V(τ) (${pair.unit})`,
  });
  const at = (/** @type {number} */ place) => [plot.toX(tau[place]), plot.toY(value[place])];
  const [star, best] = [at(count), at(count + 1)];
  if (pair.tau_max < tau[count - 1] * 0.999) drawLimit(plot, plot.toX(pair.tau_max), [star, best]);
  const xs = Array.from(tau.subarray(0, count), plot.toX);
  const ys = Array.from(value.subarray(0, count), plot.toY);
  plot.layer.append(shape("path", { class: "lada-curve", d: linePath(xs, ys) }));
  const here = hereIn(plot);
  drawTau(plot, star, "diamond", "τ*", 20);
  drawTau(plot, best, "triangle", "best", -11);
  return { ...plot, here };
}

/**
 * A mark with its name, as far to the side as the chart goes; beside the mark where the chart ends above it.
 *
 * @param {Axes} plot
 * @param {number[]} at
 * @param {string} kind
 * @param {string} text
 * @param {number} shift of the name, downwards
 */
function drawTau({ layer, box }, [x, y], kind, text, shift) {
  layer.append(mark(kind, x, y, 4.5, `lada-mark-${kind}`));
  const inside = Math.min(box.right - 14, Math.max(box.left + 16, x));
  const look = { class: `lada-mark-text lada-mark-${kind}-text` };
  const place =
    y + shift < NAME_PX
      ? { x: x + 8, y: y + 4, "text-anchor": "start" }
      : { x: inside, y: y + shift, "text-anchor": "middle" };
  layer.append(shape("text", { ...look, ...place }, text));
}

/**
 * The end of a learned tau: a line, and its name on the side and at the height where no mark of the curve stands.
 *
 * @param {Axes} plot
 * @param {number} x
 * @param {number[][]} marks
 */
function drawLimit({ layer, box }, x, marks) {
  layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: box.top, y2: box.bottom }));
  const right = x < (box.left + box.right) / 2;
  const room = right ? box.right - x : x - box.left;
  const words = ["largest learned τ", "limit"].find((text) => 6.2 * text.length + 8 < room) ?? "";
  const long = 6.2 * words.length;
  const [from, to] = right ? [x, x + long + 8] : [x - long - 8, x];
  const near = marks.filter(([at]) => at > from - 24 && at < to + 24);
  const clear = (/** @type {number} */ y) => Math.min(200, ...near.map(([, up]) => Math.abs(up - y)));
  const [low, middle, high] = [box.bottom - 6, (box.bottom + box.top) / 2, box.top + 12];
  const y = [low, high, middle].reduce((best, other) => (clear(other) > clear(best) ? other : best));
  const look = { class: "lada-tick", "text-anchor": right ? "start" : "end" };
  layer.append(shape("text", { ...look, x: right ? x + 4 : x - 4, y }, words));
}

// What moves

/**
 * @param {PathPlots["profile"]} profile
 * @param {number} lam
 * @param {number} value A(lam)
 */
export function moveLam(profile, lam, value) {
  const x = profile.toX(lam);
  setAttributes(profile.guide, { x1: x, x2: x });
  setAttributes(profile.here, { cx: x, cy: profile.toY(value) });
}

/**
 * @param {PathPlots["profile"]} profile
 * @param {number} tau
 * @param {number} logBeta log B(tau, tau)
 */
export function showDensity(profile, tau, logBeta) {
  profile.density.setAttribute("d", densityPath(profile, profile.top, tau, logBeta));
}

/**
 * @param {PathPlots} plots
 * @param {Path["table"]} table
 * @param {number} place of tau in the table
 */
export function moveTau({ profile, value }, table, place) {
  const tau = table.tau[place];
  showDensity(profile, tau, table.log_beta[place]);
  setAttributes(value.here, { cx: value.toX(tau), cy: value.toY(table.value[place]) });
}

/**
 * The place of the nearest value.
 *
 * @param {ArrayLike<number>} values
 * @param {number} value
 */
export function nearest(values, value) {
  let best = 0;
  for (let n = 1; n < values.length; n += 1) {
    if (Math.abs(values[n] - value) < Math.abs(values[best] - value)) best = n;
  }
  return best;
}

/**
 * Where the slider of tau stands for a place in the table: it has the grid's steps, between two of which tau* and the best
 * tau lie.
 *
 * @param {Path["table"]} table
 * @param {number} place
 */
export function stepOf({ tau }, place) {
  const count = tau.length - 2;
  return place < count ? place : Math.round((tau[place] / tau[count - 1]) * count) - 1;
}
