import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Asking } from "../../lada_explore/views/playground/asking.js";
import { Player } from "../../lada_explore/views/playground/player.js";

const element = () => {
  const attributes = {};
  const setAttribute = (name, value) => (attributes[name] = value);
  return { attributes, setAttribute, removeAttribute() {}, querySelectorAll: () => [], textContent: "" };
};

let now;
let ticks;
let state;
let sent;
let ended;
let resting;
let button;
let player;

beforeEach(() => {
  now = 10_000;
  ticks = [];
  state = { revision: 1 };
  sent = [];
  ended = false;
  resting = true;
  button = element();
  globalThis.performance.now = () => now;
  globalThis.window = /** @type {any} */ ({ setInterval: (tick) => ticks.push(tick) });
  const model = { get: () => state, send: (message) => sent.push(message.type) };
  const parts = /** @type {any} */ ({ play: button, pace: { value: "step 400" } });
  const [root, place] = /** @type {any[]} */ ([element(), element()]);
  player = new Player(parts, new Asking(model, root, place), { ended: () => ended, resting: () => resting });
});

/** Whether it asks for a step after some time. */
function asksAfter(ms) {
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
  assert.deepEqual([button.textContent, button.attributes["aria-pressed"]], ["❚❚ Pause", "true"]);
  ended = true;
  assert.ok(!asksAfter(5000));
  assert.deepEqual([button.textContent, button.attributes["aria-pressed"]], ["▶ Play", "false"]);
  player.toggle();
  player.toggle();
  assert.equal(button.attributes["aria-pressed"], "false");
});
