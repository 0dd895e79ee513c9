import assert from "node:assert/strict";
import { test } from "node:test";
import { byGuess, ImageOrder } from "../../lada_explore/views/labeller/order.js";

/** @import { AskedImage } from "../../lada_explore/views/labeller/state.js" */

/** @returns {AskedImage} */
const image = (/** @type {number} */ id, /** @type {number} */ guessed, pair = id, partner = -1) => ({
  id,
  pair,
  partner,
  guessed,
  name: "",
  why: [],
  guess: "",
  replaces: false,
});
const ids = (/** @type {AskedImage[]} */ images) => images.map(({ id }) => id);

test("images stand by the class of their guess, in their order within it, those without a guess last", () => {
  const images = [image(1, 2), image(2, -1), image(3, 0), image(4, 2), image(5, 0)];
  assert.deepEqual(ids(byGuess(images)), [3, 5, 1, 4, 2]);
  assert.deepEqual(ids(images), [1, 2, 3, 4, 5]);
});

test("the images of a pair stay together", () => {
  const images = [image(1, 1, 0, 2), image(2, 0, 0, 1), image(3, 0, 1, 4), image(4, 1, 1, 3), image(5, 1, 2, 6)];
  images.push(image(6, -1, 2, 5));
  assert.deepEqual(ids(byGuess(images)), [3, 4, 1, 2, 5, 6]);
});

test("the order is made anew for other images only, and the query's own order comes back", () => {
  const order = new ImageOrder();
  const asked = { images: [image(1, 1), image(2, 0)] };
  const sorted = order.arranged(/** @type {any} */ (asked), true);
  assert.deepEqual(ids(sorted.images), [2, 1]);
  assert.equal(order.arranged(/** @type {any} */ (asked), true).images, sorted.images);
  assert.equal(order.arranged(/** @type {any} */ (asked), false), asked);
});
