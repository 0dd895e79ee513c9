import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, fromWire, numbers } from "../../lada_explore/views/base/wire.js";
import { sent } from "./sent.js";

test("floats and integers are read from wherever they lie in a message", () => {
  assert.deepEqual(numbers(sent("f4", [0.5, -2, Number.NaN])), Float32Array.from([0.5, -2, Number.NaN]));
  assert.deepEqual(numbers(sent("i4", [1, -7, 2_000_000_000])), Int32Array.from([1, -7, 2_000_000_000]));
});

test("what is read is a copy, so that the message can go", () => {
  const array = sent("i4", [1, 2]);
  const read = numbers(array);
  array.bytes.setInt32(0, 99, true);
  assert.deepEqual([...read], [1, 2]);
  assert.equal(bytesOf(array.bytes).byteLength, 8);
});

test("a spec keeps its plain values, and gets its arrays: a matrix as rows", () => {
  const spec = {
    name: "map",
    x: sent("f4", [1, 2]),
    rows: [{ z: sent("i4", [1, 2, 3, 4, 5, 6], [2, 3]) }],
    none: null,
  };
  assert.deepEqual(fromWire(spec), {
    name: "map",
    x: Float32Array.from([1, 2]),
    rows: [
      {
        z: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
    none: null,
  });
});

test("a matrix without rows is empty", () => {
  assert.deepEqual(fromWire(sent("f4", [], [0, 4])), []);
});
