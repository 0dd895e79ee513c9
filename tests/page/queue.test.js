import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ActionQueue, LeftBehind } from "../../lada_explore/views/labeller/queue.js";

/** @import { Acknowledgement, Action } from "../../lada_explore/views/labeller/state.js" */

/** @typedef {Action & { seq: number }} Sent */

/** @type {Map<string, string>} */
const stored = new Map();
/** @type {Storage} */
globalThis.localStorage = {
  length: 0,
  key: () => null,
  clear: () => stored.clear(),
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => stored.set(key, value),
  removeItem: (key) => stored.delete(key),
};

/** @type {Sent[]} */
let sent;
/** @type {ActionQueue} */
let queue;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
  stored.clear();
  sent = [];
  queue = new ActionQueue(
    (message) => sent.push(/** @type {Sent} */ (message)),
    () => {},
  );
});
afterEach(() => mock.timers.reset());

const ME = { annotator: "me", at: -1, ms: 0 };
/** @type {(id: number) => Action} */
const label = (id) => ({ name: "label", id, label: 1, ...ME });
/** @type {Acknowledgement} */
const DONE = { type: "ack", page: "", seq: 0, ok: true, say: "", show: -1 };
/** @type {(seq: number, more?: Partial<Acknowledgement>) => Action | null} */
const acknowledge = (seq, more = {}) => queue.acknowledge({ ...DONE, page: queue.page, seq, ...more });
/** The images that actions are about, in order. */
const ids = (/** @type {Action[]} */ actions) => actions.map((action) => ("id" in action ? action.id : null));
const numbers = () => sent.map(({ seq }) => seq);

test("actions leave one at a time, in order, each after the one before was acknowledged", () => {
  for (const id of [7, 8, 9]) queue.push(label(id));
  assert.deepEqual(ids(sent), [7]);
  assert.deepEqual(acknowledge(1), label(7));
  assert.deepEqual(
    [ids(sent), numbers()],
    [
      [7, 8],
      [1, 2],
    ],
  );
  acknowledge(2);
  acknowledge(3);
  assert.equal(queue.waiting.length, 0);
  assert.equal(sent.length, 3);
});

test("what is not acknowledged is sent again with the same number", () => {
  queue.push(label(7));
  mock.timers.tick(4000);
  assert.deepEqual(numbers(), [1, 1]);
  assert.equal(queue.silentMs, 4000);
});

test("an acknowledgement that comes twice, or for another page, moves nothing", () => {
  queue.push(label(7));
  queue.push(label(8));
  assert.equal(acknowledge(1, { page: "another" }), null);
  acknowledge(1);
  assert.equal(acknowledge(1), null);
  assert.deepEqual(ids(queue.waiting.map(({ action }) => action)), [8]);
});

test("behind a refused action everything waits until it is sent again under a new number", () => {
  queue.push(label(7));
  queue.push(label(8));
  assert.equal(acknowledge(1, { ok: false, say: "It is asked no more." }), null);
  assert.equal(queue.failed, "It is asked no more.");
  mock.timers.tick(20_000);
  assert.equal(sent.length, 1);
  queue.again();
  assert.deepEqual(
    [ids(sent), numbers()],
    [
      [7, 7],
      [1, 3],
    ],
  );
});

test("dropping a refused action lets the next one go", () => {
  queue.push(label(7));
  queue.push(label(8));
  acknowledge(1, { ok: false, say: "no" });
  queue.drop();
  assert.deepEqual(ids(sent), [7, 8]);
});

test("an ended kernel's actions are kept for the run's next labeller, and given once", () => {
  const kept = new LeftBehind("demo");
  queue.push(label(7));
  queue.push(label(8));
  queue.push({ name: "go_on", ...ME });
  queue.lose(kept);
  assert.equal(queue.lost, "3 not saved: kept in this browser, and sent when this cell has been run again.");
  mock.timers.tick(20_000);
  assert.equal(sent.length, 1);
  assert.deepEqual(new LeftBehind("demo").take(), [label(7), label(8)]);
  assert.deepEqual(new LeftBehind("demo").take(), []);
});

test("of what was under way only what bears repeating is kept", () => {
  const kept = new LeftBehind("demo");
  queue.push({ name: "undo", ...ME });
  queue.push(label(8));
  queue.lose(kept);
  assert.deepEqual(kept.take(), [label(8)]);
});

test("a run without a name keeps nothing", () => {
  queue.push(label(7));
  queue.lose(new LeftBehind(""));
  assert.equal(stored.size, 0);
  assert.equal(queue.lost, "1 not saved: answer again when this cell has been run.");
});
