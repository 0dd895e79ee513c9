import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { blend, Stamps } from "../../lada_explore/views/map/stamps.js";

/** @type {ImageData | null} */
let shown;

beforeEach(() => {
  shown = null;
  const picture = (/** @type {number} */ width, /** @type {number} */ height) => ({
    width,
    height,
    data: new Uint8ClampedArray(4 * width * height),
  });
  const pen = {
    beginPath() {},
    moveTo() {},
    arc() {},
    fill() {},
    stroke() {},
    createImageData: picture,
    /** Of a shape: its middle pixel alone is covered. */
    getImageData(/** @type {number} */ _x, /** @type {number} */ _y, /** @type {number} */ width) {
      const made = picture(width, width);
      made.data[4 * ((width * width - 1) / 2) + 3] = 255;
      return made;
    },
    putImageData: (/** @type {ImageData} */ image) => {
      shown = image;
    },
  };
  globalThis.document = /** @type {any} */ ({ createElement: () => ({ width: 0, height: 0, getContext: () => pen }) });
});

/** Places of the pixels that are not clear: across, down, opacity. */
function seen() {
  const { width = 1, data = new Uint8ClampedArray() } = shown ?? {};
  const places = [];
  for (let n = 0; n < data.length / 4; n += 1) {
    if (data[4 * n + 3]) places.push([n % width, Math.floor(n / width), data[4 * n + 3]]);
  }
  return places;
}

const DOT = { shape: "circle", open: false, size: 4 };

test("one colour over another mixes as a painter's glaze does", () => {
  const data = new Uint8ClampedArray([0, 0, 0, 0]);
  blend(data, 0, [200, 100, 0], 0.5);
  assert.deepEqual([...data], [200, 100, 0, 128]);
  data[3] = 127.5; // 0.5 as exactly as a byte can hold it
  blend(data, 0, [0, 100, 240], 0.5);
  // Opacity 0.5 + 0.5 * 0.5 = 0.75; of the colour above, 0.5 / 0.75 = 2/3.
  assert.deepEqual([data[1], data[3]], [100, 192]);
  assert.ok(Math.abs(data[0] - 200 / 3) < 1 && Math.abs(data[2] - 160) < 1);
  blend(data, 0, [9, 9, 9], 1);
  assert.deepEqual([...data], [9, 9, 9, 255]);
});

test("a mark lies around its place, on a screen of any sharpness", () => {
  const stamps = new Stamps();
  stamps.begin(20, 10, 1);
  stamps.put(DOT, 5.5, 4.5, [1, 2, 3], 1);
  stamps.show();
  assert.deepEqual(seen(), [[5, 4, 255]]);
  stamps.begin(20, 10, 2);
  stamps.put(DOT, 5.25, 4.25, [1, 2, 3], 1);
  stamps.show();
  assert.deepEqual(seen(), [[10, 8, 255]]);
  assert.equal(shown?.width, 40);
});

test("a picture begins empty, and what lies outside of it is cut", () => {
  const stamps = new Stamps();
  stamps.begin(20, 10, 1);
  for (const [x, y] of [
    [-3, 5],
    [5, -3],
    [24, 5],
    [5, 14],
    [0.5, 0.5],
    [19.5, 9.5],
  ]) {
    stamps.put(DOT, x, y, [1, 2, 3], 1);
  }
  stamps.show();
  assert.deepEqual(seen(), [
    [0, 0, 255],
    [19, 9, 255],
  ]);
  stamps.begin(20, 10, 1);
  stamps.show();
  assert.deepEqual(seen(), []);
});
