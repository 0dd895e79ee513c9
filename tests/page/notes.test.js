import assert from "node:assert/strict";
import { test } from "node:test";
import { splitNote } from "../../lada_explore/views/base/notes.js";

test("the line of a note is its first sentence, and what follows is its why", () => {
  const note = "Cycle 12: all 200 pairs got nearly one τ, 0.98 (spread below 0.001). The policy acts as a constant.";
  assert.deepEqual(splitNote(note), {
    first: "Cycle 12: all 200 pairs got nearly one τ, 0.98 (spread below 0.001).",
    rest: "The policy acts as a constant.",
  });
  assert.deepEqual(splitNote("Laying out … Showing the previous map meanwhile."), {
    first: "Laying out …",
    rest: "Showing the previous map meanwhile.",
  });
  assert.equal(splitNote("At τ = 0.5. τ* is 1.").rest, "τ* is 1.");
});

test("a single sentence, whatever numbers it has, is all line", () => {
  for (const note of ["demo 2.0 has no accuracy to compare.", "v1. 5 of 10 are right", ""]) {
    assert.deepEqual(splitNote(note), { first: note, rest: "" });
  }
});
