import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { HeldImage, WENT_ON } from "../../lada_explore/views/labeller/held.js";

/** @import { Asked } from "../../lada_explore/views/labeller/state.js" */

/** @returns {Asked} a query about these images, two of a pair together */
function asks(/** @type {number[]} */ ...ids) {
  const images = ids.map((id, place) => ({
    ...{ id, pair: place >> 1, partner: ids[place ^ 1] ?? -1 },
    ...{ name: `${id}.jpg`, why: ["score"], guess: "cat", guessed: 0, replaces: false },
  }));
  return { cycle: 1, kind: "pairs", counts_classes: false, class_names: ["cat"], may_grow: false, images };
}
const ids = (/** @type {Asked} */ { images }) => images.map(({ id }) => id);

/** @type {HeldImage} */
let held;
beforeEach(() => {
  held = new HeldImage();
  held.follow(asks(1, 2, 3), 2, true);
});

test("an image that is asked is not held beside the query", () => {
  assert.deepEqual(ids(held.inFrontOf(asks(1, 2, 3))), [1, 2, 3]);
});

test("an open image stays in front when the run asks no more about it, alone and with the reason", () => {
  held.follow(asks(7, 8), 2, true);
  const [first, ...others] = held.inFrontOf(asks(7, 8)).images;
  assert.deepEqual([first.id, first.name, first.pair, first.partner, first.why], [2, "2.jpg", -1, -1, [WENT_ON]]);
  assert.deepEqual(
    others.map(({ id }) => id),
    [7, 8],
  );
});

test("it stays while nothing is asked and when the next query opens, until it is left", () => {
  held.follow(asks(), 2, true);
  held.follow(asks(7, 8), 2, true);
  assert.deepEqual(ids(held.inFrontOf(asks(7, 8))), [2, 7, 8]);
  held.follow(asks(7, 8), 7, true);
  assert.deepEqual(ids(held.inFrontOf(asks(7, 8))), [7, 8]);
});

test("it is in its place again when it is asked again", () => {
  held.follow(asks(), 2, true);
  held.follow(asks(7, 2), 2, true);
  assert.deepEqual(ids(held.inFrontOf(asks(7, 2))), [7, 2]);
});

test("an image with an answer goes with its query, and so does any where nobody is", () => {
  held.follow(asks(7), 2, false);
  assert.deepEqual(ids(held.inFrontOf(asks(7))), [7]);
});

test("without an image that is looked at there is none to hold", () => {
  held.follow(asks(), null, true);
  held.follow(asks(), 9, true);
  assert.deepEqual(ids(held.inFrontOf(asks())), []);
});
