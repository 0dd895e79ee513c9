import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Asking } from "../../lada_explore/views/playground/asking.js";
import { Player } from "../../lada_explore/views/playground/player.js";

/** What the player and its question do with an element. */
class Element {
  attributes = new Map();
  textContent = "";

  setAttribute(/** @type {string} */ name, /** @type {string} */ value) {
    this.attributes.set(name, value);
  }

  removeAttribute(/** @type {string} */ name) {
    this.attributes.delete(name);
  }

  querySelectorAll() {
    return [];
  }
}

let now = 0;
/** @type {(() => void)[]} */
let ticks = [];
let state = { revision: 1 };
/** @type {string[]} */
let sent = [];
let ended = false;
let resting = true;
let button = new Element();
/** @type {Player} */
let player;

beforeEach(() => {
  now = 10_000;
  ticks = [];
  state = { revision: 1 };
  sent = [];
  ended = false;
  resting = true;
  button = new Element();
  globalThis.performance.now = () => now;
  const setInterval = (/** @type {() => void} */ tick) => ticks.push(tick);
  globalThis.window = /** @type {any} */ ({ setInterval });
  const model = {
    get: () => /** @type {any} */ (state),
    send: (/** @type {any} */ message) => sent.push(message.type),
  };
  const parts = /** @type {any} */ ({ play: button, pace: { value: "step 400" } });
  const [root, place] = /** @type {any[]} */ ([new Element(), new Element()]);
  player = new Player(parts, new Asking(model, root, place), { ended: () => ended, resting: () => resting });
});

/** Whether it asks for a step after some time. */
function asksAfter(/** @type {number} */ ms) {
  now += ms;
  const before = sent.length;
  ticks[0]();
  return sent.length > before;
}

test("it begins at once, and goes on when the state has changed and was shown for its time", () => {
  player.toggle();
  assert.ok(asksAfter(0));
  assert.ok(!asksAfter(1000), "the kernel has not answered");
  state = { revision: 2 };
  assert.ok(asksAfter(0));
  state = { revision: 3 };
  assert.ok(!asksAfter(399) && asksAfter(1));
  assert.deepEqual(sent, ["step", "step", "step"]);
});

test("it does not ask while a run works or waits for a person", () => {
  player.play();
  resting = false;
  assert.ok(!asksAfter(5000));
  resting = true;
  assert.ok(asksAfter(0));
});

test("a question without an answer is asked again after three seconds", () => {
  player.play();
  assert.ok(asksAfter(0));
  assert.ok(!asksAfter(3000) && asksAfter(1));
});

test("it holds at the end, and by its button", () => {
  player.toggle();
  assert.deepEqual([button.textContent, button.attributes.get("aria-pressed")], ["❚❚ Pause", "true"]);
  ended = true;
  assert.ok(!asksAfter(5000));
  assert.deepEqual([button.textContent, button.attributes.get("aria-pressed")], ["▶ Play", "false"]);
  player.toggle();
  player.toggle();
  assert.equal(button.attributes.get("aria-pressed"), "false");
});
