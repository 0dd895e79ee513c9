import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf } from "../../lada_explore/views/labeller/keys.js";
import { RecentKeys } from "../../lada_explore/views/labeller/recent_keys.js";

const NAMES = Array.from({ length: 1000 }, (_, place) => `class ${place}`);

/** @param {RecentKeys} recent @param {number[]} answered */
function after(recent, ...answered) {
  for (const place of answered) recent.note(place, keysOf(NAMES, recent.taken));
  return keysOf(NAMES, recent.taken).classes;
}

test("a class without a key takes the digit that was used longest ago, and keeps it while it is used", () => {
  const recent = new RecentKeys();
  let classes = after(recent, 0, 1, 500, 501);
  assert.deepEqual([classes[0], classes[1], classes[500], classes[501]], ["1", "2", "0", "9"]);
  assert.deepEqual([classes[9], classes[8], classes[7]], ["", "", "8"]);
  classes = after(recent, 600, 601, 602, 603, 604, 605, 0, 606);
  assert.deepEqual([classes[0], classes[606], classes[1], classes[500]], ["1", "2", "", "0"]);
  assert.equal(after(recent, 607)[500], "");
  assert.deepEqual(recent.places().length, 9);
});

test("a class that has a key takes no other, and letters stay where they are", () => {
  const recent = new RecentKeys();
  const before = keysOf(NAMES).classes;
  assert.deepEqual(after(recent, 0, 15, 29), before);
  const classes = after(recent, ...Array.from({ length: 20 }, (_, i) => 100 + i));
  assert.deepEqual(classes.slice(10, 30), before.slice(10, 30));
  assert.deepEqual(classes.slice(110, 120).toSorted(), [..."0123456789"]);
});
