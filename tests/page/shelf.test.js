import assert from "node:assert/strict";
import { test } from "node:test";
import { needShelf, onShelf } from "../../lada_explore/views/labeller/shelf.js";

/** @import { Asked, AskedImage, Shelf } from "../../lada_explore/views/labeller/state.js" */

/** @returns {AskedImage} */
const image = (/** @type {number} */ id, why = "asked", partner = -1) => ({
  id,
  pair: 7,
  partner,
  name: "",
  why: [why],
  guess: "",
  guessed: -1,
  replaces: false,
});
/** @returns {Asked} */
const asked = (/** @type {AskedImage[]} */ ...images) => ({
  cycle: 1,
  kind: "pairs",
  counts_classes: false,
  class_names: ["cat"],
  may_grow: false,
  images,
});
/** @returns {Shelf} */
const shelf = (/** @type {number[]} */ ...ids) => ({
  number: 1,
  page: "",
  of: ids[0],
  sentence: "",
  images: ids.map((id) => image(id, "when it was put there")),
});

test("the shelf takes the place of the query, in its own order, with what is asked now", () => {
  const shown = onShelf(asked(image(11, "asked", 12), image(12, "asked", 11)), shelf(12, 98, 11));
  assert.deepEqual(
    shown.images.map(({ id, pair, partner, why: [why], unasked }) => [id, pair, partner, why, unasked]),
    [
      [12, 0, -1, "asked", false],
      [98, 1, -1, "when it was put there", true],
      [11, 2, -1, "asked", false],
    ],
  );
  assert.deepEqual(shown.class_names, ["cat"]);
});

test("the shelf is needed for images that are on it, of which one is not asked", () => {
  const query = asked(image(11), image(12));
  assert.equal(needShelf([11, 98], query, shelf(11, 98)), true);
  assert.equal(needShelf([11, 12], query, shelf(11, 12, 98)), false);
  assert.equal(needShelf([11, 99], query, shelf(11, 98)), false);
});
