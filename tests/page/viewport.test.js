import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, Viewport } from "../../lada_explore/views/labeller/viewport.js";

function viewport(width = 4000, height = 3000) {
  const made = new Viewport();
  made.frame = { width: 400, height: 400 };
  made.picture = { width, height };
  return made;
}

const close = (/** @type {number[]} */ found, /** @type {number[]} */ expected) =>
  found.forEach((value, place) => {
    assert.ok(Math.abs(value - expected[place]) < 1e-9, `${found} is not ${expected}`);
  });

test("at first the whole picture is in the middle of the frame", () => {
  const view = viewport();
  assert.deepEqual(view.place(), { left: 0, top: 50, width: 400, height: 300 });
  assert.deepEqual(view.box(), [0, 0, 1, 1]);
  assert.equal(view.zoomed, false);
});

test("the point that is zoomed at stays where it is", () => {
  const view = viewport();
  const under = (/** @type {number} */ x, /** @type {number} */ y) => {
    const { left, top, width, height } = view.place();
    return [(x - left) / width, (y - top) / height];
  };
  const before = under(300, 150);
  for (const factor of [1.7, 3, 1.1]) {
    view.zoom(factor, 300, 150);
    close(under(300, 150), before);
  }
  view.zoom(1 / (1.7 * 3 * 1.1), 300, 150);
  close(view.box(), [0, 0, 1, 1]);
});

test("no more than the picture can be seen, and no less than a pixel in 16", () => {
  const view = viewport();
  view.zoom(1e9, 400, 350);
  assert.equal(view.magnification, 16);
  close(view.box(), [1 - 25 / 4000, 1 - 25 / 3000, 1, 1]);
  view.pan(-1e9, -1e9);
  close(view.box().slice(2), [1, 1]);
  view.pan(1e9, 1e9);
  close(view.box().slice(0, 2), [0, 0]);
  view.zoom(1e-9);
  assert.deepEqual(view.box(), [0, 0, 1, 1]);
});

test("a tiny picture is magnified eight times", () => {
  const tiny = viewport(8, 8);
  tiny.zoom(100);
  assert.equal(tiny.scale, 8);
});

test("a side that fits stays in the middle while the other one is moved", () => {
  const view = viewport(4000, 1000);
  view.zoom(2, 0, 200);
  assert.deepEqual(view.place(), { left: 0, top: 100, width: 800, height: 200 });
  view.pan(-100, -100);
  assert.deepEqual(view.place(), { left: -100, top: 100, width: 800, height: 200 });
  close(view.box(), [1 / 8, 0, 5 / 8, 1]);
  close(view.box(0.25), [0, 0, 6 / 8, 1]);
});

test("a box covers another one within it", () => {
  assert.ok(covers([0, 0, 0.5, 0.5], [0.1, 0, 0.5, 0.4]));
  assert.ok(!covers([0, 0, 0.5, 0.5], [0.1, 0, 0.6, 0.4]));
});
