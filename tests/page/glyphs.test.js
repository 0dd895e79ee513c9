import assert from "node:assert/strict";
import { test } from "node:test";
import { addGlyph, glyphPath } from "../../lada_explore/views/base/glyphs.js";

/** @import { GlyphPath } from "../../lada_explore/views/base/glyphs.js" */

/** The steps of a path that a shape adds. */
function traced(/** @type {string} */ kind) {
  /** @type {(string | number)[][]} */
  const steps = [];
  /** @type {GlyphPath} */
  const path = {
    moveTo: (x, y) => steps.push(["M", x, y]),
    lineTo: (x, y) => steps.push(["L", x, y]),
    arc: (x, y, half) => steps.push(["arc", x, y, half]),
    closePath: () => steps.push(["Z"]),
  };
  addGlyph(path, kind, 10, 20, 4);
  return steps;
}

test("a square is the same on a canvas and in SVG", () => {
  assert.deepEqual(traced("square"), [["M", 6, 16], ["L", 14, 16], ["L", 14, 24], ["L", 6, 24], ["Z"]]);
  assert.equal(glyphPath("square", 10, 20, 4), "M6 16L14 16L14 24L6 24Z");
});

test("what has no corners is a circle", () => {
  assert.deepEqual(traced("circle"), [
    ["M", 14, 20],
    ["arc", 10, 20, 4],
  ]);
  assert.equal(glyphPath("circle", 10, 20, 4), "M6 20a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z");
});

test("shapes that stand for classes differ in their corners", () => {
  const corners = ["square", "triangle", "diamond", "cross"].map((kind) => glyphPath(kind, 0, 0, 10));
  assert.equal(new Set(corners).size, 4);
});
