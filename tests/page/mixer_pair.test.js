import assert from "node:assert/strict";
import { test } from "node:test";
import { factRows, termNames } from "../../lada_explore/views/pair_mixer/pair.js";

test("the score of a pair is said to count V only where it does", () => {
  assert.deepEqual(termNames({ counted: true, sampled: false }, "0.250"), {
    score: "score of the pair",
    value: "◆ V at τ* = 0.250",
  });
  assert.deepEqual(termNames({ counted: false, sampled: false }, "2.000"), {
    score: "score of the pair, A(1) + A(0)",
    value: "◆ V at τ* = 2.000, not counted",
  });
});

test("V at tau* is called exact where the score counts a mean of random draws", () => {
  assert.equal(termNames({ counted: true, sampled: true }, "0.037").value, "◆ V at τ* = 0.037, exact");
});

const PAIR = {
  images: [{ id: 40 }, { id: 41 }],
  terms: [1.7, 1.6, 0],
  unit: "bits",
  tau_max: 1,
  counted: false,
  drawn: false,
  sampled: false,
  table: { tau: [0.5, 1, 2, 0.5], value: [1.4, 1.3, 1.25, 1.5], regret: 0.25 },
};

/** @param {object} changed */
const rows = (changed) => factRows(/** @type {any} */ ({ ...PAIR, ...changed }));

test("the facts of a pair are the sum that its score is, then V at the best tau and the regret", () => {
  const counted = { counted: true, terms: [1.7, 1.6, 1.25] };
  assert.deepEqual(rows(counted), [
    ["A(1), id 40 itself", "1.700"],
    ["+ A(0), id 41 itself", "1.600"],
    ["+ ◆ V at τ* = 2.00", "1.250"],
    ["= score of the pair", "4.550 bits"],
    ["▲ V at τ = 0.50, the best up to 2", "1.500"],
    ["regret, best V less V at τ*", "0.250"],
  ]);
  const close = { table: { tau: [0.5, 1, 2, 0.5], value: [1.4, 1.3, 1.25, 1.255], regret: 0.005 } };
  assert.deepEqual(rows({ ...counted, ...close }).slice(4), [
    ["▲ V at τ = 0.50, the best up to 2, is more by", "less than 0.01"],
  ]);
});

test("what learning gained stands beside tau*, with the digits that the kernel wrote", () => {
  const told = rows({ counted: true, terms: [1.7, 1.6, 1.25], gain: "0.0009" });
  assert.deepEqual(told[4], ["gain of τ* over the τ before learning", "0.0009"]);
});

test("a V that the score leaves out stands below the sum", () => {
  assert.deepEqual(rows({}), [
    ["A(1), id 40 itself", "1.700"],
    ["+ A(0), id 41 itself", "1.600"],
    ["= score of the pair, A(1) + A(0)", "3.300 bits"],
    ["◆ V at τ* = 2.00, not counted", "1.250"],
    ["▲ V at τ = 0.50, the best up to 2", "1.500"],
    ["regret, best V less V at τ*", "0.250"],
  ]);
});

test("a V that is counted as a mean of draws is a fact of its own", () => {
  const [, , sampled, score, exact] = rows({ counted: true, sampled: true, terms: [1.7, 1.6, 1.2] });
  assert.deepEqual(sampled, ["+ V in the score, mean of random draws", "1.200"]);
  assert.deepEqual(score, ["= score of the pair", "4.500 bits"]);
  assert.deepEqual(exact, ["◆ V at τ* = 2.00, exact", "1.250"]);
});

test("of a pair drawn at random only what counts is a fact", () => {
  assert.deepEqual(rows({ drawn: true, unit: "uniform draw", terms: [0.5, 0.25, 0] }), [
    ["A(1), id 40 itself", "0.500"],
    ["+ A(0), id 41 itself", "0.250"],
    ["= score of the pair, A(1) + A(0)", "0.750 uniform draw"],
    ["τ, the same for every pair", "2.00"],
  ]);
});
