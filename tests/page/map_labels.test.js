import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { leaderEnd, placeLabels } from "../../lada_explore/views/map/labels.js";
import { numbersFor, pairOf } from "../../lada_explore/views/map/numbers.js";

/** @import { Place } from "../../lada_explore/views/map/neighbour.js" */

/** @typedef {{ name: string, points: Place[], sizes: Place[], marks: Place[], room: Place, places: (Place | null)[] }} Case */

/** @type {Case[]} see tests/views/map/test_map_labels.py, which reads them too */
const CASES = JSON.parse(readFileSync(new URL("label_places.json", import.meta.url), "utf-8"));

for (const { name, points, sizes, marks, room, places } of CASES) {
  test(`numbers stand where a saved figure has them: ${name}`, () => {
    const labels = points.map((point, n) => ({ point, size: sizes[n] }));
    const found = placeLabels(labels, marks, room);
    assert.equal(found.length, places.length);
    found.forEach((place, n) => {
      assert.equal(place === null, places[n] === null, String(n));
      place?.forEach((at, axis) => assert.ok(Math.abs(at - Number(places[n]?.[axis])) < 1e-5, `${n}: ${place}`));
    });
  });
}

test("a number beside its point has no line to it, one farther away has one to its edge", () => {
  assert.equal(leaderEnd([100, 100], [100, 83], [30, 15]), null);
  assert.deepEqual(leaderEnd([100, 100], [160, 60], [30, 20]), [145, 70]);
});

const NUMBERS = [
  [7, -1, -1],
  [9, -1, -1],
  [4, -1, -1],
  [7, 9, 3],
].map((key) => ({ key }));

test("the number of an image brings those of its pair", () => {
  assert.deepEqual(pairOf([9, -1, -1], NUMBERS), [7, 9]);
  assert.deepEqual(pairOf([7, 9, 0], NUMBERS), [7, 9]);
  assert.deepEqual(pairOf([4, -1, -1], NUMBERS), [4]);
  assert.deepEqual(numbersFor(NUMBERS, [9, 7]), [{ key: [7, -1, -1] }, { key: [9, -1, -1] }, { key: [7, 9, 3] }]);
  assert.deepEqual(numbersFor(NUMBERS, [7]), [{ key: [7, -1, -1] }]);
});
