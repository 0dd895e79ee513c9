// How strong the shade of the whole pool is in each cell.

import assert from "node:assert/strict";
import test from "node:test";

import { opacities } from "../../lada_explore/views/map/density.js";

test("the shade goes by the square root, from the row above to the one below, and is never stronger than a third", () => {
  const rows = [
    [0, 4],
    [16, 1],
  ];
  const expected = [0.3, 0.075, 0, 0.15];
  opacities(rows).forEach((opacity, n) => assert.ok(Math.abs(opacity - expected[n]) < 1e-12));
});

test("where there is no image there is no shade", () => {
  assert.deepEqual(opacities([[0, 0]]), [0, 0]);
});
