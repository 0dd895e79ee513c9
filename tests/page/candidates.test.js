import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestTo, placesOf, towards } from "../../lada_explore/views/playground/candidates.js";
import { bandPath, rangeOf } from "../../lada_explore/views/playground/interval.js";

/** A pair along the lower edge, one upwards in the middle, and a single point at the upper right. */
const POINTS = { x: [-1, 1, 0, 0, 0.9], y: [-1, -1, -0.5, 0.5, 0.9] };
const ITEMS = [[0, 1], [2, 3], [4]];

test("a pair is a segment between its points, and a point one without a length", () => {
  assert.deepEqual(placesOf(POINTS, [[0, 1], [3]], 200), [
    [
      [0, 200],
      [200, 200],
    ],
    [
      [100, 50],
      [100, 50],
    ],
  ]);
});

test("a click means the nearest candidate within reach, and none farther away", () => {
  const places = placesOf(POINTS, ITEMS, 200);
  assert.equal(nearestTo(places, [30, 190], 14), 0);
  assert.equal(nearestTo(places, [30, 180], 14), -1);
  assert.equal(nearestTo(places, [30, 180], 26), 0);
  assert.equal(nearestTo(places, [106, 100], 14), 1);
  assert.equal(nearestTo(places, [185, 12], 14), 2);
  assert.equal(nearestTo([], [0, 0], 14), -1);
});

test("an arrow goes to the nearest candidate that lies more ahead than aside, or stays", () => {
  const places = placesOf(POINTS, ITEMS, 200); // middles: (100, 200), (100, 100), (190, 10)
  assert.equal(towards(places, 0, "ArrowUp"), 1);
  assert.equal(towards(places, 1, "ArrowDown"), 0);
  assert.equal(towards(places, 1, "ArrowRight"), 1); // (190, 10) is as far aside as ahead
  assert.equal(towards(places, 0, "ArrowLeft"), 0);
  assert.equal(towards(places, 0, "Enter"), 0);
  assert.equal(towards([], 0, "ArrowUp"), 0);
});

test("the axis shows every seed, and of an interval after two seeds no more than twice as far", () => {
  assert.deepEqual(rangeOf([], [], []), [-1.15, 1.15]);
  const [low, high] = rangeOf([2, 4], [null, -22], [null, 28]);
  assert.ok(Math.abs(low + 9.2) < 1e-9 && Math.abs(high - 9.2) < 1e-9);
  const narrow = rangeOf([2, 4], [null, 1], [null, 5]);
  assert.ok(Math.abs(narrow[0] + 1.15) < 1e-9 && Math.abs(narrow[1] - 5.75) < 1e-9);
});

test("the band begins with the first interval, goes along its upper ends and back along the lower ones", () => {
  const toY = (/** @type {number} */ value) => 100 - value;
  assert.equal(bandPath([1, 2, 3], [null, -1, -2], [null, 3, 2], toY), "M2.0 97.0L3.0 98.0L3.0 102.0L2.0 101.0Z");
  assert.equal(bandPath([1], [null], [null], toY), "");
});
