// The image under a person's eyes. The run goes on by itself and then asks about others, also while a click is on its
// way to an image that was shown: so that one stays until it is dealt with, and no click goes to another or to none.

/** @import { Asked, AskedImage } from "./state.js" */

export const WENT_ON =
  "the run has gone on since this was asked; your answer is kept, and trained on with the next ones";

export class HeldImage {
  constructor() {
    /** @type {AskedImage | null} */
    this.image = null;
    /** @type {AskedImage[]} what was asked when this was last looked at */
    this.before = [];
  }

  /**
   * Notes what is asked now.
   *
   * @param {Asked} asked by the run
   * @param {number | null} at image that is looked at
   * @param {boolean} open whether it was without an answer, and somebody is there to give it
   */
  follow({ images }, at, open) {
    const known = this.image ? [this.image, ...this.before] : this.before;
    const asks = images.some(({ id }) => id === at);
    const gone = asks || !open ? undefined : known.find(({ id }) => id === at);
    this.image = gone ? { ...gone, pair: -1, partner: -1, why: [WENT_ON] } : null;
    this.before = images;
  }

  /**
   * What is shown: the image that is held, and what is asked.
   *
   * @param {Asked} asked
   * @returns {Asked}
   */
  inFrontOf(asked) {
    return this.image ? { ...asked, images: [this.image, ...asked.images] } : asked;
  }
}
