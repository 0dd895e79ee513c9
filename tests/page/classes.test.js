import assert from "node:assert/strict";
import { test } from "node:test";
import { matching } from "../../lada_explore/views/labeller/classes.js";

const NAMES = ["Coat", "Raincoat", " coat rack", "Bag", "COATI"];

test("the class of that name comes first, then those that begin so, then those that have it within", () => {
  assert.deepEqual(matching(NAMES, "coat"), [0, 2, 4, 1]);
});

test("nothing looked for is every class in its place, and a name that is nowhere is none", () => {
  assert.deepEqual(matching(NAMES, ""), [0, 1, 2, 3, 4]);
  assert.deepEqual(matching(NAMES, "shirt"), []);
});
