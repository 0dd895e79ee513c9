// The keys of the map: what they do, and that the list of keys names each.

import assert from "node:assert/strict";
import { test } from "node:test";
import { VIEWS } from "../../lada_explore/views/base/view_keys.js";
import { MapCursor } from "../../lada_explore/views/map/cursor.js";
import { MapZoom } from "../../lada_explore/views/map/zoom.js";

const NAMED = [
  "Enter",
  "Escape",
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "Delete",
  "Backspace",
];
const KEYS = [...NAMED, ...Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))];
/** @type {Record<string, string | undefined>} how the list writes them */
const CAPS = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const AXIS = { _offset: 0, _length: 100, range: [0, 100], d2p: (/** @type {number} */ value) => value };
const LEFT = [1, -1, -1];
const RIGHT = [2, -1, -1];

/** A chart with two images beside each other, as far as the keys read it. */
function chart() {
  const trace = { x: [10, 50], y: [20, 20], customdata: [LEFT, RIGHT] };
  return {
    data: [trace],
    _fullLayout: { xaxis: AXIS, yaxis: AXIS },
    getBoundingClientRect: () => ({ left: 0, top: 0 }),
    append() {},
  };
}

/** A cursor without a page, and what it tells. */
function cursor() {
  /** @type {unknown[]} */
  const told = [];
  const on = Object.fromEntries(
    ["pick", "toggle", "add", "clear", "point", "leave"].map((name) => [
      name,
      (/** @type {unknown[]} */ ...given) => told.push([name, ...given]),
    ]),
  );
  const made = Object.assign(Object.create(MapCursor.prototype), {
    chart: chart(),
    current: null,
    mark: { hidden: true, style: {} },
    on: { ...on, key: () => false, first: () => undefined },
  });
  let prevented = false;
  const press = (/** @type {string} */ key, /** @type {object} */ held = {}) => {
    prevented = false;
    told.length = 0;
    const preventDefault = () => {
      prevented = true;
    };
    made.press({ key, target: made.chart, preventDefault, ...held });
    return [...told];
  };
  return { made, press, took: () => prevented };
}

const listed = () => VIEWS.find(({ selector }) => selector === ".lada-map")?.lines.flatMap(([keys]) => keys) ?? [];

test("every key that zooms the map is listed", () => {
  const zoom = Object.assign(Object.create(MapZoom.prototype), { chart: chart(), home: {}, draw() {} });
  const taken = KEYS.filter((key) => zoom.key(key));
  assert.deepEqual(taken.toSorted(), ["+", "-", "0", "="]);
  assert.deepEqual(
    taken.filter((key) => !listed().includes(key)),
    [],
  );
});

test("every key of the cursor is listed, with Shift where that does something else", () => {
  const { press, took } = cursor();
  press("ArrowRight");
  const taken = KEYS.filter((key) => {
    press("ArrowRight"); // so that a cursor is shown
    press(key);
    return took();
  });
  assert.deepEqual(taken, ["Enter", "Escape", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " "]);
  const caps = taken.map((key) => CAPS[key] ?? key);
  const shifted = ["←", "→", "↑", "↓"].map((arrow) => `Shift+${arrow}`);
  assert.deepEqual(
    [...caps, ...shifted].filter((key) => !listed().includes(key)),
    [],
  );
});

test("Space marks the image at the cursor, and nothing while no cursor is shown", () => {
  const { press, took } = cursor();
  assert.deepEqual(press(" "), []);
  assert.ok(took()); // or the page would scroll
  press("ArrowRight");
  assert.deepEqual(press(" "), [["toggle", LEFT]]);
  press("Escape");
  assert.deepEqual(press(" "), []);
});

test("Shift with an arrow marks the image that the cursor leaves and the one that it comes to", () => {
  const { press } = cursor();
  assert.deepEqual(press("ArrowRight", { shiftKey: true }), [
    ["add", [LEFT]],
    ["point", LEFT],
  ]);
  assert.deepEqual(press("ArrowRight", { shiftKey: true }), [
    ["add", [LEFT, RIGHT]],
    ["point", RIGHT],
  ]);
  assert.deepEqual(press("ArrowRight", { shiftKey: true }), []); // nothing lies there
});

test("Escape hides the cursor first, and then clears the marks", () => {
  const { made, press } = cursor();
  press("ArrowRight");
  assert.deepEqual(press("Escape"), [["leave"]]);
  assert.ok(made.mark.hidden);
  assert.deepEqual(press("Escape"), [["clear"]]);
});

test("the cursor follows its image when the map is drawn anew", () => {
  const { made, press } = cursor();
  press("ArrowRight");
  made.chart.data[0].x = [30, 70];
  made.follow();
  assert.equal(made.mark.style.left, "30px");
});
