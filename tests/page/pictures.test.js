import assert from "node:assert/strict";
import { test } from "node:test";
import { PictureBook } from "../../lada_explore/views/labeller/pictures.js";

/** @type {any} */
const page = globalThis;
page.ImageData = class {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
  }
};

test("of a thousand small pictures those that were shown lately are kept, and others asked for again", () => {
  /** @type {number[][]} */
  const asked = [];
  const book = new PictureBook((ids) => asked.push(ids));
  for (let id = 0; id < 1000; id += 1) {
    book.want([id, 0]);
    const ids = asked.at(-1) ?? [];
    book.take({ type: "pictures", ids, shape: [1, 2, 2] }, [new Uint8Array(4 * ids.length).fill(7)]);
  }
  book.want([999, 0]);
  assert.deepEqual(
    [book.known.has(0), book.known.has(999), book.known.has(1), book.asked.size],
    [true, true, false, 0],
  );
  assert.ok(book.known.size <= 162);
  assert.equal(asked.length, 1000);
  book.want([1, 999]);
  assert.deepEqual(asked.at(-1), [1]);
});
