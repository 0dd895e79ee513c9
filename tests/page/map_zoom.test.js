import assert from "node:assert/strict";
import { test } from "node:test";
import { zoomed } from "../../lada_explore/views/map/zoom.js";

test("what lies under the fingers stays under them", () => {
  const [start, end] = zoomed([0, 10], 200, 50, 80, 0.5);
  assert.equal(end - start, 5);
  assert.equal(start + ((end - start) * 80) / 200, 2.5); // the value that lay at 50 px
});

test("two fingers that keep their distance only move the map", () => {
  assert.deepEqual(zoomed([-1, 1], 100, 20, 70, 1), [-2, 0]);
});

test("an axis goes on from where it is", () => {
  const nearer = zoomed([0, 8], 100, 50, 50, 0.5);
  assert.deepEqual(nearer, [2, 6]);
  assert.deepEqual(zoomed(nearer, 100, 50, 50, 2), [0, 8]);
});
