import assert from "node:assert/strict";
import { test } from "node:test";
import { endsOf, pairAt, toPixel, toPoint } from "../../lada_explore/views/playground/plane_geometry.js";

/** Two pairs: along the lower edge from the left to the right, and upwards in the middle. */
const scene = (known = true) => ({
  x: [-1, 1, 0, 0],
  y: [-1, -1, -0.5, 0.5],
  pairs: { known, ids: Int32Array.of(0, 1, 2, 3), queried: Int32Array.of(1, 1) },
});

test("the square shows -1 to 1 both ways, upwards what is larger", () => {
  assert.deepEqual(toPixel(200, -1, -1), [0, 200]);
  assert.deepEqual(toPixel(200, 0.5, 0), [150, 100]);
  assert.deepEqual(toPoint(200, toPixel(200, 0.5, -0.25)), [0.5, -0.25]);
});

test("a pair begins at its first point, where lam is 1", () => {
  assert.deepEqual(endsOf(scene(), scene().pairs, 0, 200), [
    [0, 200],
    [200, 200],
  ]);
});

test("a click means the nearest segment within 12 pixels, and none beyond its ends", () => {
  assert.equal(pairAt(scene(), [30, 190], 200), 0);
  assert.equal(pairAt(scene(), [30, 187], 200), -1);
  assert.equal(pairAt(scene(), [108, 100], 200), 1);
  assert.equal(pairAt(scene(), [100, 30], 200), -1);
  assert.equal(pairAt(scene(), [105, 158], 200), 1);
});

test("pairs whose profiles are not known cannot be chosen, nor can there be a choice without pairs", () => {
  assert.equal(pairAt(scene(false), [100, 100], 200), -1);
  assert.equal(pairAt({ ...scene(), pairs: null }, [100, 100], 200), -1);
});
