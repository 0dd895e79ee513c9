// The look-ahead value of a profile through three points, as LOOK_AHEAD computes it: a monotone cubic between the points,
// read on a finer grid, and the line through the grid integrated exactly against Beta(tau, tau).

import { betaWeights } from "../base/beta.js";

/** @typedef {[number, number, number]} Three A(0), A(1/2) and A(1) */

const INTERVALS = 48; // of the grid, as profile.py has for few nodes
const TAU_STEPS = 100;
const SLOPE_STEP = 1e-4; // in tau

export const NODES = [0, 0.5, 1];
export const GRID = Array.from({ length: INTERVALS + 1 }, (_, n) => n / INTERVALS);
/** Values of tau at which the curve of V is drawn. */
export const TAUS = Array.from({ length: TAU_STEPS }, (_, n) => (n + 1) / TAU_STEPS);

const WEIGHTS = TAUS.map((tau) => betaWeights(GRID, tau));

/**
 * Slope at an end, where the next two chords have these slopes.
 *
 * @param {number} near
 * @param {number} far
 */
function endSlope(near, far) {
  const slope = (3 * near - far) / 2;
  if (Math.sign(slope) !== Math.sign(near)) return 0;
  return Math.sign(near) !== Math.sign(far) && Math.abs(slope) > 3 * Math.abs(near) ? 3 * near : slope;
}

/**
 * A(lam) on the grid: the monotone cubic of Fritsch and Butland (1984), as SciPy's PchipInterpolator.
 *
 * @param {Three} values
 */
export function profileThrough(values) {
  const half = 0.5;
  const chords = [(values[1] - values[0]) / half, (values[2] - values[1]) / half];
  const middle = chords[0] * chords[1] > 0 ? 2 / (1 / chords[0] + 1 / chords[1]) : 0;
  const slopes = [endSlope(chords[0], chords[1]), middle, endSlope(chords[1], chords[0])];
  return GRID.map((lam) => {
    const left = lam < half ? 0 : 1;
    const t = (lam - NODES[left]) / half;
    const [from, to] = [values[left], values[left + 1]];
    const bend = t * (1 - t) * half * ((1 - t) * slopes[left] - t * slopes[left + 1]);
    return from + t * t * (3 - 2 * t) * (to - from) + bend;
  });
}

/**
 * @param {number[]} weights
 * @param {number[]} profile
 */
const mean = (weights, profile) => weights.reduce((sum, weight, n) => sum + weight * profile[n], 0);

/**
 * V(tau), the mean of a profile on the grid under Beta(tau, tau).
 *
 * @param {number[]} profile
 * @param {number} tau above 0
 */
export const valueAt = (profile, tau) => mean(betaWeights(GRID, tau), profile);

/**
 * V at all of `TAUS`.
 *
 * @param {number[]} profile
 */
export const valuesOf = (profile) => WEIGHTS.map((weights) => mean(weights, profile));

/**
 * dV/dtau, by a central difference.
 *
 * @param {number[]} profile
 * @param {number} tau above 0
 */
export function slopeAt(profile, tau) {
  const step = Math.min(SLOPE_STEP, tau / 2);
  return (valueAt(profile, tau + step) - valueAt(profile, tau - step)) / (2 * step);
}

/** @typedef {"rises" | "falls" | "sags" | "level"} Shape */

/**
 * What V does over the range of tau, and whether it falls because the middle is below both ends.
 *
 * @param {Three} values
 * @returns {Shape}
 */
export function shapeOf(values) {
  const profile = profileThrough(values);
  const gain = valueAt(profile, 1) - (values[0] + values[2]) / 2; // over V(0), the mean of the ends
  const size = Math.max(...values) - Math.min(...values);
  if (Math.abs(gain) <= 1e-3 * size + 1e-9) return "level"; // no more than rounding, where all three are equal
  if (gain > 0) return "rises";
  return values[1] < Math.min(values[0], values[2]) ? "sags" : "falls";
}
