// A run as the kernel shows it at a moment (run.py), and what is read off it.

import { fixed } from "../base/pair_parts.js";
import { numbers } from "../base/wire.js";

/** @import { Floats, Integers } from "../base/wire.js" */

/**
 * The classifier over the plane, on a square grid of nodes from (-1, -1), row by row upwards.
 *
 * @typedef {object} Field
 * @property {number} side nodes in a row
 * @property {Float32Array} entropy (side * side) bits
 * @property {Int32Array} winner (side * side) predicted class
 * @property {number} highest entropy that can be, in bits
 */
/**
 * @typedef {object} Labelled
 * @property {Int32Array | number[]} ids
 * @property {Int32Array | number[]} labels
 * @property {number} fresh how many of the last were given in this cycle
 */
/**
 * P pairs, best first. Before LOOK_AHEAD only who they are is known.
 *
 * @typedef {object} Pairs
 * @property {boolean} known whether there is more
 * @property {Int32Array} ids (2 P) both points of each
 * @property {Int32Array} queried (P) 1 where a pair is asked about
 * @property {Float32Array} scores (P)
 * @property {string} unit
 * @property {number} tau_max end of a learned tau
 * @property {Float32Array} nodes where the profile was evaluated
 * @property {Float32Array} grid (G) lam of the profile
 * @property {Float32Array} profile (P G) A(lam)
 * @property {Float32Array} terms (3 P) of the scores
 * @property {Float32Array} tau (T) the slider's
 * @property {Float32Array} log_beta (T) log B(tau, tau)
 * @property {Float32Array} own_tau (2 P) each pair's tau* and best tau
 * @property {Float32Array} own_log_beta (2 P)
 * @property {Float32Array} value (P (T + 2)) V of the slider's tau, then of the pair's own two
 * @property {Float32Array} lam (P L) draws at each pair's tau*
 */
/**
 * @typedef {object} RunState
 * @property {string} method
 * @property {string} where cycle and stage
 * @property {string} says what happened there
 * @property {string} note
 * @property {Float32Array} x (N) coordinates in [-1, 1]
 * @property {Float32Array} y (N)
 * @property {Field | null} field
 * @property {Labelled} labelled
 * @property {number[]} asked ids
 * @property {number[]} to_answer ids of those that wait for a person
 * @property {boolean} busy whether the run is at work
 * @property {Int32Array} candidates ids
 * @property {Pairs | null} pairs null for a method that has none, or where none are drawn yet
 * @property {{ labels: number[], share: number[], measured: boolean }} accuracy of every evaluation so far
 */
/**
 * Draws of lam from Beta(tau, tau) for every place of the slider.
 *
 * @typedef {object} Draws
 * @property {Float32Array} tau (T) in even steps from tau[0]
 * @property {Float32Array} lam (T L)
 */
/**
 * A pair as the charts of the pair mixer take it; its table holds the slider's tau, then tau* and the best tau.
 *
 * @typedef {object} ChartPair
 * @property {Float32Array} grid
 * @property {Float32Array} nodes
 * @property {Float32Array} profile
 * @property {Float32Array} terms
 * @property {string} unit
 * @property {number} tau_max
 * @property {{ tau: Float32Array, value: Float32Array, log_beta: Float32Array }} table
 */

/**
 * What the kernel sends of a state: the same with its arrays as they come over the wire.
 *
 * @template T
 * @typedef {T extends Float32Array ? Floats
 *   : T extends Int32Array ? Integers
 *   : T extends unknown[] ? T
 *   : T extends object ? { [Name in keyof T]: Sent<T[Name]> }
 *   : T} Sent
 */

/**
 * A value with its buffers as typed arrays, each in one row.
 *
 * @param {any} value
 * @returns {any}
 */
export function withArrays(value) {
  if (!value || typeof value !== "object" || Array.isArray(value)) return value;
  if ("bytes" in value) return numbers(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withArrays(inner)]));
}

/**
 * @param {Sent<RunState>} sent
 * @returns {RunState}
 */
export const readRun = (sent) => withArrays(sent);

/**
 * @param {Sent<Draws>} sent
 * @returns {Draws}
 */
export const readDraws = (sent) => withArrays(sent);

/**
 * @param {Pairs} pairs
 * @param {number} row
 * @returns {ChartPair}
 */
export function chartPair(pairs, row) {
  const [steps, points] = [pairs.tau.length, pairs.grid.length];
  const joined = (/** @type {Float32Array} */ grid, /** @type {Float32Array} */ own) =>
    Float32Array.from([...grid, ...own.subarray(2 * row, 2 * row + 2)]);
  return {
    grid: pairs.grid,
    nodes: pairs.nodes.filter((_, place) => place % 4 === 0),
    profile: pairs.profile.subarray(row * points, (row + 1) * points),
    terms: pairs.terms.subarray(3 * row, 3 * row + 3),
    unit: pairs.unit,
    tau_max: pairs.tau_max,
    table: {
      tau: joined(pairs.tau, pairs.own_tau),
      value: pairs.value.subarray(row * (steps + 2), (row + 1) * (steps + 2)),
      log_beta: joined(pairs.log_beta, pairs.own_log_beta),
    },
  };
}

/**
 * @param {Float32Array} values (R * count)
 * @param {number} row
 * @param {number} count
 */
const rowOf = (values, row, count) => Array.from(values.subarray(row * count, (row + 1) * count));
/** @param {Pairs} pairs */
const drawsEach = ({ lam, queried }) => lam.length / queried.length;

/**
 * Draws of lam at a pair's own tau*.
 *
 * @param {Pairs} pairs
 * @param {number} row
 */
export const ownLam = (pairs, row) => rowOf(pairs.lam, row, drawsEach(pairs));

/**
 * As many draws of lam at another tau: those of the nearest place of the slider.
 *
 * @param {Draws} draws
 * @param {number} tau
 * @param {Pairs} pairs
 */
export function lamAt(draws, tau, pairs) {
  const steps = draws.tau.length;
  const step = Math.min(steps - 1, Math.max(0, Math.round((tau / draws.tau[steps - 1]) * steps) - 1));
  return rowOf(draws.lam, step, drawsEach(pairs));
}

/**
 * The pairs of a run in words, one line each.
 *
 * @param {Pairs} pairs
 */
export function pairLines({ queried, ids, scores, unit }) {
  return Array.from(queried, (asked, row) => {
    const points = `points ${ids[2 * row]} and ${ids[2 * row + 1]}`;
    return `${row + 1}${asked ? " ●" : ""}  ${points}, score ${fixed(scores[row])} ${unit}`;
  });
}

/**
 * What has to happen before there is a pair to look at.
 *
 * @param {RunState} run
 */
export function waitsFor({ where, pairs }) {
  if (!where.startsWith("Cycle"))
    return "The start labels a few points of each class. Pairs come with cycle 1: press Step.";
  if (pairs) return "The dashed lines are the candidate pairs. What lies on them is known after the stage Look ahead.";
  return "This method scores single points, not pairs: there are no segments and no τ.";
}

/**
 * The share of test points that the last evaluation got right, in words.
 *
 * @param {Omit<RunState["accuracy"], "labels">} accuracy
 */
export function accuracyWords({ share, measured }) {
  const last = share.at(-1);
  if (last !== undefined) return `${fixed(100 * last, 1)} % of the test points right`;
  return measured ? "" : "drawn by hand: no test points";
}
