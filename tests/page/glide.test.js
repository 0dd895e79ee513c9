import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { between, eased } from "../../lada_explore/views/base/motion.js";
import { MapDots } from "../../lada_explore/views/map/dots.js";
import { Gliding } from "../../lada_explore/views/map/gliding.js";
import { neighbour } from "../../lada_explore/views/map/neighbour.js";

/** @import { PlotElement, PlotEvent, Trace } from "../../lada_explore/views/base/figure.js" */
/** @import { Stamps } from "../../lada_explore/views/map/stamps.js" */
/** @import { Point } from "../../lada_explore/views/base/motion.js" */

/** @type {FrameRequestCallback[]} */
let frames;
/** @type {Point[]} */
let drawn;

beforeEach(() => {
  frames = [];
  drawn = [];
  globalThis.requestAnimationFrame = (step) => frames.push(step);
  globalThis.cancelAnimationFrame = () => {};
});

/** Remembers where marks are stamped. */
const stamps = () => {
  const canvas = { setAttribute() {}, style: {}, remove() {} };
  const put = (/** @type {unknown} */ _, /** @type {number} */ x, /** @type {number} */ y) => drawn.push([x, y]);
  return /** @type {Stamps} */ (/** @type {unknown} */ ({ canvas, begin() {}, brush() {}, put, show() {} }));
};
const axis = { _length: 100, _offset: 0, range: [0, 100] };
/** @returns {Trace} */
const trace = () => ({
  meta: "dots",
  x: [10, 50],
  y: [100, 100],
  customdata: [
    [1, -1, -1],
    [2, -1, -1],
  ],
  marker: { symbol: "circle", color: "#000000", size: [0, 0], opacity: 1 },
});
/** A chart as plotly leaves it, with these traces. */
function chart(/** @type {Trace[]} */ data = []) {
  const drawn = { _fullLayout: { xaxis: axis, yaxis: axis }, data, prepend() {}, on() {}, querySelectorAll: () => [] };
  return /** @type {PlotElement} */ (/** @type {unknown} */ (drawn));
}

test("an image that was on the map before glides from there, a new one stands where it is", () => {
  const dots = new MapDots(chart(), stamps());
  dots.take([trace()], new Map([[1, [30, 100]]]));
  dots.go(700);
  assert.deepEqual(drawn, [
    [30, 0],
    [50, 0],
  ]);
  drawn.length = 0;
  frames[0](1000);
  frames[1](1350);
  assert.deepEqual(drawn.slice(2), [
    [20, 0],
    [50, 0],
  ]);
  frames[2](1700);
  assert.deepEqual(drawn.slice(4), [
    [10, 0],
    [50, 0],
  ]);
  assert.equal(frames.length, 3);
});

test("a picture of many dots moves with the hand, cut at the axes, and another scale is drawn anew at once", () => {
  const dots = new MapDots(chart(), stamps());
  const many = Array.from({ length: 6000 }, (_, n) => n);
  const [x, y] = [many.map((n) => n % 100), many.map((n) => n % 97)];
  dots.take([{ ...trace(), x, y, customdata: many.map((n) => [n, -1, -1]) }], new Map());
  dots.go(700);
  assert.equal(drawn.length, 6000);
  const layout = { xaxis: { ...axis, range: [10, 110] }, yaxis: { ...axis, range: [20, 120] } };
  Object.assign(dots.chart, { _fullLayout: layout });
  dots.follow();
  assert.equal(drawn.length, 6000);
  const { translate, clipPath } = dots.canvas.style;
  assert.deepEqual([translate, clipPath], ["-10px 20px", "inset(0px 0px 20px 10px)"]);
  dots.draw();
  assert.equal(drawn.length, 12000);
  assert.equal(dots.canvas.style.translate, "");
  Object.assign(dots.chart, { _fullLayout: { ...layout, xaxis: { ...axis, range: [10, 60] } } });
  dots.follow();
  assert.equal(drawn.length, 18000);
  dots.close();
});

test("few dots are drawn anew with every move", () => {
  const dots = new MapDots(chart(), stamps());
  dots.take([trace()], new Map());
  dots.go(700);
  Object.assign(dots.chart, { _fullLayout: { xaxis: { ...axis, range: [10, 110] }, yaxis: axis } });
  dots.follow();
  assert.deepEqual(drawn.slice(2), [
    [0, 0],
    [40, 0],
  ]);
});

test("where no image was before, nothing moves", () => {
  const dots = new MapDots(chart(), stamps());
  dots.take([trace()], new Map());
  dots.go(700);
  assert.deepEqual(drawn, [
    [10, 0],
    [50, 0],
  ]);
  assert.equal(frames.length, 0);
});

test("images glide to the map of another cycle, and not when the same map is drawn anew or nothing should move", () => {
  let still = false;
  globalThis.matchMedia = /** @type {any} */ (() => ({ matches: still }));
  const gliding = new Gliding(chart(), new MapDots(chart(), stamps()));
  /** Draws a map with both images at a place, and returns where they are at first. */
  const show = (/** @type {number} */ cycle, /** @type {number} */ x) => {
    drawn.length = 0;
    const data = [{ ...trace(), x: [x, x] }];
    gliding.prepare(data, cycle);
    gliding.chart.data = data;
    gliding.go(cycle);
    return drawn.map(([across]) => across);
  };
  assert.deepEqual(show(1, 10), [10, 10]);
  assert.deepEqual(show(1, 20), [20, 20]);
  assert.deepEqual(show(2, 30), [20, 20]);
  still = true;
  assert.deepEqual(show(3, 40), [40, 40]);
});

test("a way is slow at both ends and half gone after half of the time", () => {
  assert.deepEqual([0, 0.5, 1].map(eased), [0, 0.5, 1]);
  assert.ok(eased(0.1) < 0.1 && eased(0.9) > 0.9);
  assert.deepEqual(between([0, 10], [10, 30], 0.25), [2.5, 15]);
});

test("a lasso holds what is inside it, a box what is between its sides", () => {
  const dots = new MapDots(chart(), stamps());
  const data = [trace()];
  dots.take(data, new Map());
  dots.chart.data = data;
  const found = (/** @type {PlotEvent | undefined} */ event) => dots.selected(event).map(({ point }) => point);
  assert.deepEqual(found({ lassoPoints: { x: [0, 20, 10], y: [90, 90, 120] } }), [0]);
  assert.deepEqual(found({ range: { x: [40, 60], y: [0, 100] } }), [1]);
  assert.deepEqual(found(undefined), []);
});

test("an arrow leads to the nearest image within 45 degrees of it", () => {
  /** @type {Point[]} */
  const places = [
    [10, 0],
    [5, 20],
    [30, 2],
    [-4, 0],
  ];
  const points = places.map((at, key) => ({ key, at }));
  const found = (/** @type {Point} */ direction) => neighbour(points, [0, 0], direction)?.key;
  assert.deepEqual([found([1, 0]), found([0, 1]), found([-1, 0]), found([0, -1])], [0, 1, 3, undefined]);
});
