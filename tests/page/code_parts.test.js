import assert from "node:assert/strict";
import { test } from "node:test";
import { codeParts } from "../../lada_explore/views/base/page.js";

test("what stands between backticks is code, and the backticks are gone", () => {
  assert.deepEqual(codeParts("in all that `fidelity=released` sets"), [
    { code: false, text: "in all that " },
    { code: true, text: "fidelity=released" },
    { code: false, text: " sets" },
  ]);
  assert.deepEqual(codeParts("`a` then `b`"), [
    { code: true, text: "a" },
    { code: false, text: " then " },
    { code: true, text: "b" },
  ]);
});

test("a sentence without code, or with one backtick alone, stays as it is", () => {
  assert.deepEqual(codeParts("Note: nothing."), [{ code: false, text: "Note: nothing." }]);
  assert.deepEqual(codeParts("a ` b"), [{ code: false, text: "a ` b" }]);
  assert.deepEqual(codeParts(""), []);
});
