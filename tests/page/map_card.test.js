import assert from "node:assert/strict";
import { test } from "node:test";
import { besidePoint, picturesOf } from "../../lada_explore/views/map/card.js";

const IMAGE = { id: 7, ofTransform: false, name: "" };

test("an image is shown alone, and a virtual instance as its two parents", () => {
  assert.deepEqual(picturesOf([7, -1, -1], {}), [IMAGE]);
  assert.deepEqual(picturesOf([7, 9, 2], { transforms: [] }), [IMAGE, { ...IMAGE, id: 9 }]);
});

test("a transform stands beside its image, each under its name", () => {
  assert.deepEqual(picturesOf([7, 7, 0], { transforms: [3, 7] }), [
    { id: 7, ofTransform: false, name: "image" },
    { id: 7, ofTransform: true, name: "its transform" },
  ]);
});

test("of a transform whose pixels are not recorded its image is shown once", () => {
  assert.deepEqual(picturesOf([7, 7, 0], { transforms: [3] }), [{ id: 7, ofTransform: false, name: "image" }]);
});

test("a card stands beside its point and inside the map, on the side where there is room", () => {
  assert.deepEqual(besidePoint([100, 200], [210, 180], [800, 400]), [116, 110]);
  assert.deepEqual(besidePoint([700, 10], [210, 180], [800, 400]), [474, 0]);
  assert.deepEqual(besidePoint([700, 390], [210, 180], [800, 400]), [474, 220]);
});

test("where no side is wide enough the card stands below its point, or above one that is far down", () => {
  assert.deepEqual(besidePoint([150, 100], [210, 180], [300, 400]), [45, 116]);
  assert.deepEqual(besidePoint([150, 300], [210, 180], [300, 400]), [45, 104]);
});

test("a card never covers its point", () => {
  for (const [x, y] of [
    [0, 0],
    [150, 200],
    [299, 399],
  ]) {
    for (const width of [80, 140, 280]) {
      const [left, top] = besidePoint([x, y], [width, 180], [300, 400]);
      assert.ok(x < left || x > left + width || y < top || y > top + 180, `${x} ${y} ${width}`);
    }
  }
});
