import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { divided, over, premultiplied, Stamps } from "../../lada_explore/views/map/stamps.js";

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
  globalThis.ImageData = /** @type {any} */ (
    class {
      constructor(/** @type {number} */ width, /** @type {number} */ height) {
        Object.assign(this, picture(width, height));
      }
    }
  );
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

const bytes = (/** @type {number} */ pixel) => [0, 8, 16, 24].map((place) => (pixel >>> place) & 255);
/** Puts down one opaque dot. */
const dot = (/** @type {Stamps} */ stamps, /** @type {number} */ x, /** @type {number} */ y) =>
  stamps.put(stamps.brush("circle", false, 4, [1, 2, 3], 1), x, y);

test("a colour over another mixes as Porter and Duff have it", () => {
  const [first, second] = [premultiplied([200, 100, 0], 0.5), premultiplied([0, 100, 240], 0.5)];
  assert.deepEqual(bytes(first), [100, 50, 0, 128]);
  assert.deepEqual(bytes(divided(first)), [199, 100, 0, 128]);
  // Opacity 0.5 + 0.5 * 0.5 = 0.75; of the colour above 0.5 / 0.75 = 2/3, of the one below a third.
  const both = bytes(divided(over(second, first)));
  const expected = [200 / 3, 100, 160, 0.75 * 255];
  assert.ok(
    both.every((value, n) => Math.abs(value - expected[n]) <= 2),
    String(both),
  );
  assert.deepEqual(bytes(over(premultiplied([9, 8, 7], 1), first)), [9, 8, 7, 255]);
  assert.equal(over(first, 0), first);
});

test("very many layers never leave the bytes", () => {
  for (const opacity of [0.01, 0.3, 0.75, 0.99]) {
    const ink = premultiplied([255, 128, 0], opacity);
    let pixel = ink;
    for (let layer = 0; layer < 1000; layer += 1) {
      pixel = over(ink, pixel);
      const [red, green, blue, alpha] = bytes(pixel);
      assert.ok(alpha >= red && red >= green && green >= blue, `${opacity} ${layer}: ${bytes(pixel)}`);
    }
  }
});

test("a mark lies around its place, on a screen of any sharpness", () => {
  const stamps = new Stamps();
  stamps.begin(20, 10, 1);
  dot(stamps, 5.5, 4.5);
  stamps.show();
  assert.deepEqual(seen(), [[5, 4, 255]]);
  stamps.begin(20, 10, 2);
  dot(stamps, 5.25, 4.25);
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
    dot(stamps, x, y);
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
