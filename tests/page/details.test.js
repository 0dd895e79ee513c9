import assert from "node:assert/strict";
import { test } from "node:test";
import { DetailBook } from "../../lada_explore/views/labeller/details.js";

/** @import { Detail } from "../../lada_explore/views/labeller/state.js" */

/** @type {any[]} */
const closed = [];
/** @type {any} */
const page = globalThis;
page.createImageBitmap = async (/** @type {Blob} */ blob) => {
  const [width, height] = (await blob.text()).split("x").map(Number);
  const bitmap = { width, height, close: () => closed.push(bitmap) };
  return bitmap;
};

function book() {
  /** @type {any[]} */
  const asked = [];
  let comes = 0;
  const made = new DetailBook(
    (request) => asked.push(request),
    () => {
      comes += 1;
    },
  );
  return { made, asked, comes: () => comes };
}

/**
 * @param {number} id
 * @param {number} ask
 * @param {string} size
 * @param {object} [more]
 * @returns {[Detail, Uint8Array[]]}
 */
function reply(id, ask, size, more = {}) {
  /** @type {any} */
  const message = {
    type: "detail",
    page: "p",
    id,
    ask,
    error: "",
    kind: "image/png",
    box: [0, 0, 1, 1],
    size: [3000, 2000],
  };
  return [{ ...message, seen: [0, 0, 1, 1], ...more }, [new TextEncoder().encode(size)]];
}

test("a whole picture is asked for once, and again where a larger one is shown", async () => {
  const { made, asked } = book();
  made.want([1, 2], 300);
  made.want([1, 2], 300);
  assert.deepEqual(
    asked.map(({ id, longest, ask }) => [id, longest, ask]),
    [
      [1, 300, 0],
      [2, 300, 0],
    ],
  );
  await made.take(...reply(1, 0, "300x200"));
  made.want([1, 2], 300);
  assert.equal(asked.length, 2);
  made.want([1], 800);
  assert.deepEqual(asked.at(-1), { id: 1, box: [0, 0, 1, 1], longest: 800, ask: 0 });
  await made.take(...reply(1, 0, "500x333", { size: [500, 333] }));
  made.want([1], 2000);
  assert.equal(asked.length, 3); // there is no more of it
});

test("what is late for another image, or was asked before what has come, is dropped", async () => {
  const { made } = book();
  await made.take(...reply(1, 0, "300x200"));
  made.wantPart(1, [0, 0, 0.5, 0.5], 400);
  made.wantPart(1, [0, 0, 0.2, 0.2], 400);
  await made.take(...reply(1, 2, "40x40", { box: [0, 0, 0.2, 0.2] }));
  await made.take(...reply(1, 1, "90x90", { box: [0, 0, 0.5, 0.5] }));
  assert.equal(made.part?.bitmap.width, 40);
  made.leavePart();
  await made.take(...reply(1, 2, "40x40"));
  assert.equal(made.part, null);
  made.wantPart(2, [0, 0, 0.5, 0.5], 400);
  await made.take(...reply(1, 2, "40x40"));
  assert.equal(made.part, null);
});

test("a thousand pictures take no more than 64 MB, and those that are shown stay", async () => {
  const { made } = book();
  closed.length = 0;
  for (let id = 0; id < 1000; id += 1) {
    made.want([id, 0], 1000);
    await made.take(...reply(id, 0, "1000x800"));
  }
  made.want([999, 0], 1000);
  assert.deepEqual([made.wholes.has(0), made.wholes.has(999), made.wholes.has(1)], [true, true, false]);
  let bytes = 0;
  for (const { bitmap } of made.wholes.values()) bytes += 4 * bitmap.width * bitmap.height;
  assert.ok(bytes <= 64 * 2 ** 20);
  assert.equal(closed.length, 1000 - made.wholes.size);
  assert.ok(made.asked.size <= 2);
});

test("why a picture cannot be read is kept while it is looked at, and it is asked for again later", async () => {
  const { made, asked, comes } = book();
  made.want([1], 300);
  await made.take(...reply(1, 0, "", { error: "a.jpg cannot be read now" }));
  assert.deepEqual([made.faults.get(1), comes()], ["a.jpg cannot be read now", 1]);
  made.want([1], 300);
  assert.equal(asked.length, 1);
  made.want([2], 300);
  made.want([1], 300);
  assert.deepEqual([made.faults.size, asked.map(({ id }) => id)], [0, [1, 2, 1]]);
});
