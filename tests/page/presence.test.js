import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Presence } from "../../lada_explore/views/labeller/presence.js";

/** @type {object[]} */
let sent;
/** @type {Presence} */
let presence;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  sent = [];
  presence = new Presence((message) => sent.push(message), "mine");
});
afterEach(() => mock.timers.reset());

test("only the image where somebody rests is told of, and once", () => {
  for (const at of [7, 8]) presence.tell({ annotator: "ann", at });
  mock.timers.tick(250);
  presence.tell({ annotator: "ann", at: 8 });
  mock.timers.tick(250);
  assert.deepEqual(sent, [{ type: "at", page: "mine", annotator: "ann", at: 8 }]);
});

test("who leaves is told of at once, and nothing that waited is told afterwards", () => {
  presence.tell({ annotator: "ann", at: 7 });
  presence.leave();
  mock.timers.tick(250);
  assert.deepEqual(sent, [{ type: "leave", page: "mine" }]);
});

test("after a new name the same image is told of again", () => {
  const view = { annotator: "ann", at: 7 };
  presence.tell(view);
  mock.timers.tick(250);
  presence.leave();
  view.annotator = "bo";
  presence.tell(view);
  mock.timers.tick(250);
  assert.deepEqual(sent.slice(1), [
    { type: "leave", page: "mine" },
    { type: "at", page: "mine", annotator: "bo", at: 7 },
  ]);
});

test("a page that is asked tells again where somebody looks, and one that left does not", () => {
  presence.tellAgain();
  assert.deepEqual(sent, []);
  presence.tell({ annotator: "ann", at: 7 });
  mock.timers.tick(250);
  presence.tellAgain();
  const at = { type: "at", page: "mine", annotator: "ann", at: 7 };
  assert.deepEqual(sent, [at, at]);
  presence.leave();
  presence.tellAgain();
  assert.deepEqual(sent.slice(2), [{ type: "leave", page: "mine" }]);
});

test("nobody is told of before anything is looked at", () => {
  presence.tell({ annotator: "ann", at: null });
  mock.timers.tick(250);
  assert.deepEqual(sent, []);
});
