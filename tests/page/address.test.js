import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, placeIn } from "../../lada_explore/apps/lesson/static/address.js";

test("an address names a cycle, a pair and tau, and leaves open what it does not name by a number", () => {
  assert.deepEqual(placeIn("#cycle=2&pair=7&tau=0.4"), { cycle: 2, pair: 7, tau: 0.4 });
  assert.deepEqual(placeIn("#pair=best&tau="), { cycle: null, pair: null, tau: null });
  assert.deepEqual(placeIn(""), { cycle: null, pair: null, tau: null });
});

test("a place is written without what it leaves open", () => {
  assert.equal(hashOf({ cycle: 2, pair: 7, tau: 0.4 }), "#cycle=2&pair=7&tau=0.4");
  assert.equal(hashOf({ cycle: 0, pair: null, tau: null }), "#cycle=0");
});
