import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawnRows,
  longestBar,
  ranked,
  readLedger,
  scoreText,
  summaryOf,
  termText,
} from "../../lada_explore/views/score_ledger/ledger.js";
import { sent } from "./sent.js";

/**
 * @param {number[][]} terms
 * @param {number[]} queried rows
 * @param {[number, number, number]} weights of the method
 * @param {number} beside the longest bar of a ledger beside it
 */
function ledger(terms, queried, weights = [1, 1, 1], beside = 0) {
  const rows = [...terms.keys()];
  return readLedger({
    revision: 1,
    title: "Cycle 1",
    unit: "bits",
    pair_ids: sent(
      "i4",
      rows.flatMap((row) => [2 * row, 2 * row + 1]),
    ),
    terms: sent("f4", terms.flat()),
    weights,
    spans: { bar: [0, beside] },
    queried: sent(
      "i4",
      rows.map((row) => Number(queried.includes(row))),
    ),
    known: [],
    guesses: [],
    selected: -1,
  });
}

test("weights that change the query say how many pairs leave and enter", () => {
  const read = ledger(
    [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ],
    [1, 2],
  );
  const said = (/** @type {number[]} */ weights) => summaryOf(read, ranked(read.terms, weights).order, weights);
  assert.equal(said([1, 1, 1]), "These are the method's weights; they chose the 2 pairs asked about.");
  assert.equal(said([1, 1, 2]), "The same 2 pairs would be asked about.");
  assert.equal(said([4, 1, 1]), "▼ 1 of the 2 pairs asked about would leave, and ▲ 1 would enter.");
});

test("a term that the method leaves out counts when its weight is raised, and is named apart", () => {
  const terms = [
    [1, 0, 9],
    [0, 2, 0],
  ];
  const read = ledger(terms, [1], [1, 1, 0]);
  const said = (/** @type {number[]} */ weights) => summaryOf(read, ranked(read.terms, weights).order, weights);
  assert.equal(said([1, 1, 0]), "These are the method's weights; they chose the 1 pair asked about.");
  assert.equal(said([1, 1, 1]), "▼ 1 of the 1 pair asked about would leave, and ▲ 1 would enter.");
  assert.equal(read.placeBefore.get(1), 1);
  assert.equal(scoreText(read), "A(1) + A(0); the method does not count V(τ*)");
  assert.equal(termText(read, 2), "their virtual instances, not counted by this method");
  const all = ledger(terms, [0]);
  assert.equal(scoreText(all), "A(1) + A(0) + V(τ*)");
  assert.equal(termText(all, 2), "their virtual instances");
});

test("places count from one, before and after a change of weights", () => {
  const read = ledger(
    [
      [1, 0, 0],
      [0, 2, 0],
    ],
    [1],
  );
  assert.deepEqual([...read.placeBefore].sort(), [
    [0, 2],
    [1, 1],
  ]);
  assert.equal(ranked(read.terms, [4, 1, 1]).places.get(0), 1);
});

test("thirty pairs get a bar, and of the queried ones beyond them sixty more", () => {
  const terms = Array.from({ length: 200 }, (_, row) => [200 - row, 0, 0]);
  const queried = Array.from({ length: 70 }, (_, n) => 100 + n);
  const { rows, left } = drawnRows(ledger(terms, queried), [...terms.keys()]);
  assert.deepEqual([rows.length, rows[29], rows[30], rows[89], left], [90, 29, 100, 159, 10]);
  const all = drawnRows(ledger(terms, queried), [...terms.keys()], true);
  assert.deepEqual([all.rows.length, all.rows[199], all.left], [200, 199, 0]);
});

test("the longest bar counts what a term adds, never what it takes away", () => {
  const read = ledger(
    [
      [1, 2, -5],
      [2, 0.5, 0.25],
    ],
    [0],
  );
  assert.equal(longestBar(read, [0, 1], [1, 1, 1]), 3);
  assert.equal(longestBar(read, [0, 1], [2, 0, 0]), 4);
  const besideLonger = ledger([[1, 1, 1]], [0], [1, 1, 1], 5);
  assert.equal(longestBar(besideLonger, [0], [1, 1, 1]), 5);
  assert.equal(longestBar(besideLonger, [0], [2, 1, 1]), 4);
});
