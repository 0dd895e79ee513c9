import assert from "node:assert/strict";
import { test } from "node:test";
import { rank } from "../../lada_explore/views/score_ledger/ranking.js";

test("pairs are ranked by the weighted sum of their three terms", () => {
  const terms = Float32Array.from([1, 0, 0, 0, 2, 0, 0, 0, 3]);
  assert.deepEqual(rank(terms, [1, 1, 1]).order, [2, 1, 0]);
  assert.deepEqual(rank(terms, [4, 1, 1]).order, [0, 2, 1]);
  assert.deepEqual([...rank(terms, [4, 0.5, 1]).scores], [4, 1, 3]);
});

test("of equal scores the earlier pair comes first", () => {
  assert.deepEqual(rank(new Float32Array(9).fill(0.3), [1, 1, 1]).order, [0, 1, 2]);
});

test("sums are those of single precision, added from left to right", () => {
  // 2^24 + 1 + 1 is 2^24 in single precision, where each 1 is lost by itself; in double precision it would win.
  const terms = Float32Array.from([2 ** 24, 1, 1, 2 ** 24, 0, 0]);
  assert.deepEqual([...rank(terms, [1, 1, 1]).scores], [2 ** 24, 2 ** 24]);
  assert.deepEqual(rank(terms, [1, 1, 1]).order, [0, 1]);
  assert.deepEqual(rank(Float32Array.from([2 ** 24, 0, 0, 2 ** 24, 1, 1]), [1, 1, 1]).order, [0, 1]);
});
