// The strip of images below the map: those that are marked, or that were acquired.

import { button, focusedIn, make, refill, setText, showText } from "../base/page.js";

const SMALL_PX = 40;

/** @import { Key } from "../base/figure.js" */
/** @import { Sprite } from "./sprite.js" */

/** @typedef {{ key: Key, id: number, text: string }} StripImage */

/**
 * @typedef {object} Strip
 * @property {string} title
 * @property {string} answer what the button says that takes the images to the labeller; empty without it
 * @property {string} said what came of it; empty if it did
 * @property {boolean} marked whether these are the marked images
 * @property {StripImage[]} images
 */

/**
 * @typedef {object} StripParts
 * @property {HTMLElement} strip
 * @property {HTMLElement} stripTitle
 * @property {HTMLElement} stripAnswer
 * @property {HTMLElement} stripClear
 * @property {HTMLElement} stripSaid
 * @property {HTMLElement} stripList
 * @property {HTMLElement} chart
 */

export class ImageStrip {
  /**
   * @param {StripParts} parts
   * @param {Sprite} sprite
   * @param {{ pick: (key: Key) => void, point: (key: Key) => void, leave: () => void }} on hears which image is chosen,
   *   which is only pointed at, and that none is any more
   */
  constructor(parts, sprite, on) {
    this.parts = parts;
    this.sprite = sprite;
    this.on = on;
  }

  /** Key of the first image, as text. */
  get first() {
    return this.parts.stripList.querySelector("button")?.dataset.key;
  }

  /**
   * @param {Strip} strip
   * @param {number | undefined} cycle of the thumbnails
   */
  show(strip, cycle) {
    const { strip: root, stripTitle, stripAnswer, stripClear, stripSaid, stripList, chart } = this.parts;
    setText(stripAnswer, strip.answer);
    stripAnswer.hidden = !strip.answer;
    stripClear.hidden = !strip.marked;
    root.dataset.marked = String(strip.marked);
    showText(stripSaid, strip.said);
    const focused = focusedIn(stripList)?.dataset.key;
    if (!refill(stripList, [strip, cycle], () => strip.images.map((image) => this.item(image)))) return;
    setText(stripTitle, strip.title);
    root.hidden = !strip.title;
    if (!focused) return;
    // Choosing an image draws the strip anew; the keys must not go to the cell because of it.
    /** @type {HTMLElement | null} */
    const again = stripList.querySelector(`button[data-key="${focused}"]`);
    (again ?? chart).focus();
  }

  /** @param {StripImage} image */
  item({ key, id, text }) {
    const made = button("", "", () => this.on.pick(key), "");
    made.dataset.key = String(key);
    const words = make("span");
    words.append(make("span", "", text), make("span", "", `id ${id}`));
    made.append(this.sprite.thumb(id, SMALL_PX), words);
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => this.on.point(key));
    for (const event of ["blur", "pointerleave"]) made.addEventListener(event, () => this.on.leave());
    const item = make("li");
    item.append(made);
    return item;
  }
}
