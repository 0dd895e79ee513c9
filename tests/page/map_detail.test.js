import assert from "node:assert/strict";
import { test } from "node:test";
import { picturesOf } from "../../lada_explore/views/map/detail.js";

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
