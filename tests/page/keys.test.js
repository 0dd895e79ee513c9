import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf, meaningOf } from "../../lada_explore/views/labeller/keys.js";

const press = (/** @type {string} */ key, more = {}) => ({
  key,
  code: "",
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});

test("classes are counted by place, and a class of one character has its own", () => {
  assert.deepEqual(keysOf(["T-shirt", "Bag"]).classes, ["1", "2"]);
  assert.deepEqual(keysOf(["cat", "3", "z"]).classes, ["1", "3", "z"]);
});

test("a command whose key a class needs moves behind Alt", () => {
  const keys = keysOf(["z", "cat"]);
  assert.deepEqual(keys.commands.undo, ["Alt+z"]);
  assert.deepEqual(meaningOf(press("z"), keys), { place: 0 });
  assert.deepEqual(meaningOf(press("z", { altKey: true }), keys), { command: "undo" });
});

test("keys with Ctrl are the application's", () => {
  assert.equal(meaningOf(press("1", { ctrlKey: true }), keysOf(["cat"])), null);
});

test("a full stop finds images like this one, with Alt where a class is called so, whatever Alt makes of the key", () => {
  assert.deepEqual(meaningOf(press("."), keysOf(["cat"])), { command: "alike" });
  const keys = keysOf([".", "cat"]);
  assert.deepEqual(meaningOf(press("."), keys), { place: 0 });
  assert.deepEqual(meaningOf(press("…", { code: "Period", altKey: true }), keys), { command: "alike" });
});
