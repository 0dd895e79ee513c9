import assert from "node:assert/strict";
import { test } from "node:test";
import { termNames } from "../../lada_explore/views/pair_mixer/pair.js";

test("the score of a pair is said to count V only where it does", () => {
  assert.deepEqual(termNames({ counted: true, sampled: false }, "0.250"), {
    score: "score of the pair",
    value: "◆ V at tau* = 0.250",
  });
  assert.deepEqual(termNames({ counted: false, sampled: false }, "2.000"), {
    score: "score of the pair, A(1) + A(0)",
    value: "◆ V at tau* = 2.000, not counted",
  });
});

test("V at tau* is called exact where the score counts a mean of random draws", () => {
  assert.equal(termNames({ counted: true, sampled: true }, "0.037").value, "◆ V at tau* = 0.037, exact");
});
