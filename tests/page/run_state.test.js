import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accuracyWords,
  chartPair,
  lamAt,
  ownLam,
  pairLines,
  withArrays,
} from "../../lada_explore/views/playground/run_state.js";
import { sent } from "./sent.js";

/** @import { Pairs } from "../../lada_explore/views/playground/run_state.js" */

/**
 * Two pairs on a grid of three lam, a slider of two tau, and two draws a pair.
 *
 * @returns {Pairs}
 */
const pairs = () =>
  withArrays({
    known: true,
    unit: "bits",
    tau_max: 1,
    ids: sent("i4", [4, 7, 1, 2]),
    queried: sent("i4", [1, 0]),
    scores: sent("f4", [2.5, 0.25]),
    nodes: sent("f4", [0, 0.125, 0.25, 0.375, 0.5]),
    grid: sent("f4", [0, 0.5, 1]),
    profile: sent("f4", [0, 1, 2, 3, 4, 5], [2, 3]),
    terms: sent("f4", [1, 2, 3, 4, 5, 6], [2, 3]),
    tau: sent("f4", [1, 2]),
    log_beta: sent("f4", [0.5, 1.5]),
    own_tau: sent("f4", [0.75, 0.5, 0.25, 2], [2, 2]),
    own_log_beta: sent("f4", [7, 8, 9, 10], [2, 2]),
    value: sent("f4", [1, 2, 3, 4, 5, 6, 7, 8], [2, 4]),
    lam: sent("f4", [0.25, 0.5, 0.75, 1], [2, 2]),
  });

test("a pair has its own profile and terms, and its own two tau after those of the slider", () => {
  const { profile, terms, nodes, table } = chartPair(pairs(), 1);
  assert.deepEqual([...profile], [3, 4, 5]);
  assert.deepEqual([...terms], [4, 5, 6]);
  assert.deepEqual([...nodes], [0, 0.5]);
  assert.deepEqual([...table.tau], [1, 2, 0.25, 2]);
  assert.deepEqual([...table.log_beta], [0.5, 1.5, 9, 10]);
  assert.deepEqual([...table.value], [5, 6, 7, 8]);
});

test("virtual instances lie at the pair's own draws, or at those of the nearest tau of the slider", () => {
  const draws = { tau: Float32Array.of(1, 2), lam: Float32Array.of(0.125, 0.25, 0.375, 0.5) };
  assert.deepEqual(ownLam(pairs(), 1), [0.75, 1]);
  assert.deepEqual(lamAt(draws, 0.25, pairs()), [0.125, 0.25]);
  assert.deepEqual(lamAt(draws, 1.75, pairs()), [0.375, 0.5]);
  assert.deepEqual(lamAt(draws, 9, pairs()), [0.375, 0.5]);
});

test("a pair is told by its points and its score, and marked where it is asked about", () => {
  assert.deepEqual(pairLines(pairs()), ["1 ●  points 4 and 7, score 2.50 bits", "2  points 1 and 2, score 0.25 bits"]);
});

test("the accuracy is that of the last evaluation, and a set drawn by hand has none", () => {
  assert.equal(accuracyWords({ share: [0.5, 0.9125], measured: true }), "91.3 % of the test points right");
  assert.equal(accuracyWords({ share: [], measured: true }), "");
  assert.equal(accuracyWords({ share: [], measured: false }), "drawn by hand: no test points");
});
