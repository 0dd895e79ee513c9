import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../lada_explore/views/labeller/selection.js";

/** @import { Situation } from "../../lada_explore/views/labeller/situation.js" */

/**
 * Images 10 to 15 in order, of which some are answered.
 *
 * @param {number[]} answered
 * @returns {Situation}
 */
function situation(answered = []) {
  const order = [10, 11, 12, 13, 14, 15];
  const stateOf = (/** @type {number} */ id) => ({ sign: answered.includes(id) ? "saved" : "open" });
  return /** @type {any} */ ({ order, stateOf, place: (/** @type {number} */ id) => order.indexOf(id) });
}
const ids = (/** @type {Selection} */ selection) => [...selection.ids].sort();

test("a range reaches from where it began, forward and back, however often it is changed", () => {
  const selection = new Selection();
  selection.reach(12, 14, situation());
  assert.deepEqual(ids(selection), [12, 13, 14]);
  selection.reach(14, 10, situation());
  assert.deepEqual(ids(selection), [10, 11, 12]);
  selection.reach(10, 12, situation());
  assert.deepEqual(ids(selection), [12]);
});

test("of a range the open images are taken, and all where none is open", () => {
  const selection = new Selection();
  selection.reach(10, 13, situation([11, 12]));
  assert.deepEqual(ids(selection), [10, 13]);
  selection.clear(11);
  selection.reach(11, 12, situation([11, 12]));
  assert.deepEqual(ids(selection), [11, 12]);
});

test("a range from an image that is asked no more begins where it ends", () => {
  const selection = new Selection();
  selection.from = 99;
  selection.reach(null, 13, situation());
  assert.deepEqual(ids(selection), [13]);
});

test("a frame adds to what was selected, and what is asked no more leaves", () => {
  const selection = new Selection();
  selection.hold([14, 15], new Set([10]), situation([15]));
  assert.deepEqual(ids(selection), [10, 14]);
  selection.toggle(99);
  assert.equal(selection.keep(situation()), 1);
  selection.toggle(10);
  assert.deepEqual(ids(selection), [14]);
  selection.all(situation([10, 11]));
  assert.deepEqual(ids(selection), [12, 13, 14, 15]);
});
