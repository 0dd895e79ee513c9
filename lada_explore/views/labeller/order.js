// The images in another order than that of the query: like beside like, as the model takes them.

import { pairsOf } from "./images.js";

/** @import { Asked, AskedImage } from "./state.js" */

const LAST = Number.MAX_SAFE_INTEGER; // an image that no model has looked at

/**
 * The images by the class that the model takes them for; those of a pair stay together, and go by the first of them.
 * Within a class they keep their order.
 *
 * @param {AskedImage[]} images
 */
export function byGuess(images) {
  const rank = (/** @type {AskedImage} */ { guessed }) => (guessed < 0 ? LAST : guessed);
  const groups = pairsOf(images);
  groups.sort((a, b) => rank(a[0]) - rank(b[0]) || rank(a[a.length - 1]) - rank(b[b.length - 1]));
  return groups.flat();
}

/** Keeps the images in order until others are asked. */
export class ImageOrder {
  constructor() {
    /** @type {AskedImage[]} */
    this.of = [];
    /** @type {AskedImage[]} */
    this.sorted = [];
  }

  /**
   * @param {Asked} asked
   * @param {boolean} sort whether by guess
   * @returns {Asked}
   */
  arranged(asked, sort) {
    if (!sort) return asked;
    if (this.of !== asked.images) {
      this.of = asked.images;
      this.sorted = byGuess(asked.images);
    }
    return { ...asked, images: this.sorted };
  }
}
