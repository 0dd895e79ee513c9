// The candidates of a cycle, as score_ledger.py sends them and as the page reads them.

import { numbers } from "../base/wire.js";
import { rank } from "./ranking.js";

/** @import { Floats, Integers } from "../base/wire.js" */

/**
 * The ledger's state where there are candidates.
 *
 * @typedef {object} LedgerState
 * @property {number} revision
 * @property {string} title
 * @property {string} [error]
 * @property {string} [message]
 * @property {string} [caption]
 * @property {string} unit
 * @property {Integers} pair_ids (P, 2)
 * @property {Floats} terms (P, 3) A(1), A(0) and V(tau*)
 * @property {[number, number, number]} weights of the terms in the method's own score
 * @property {{ bar: [number, number] }} spans the longest bar at these weights, here or in a ledger beside it too
 * @property {Integers} queried (P,) 1 for a pair that was queried
 * @property {string[]} known class of each image, in the order of `pair_ids`; empty where it is not known
 * @property {string[]} guesses what the classifier takes each image for
 * @property {number} selected row of the pair that is marked, -1 for none
 * @property {Record<string, string>} [images] data URL of some images by id, empty for one that was not kept
 */

/** @typedef {ReturnType<typeof readLedger>} Ledger */

/** @typedef {{ scores: Float32Array, order: number[], places: Map<number, number> }} Ranking scores of the rows, rows
 *   from best to worst, and places of the rows from 1 */

export const TERMS = [
  { name: "A(1)", what: "the first image by itself" },
  { name: "A(0)", what: "the second image by itself" },
  { name: "V(τ*)", what: "their virtual instances" },
];
const DRAWN = 30;
const MORE = 60; // queried pairs beyond the best ones that still get a bar

/** @param {LedgerState} state */
export function readLedger(state) {
  const terms = numbers(state.terms);
  const queried = numbers(state.queried);
  return {
    ...state,
    terms,
    queried,
    pairIds: numbers(state.pair_ids),
    placeBefore: ranked(terms, state.weights).places,
    /** How many pairs are asked about. */
    asked: queried.reduce((sum, one) => sum + one, 0),
  };
}

/**
 * @param {Float32Array} terms
 * @param {number[]} weights
 * @returns {Ranking}
 */
export function ranked(terms, weights) {
  const { scores, order } = rank(terms, weights);
  return { scores, order, places: new Map(order.map((row, place) => [row, place + 1])) };
}

/**
 * The method's own score, as the head of the bars has it.
 *
 * @param {Ledger} ledger
 */
export function scoreText({ weights }) {
  const names = (/** @type {boolean} */ counted) =>
    TERMS.filter((_, term) => Boolean(weights[term]) === counted).map(({ name }) => name);
  const left = names(false);
  return names(true).join(" + ") + (left.length ? `; the method does not count ${left.join(", ")}` : "");
}

/**
 * What a term stands for, and whether the method counts it.
 *
 * @param {Ledger} ledger
 * @param {number} term
 */
export function termText({ weights }, term) {
  return weights[term] ? TERMS[term].what : `${TERMS[term].what}, not counted by this method`;
}

/**
 * Rows that get a bar: all, or the best ones and beyond them those that were queried; `left` of these get none.
 *
 * @param {Ledger} ledger
 * @param {number[]} order
 */
export function drawnRows({ queried }, order, all = false) {
  if (all) return { rows: order, left: 0 };
  const beyond = order.slice(DRAWN).filter((row) => queried[row]);
  return { rows: [...order.slice(0, DRAWN), ...beyond.slice(0, MORE)], left: Math.max(0, beyond.length - MORE) };
}

/**
 * The longest bar of these rows; at the method's own weights also that of a ledger beside it.
 *
 * @param {Ledger} ledger
 * @param {number[]} rows
 * @param {number[]} weights
 */
export function longestBar({ terms, spans, weights: own }, rows, weights) {
  const lengthOf = (/** @type {number} */ row) =>
    weights.reduce((sum, weight, term) => sum + Math.max(0, weight * terms[3 * row + term]), 0);
  const plain = weights.every((weight, term) => weight === own[term]);
  return Math.max(plain ? spans.bar[1] : 0, ...rows.map(lengthOf));
}

/**
 * What the weights change of the query, in a sentence.
 *
 * @param {Ledger} ledger
 * @param {number[]} order
 * @param {number[]} weights
 */
export function summaryOf({ asked, queried, weights: own }, order, weights) {
  const pairs = `${asked.toLocaleString("en")} pair${asked === 1 ? "" : "s"}`;
  const entering = order.slice(0, asked).filter((row) => !queried[row]).length;
  if (entering) return `▼ ${entering} of the ${pairs} asked about would leave, and ▲ ${entering} would enter.`;
  const plain = weights.every((weight, term) => weight === own[term]);
  return plain
    ? `These are the method's weights; they chose the ${pairs} asked about.`
    : `The same ${pairs} would be asked about.`;
}
