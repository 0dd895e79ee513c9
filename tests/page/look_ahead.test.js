import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { betaCdf, betaQuantile } from "../../lada_explore/views/base/beta.js";
import { profileThrough, shapeOf, slopeAt, valueAt } from "../../lada_explore/views/tau/look_ahead.js";
import { adam, ascent, Climb } from "../../lada_explore/views/tau/optimiser.js";

// Made by SciPy and checked against it, and against LOOK_AHEAD, in tests/views/tau/test_tau_introduction.py.
const NUMBERS = JSON.parse(readFileSync(new URL("look_ahead_values.json", import.meta.url), "utf-8"));

/**
 * @param {number} found
 * @param {number} wanted
 * @param {number} within
 */
const close = (found, wanted, within) => assert.ok(Math.abs(found - wanted) <= within, `${found} is not ${wanted}`);

test("the distribution of Beta(tau, tau) and its quantiles are SciPy's", () => {
  for (const { tau, x, cdf, quantile } of NUMBERS.beta) {
    close(betaCdf(x, tau), cdf, 1e-12);
    close(betaQuantile(tau, x), quantile, 1e-9);
  }
});

test("the profile through three points, V and its slope are those of LOOK_AHEAD", () => {
  for (const { values, profile, taus, value, slope } of NUMBERS.look_ahead) {
    const found = profileThrough(values);
    found.forEach((at, n) => {
      close(at, profile[n], 1e-12);
    });
    for (const [n, tau] of taus.entries()) {
      close(valueAt(found, tau), value[n], 1e-10);
      close(slopeAt(found, tau), slope[n], 1e-6);
    }
  }
});

test("the shape of a profile says what V does, and nothing where it hardly changes", () => {
  assert.equal(shapeOf([1, 3, 2]), "rises");
  assert.equal(shapeOf([1, 1.2, 2]), "falls");
  assert.equal(shapeOf([1, 0.5, 2]), "sags");
  assert.equal(shapeOf([1, 1.5, 2]), "level");
  assert.equal(shapeOf([1, 1, 1]), "level");
});

/** @param {() => ReturnType<typeof adam>} rule */
const pathOf = (rule, /** @type {number} */ slope) => {
  const climb = new Climb(rule());
  for (let n = 0; n < 100; n += 1) climb.step(() => slope);
  return climb.tau;
};

test("Adam moves tau as far by a slope of a hundredth, gradient ascent by about a hundredth as far", () => {
  close(pathOf(adam, 0.5), pathOf(adam, 0.005), 1e-4);
  assert.ok(pathOf(adam, 0.5) > 0.85);
  close(pathOf(adam, -0.5), 1 - pathOf(adam, 0.5), 1e-9);
  assert.ok(pathOf(ascent, 0.5) > 0.7);
  assert.ok(pathOf(ascent, 0.005) < 0.51);
});

test("a slope of zero moves nothing", () => {
  assert.equal(pathOf(adam, 0), 0.5);
});
