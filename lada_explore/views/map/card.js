// The card at the pointer, or at the cursor that keys move: the image there, with its words.

import { classWords, make } from "../base/page.js";
import { placeOn } from "./cursor.js";

/** @import { Key, PlotElement } from "../base/figure.js" */
/** @import { Model } from "../base/kernel.js" */
/** @import { MapTraits } from "./map_view.js" */
/** @import { Place } from "./neighbour.js" */
/** @import { Atlas, Line, Sprite } from "./sprite.js" */

const BIG_PX = 96;
const GAP_PX = 16; // between a point and its card

/**
 * What is shown of a point: the image itself, the two parents of a virtual instance, or an image and its transform under
 * their names. Of a transform whose pixels are not recorded, its image.
 *
 * @param {Key} key of a point: its image, the other parent of a virtual instance (the image itself for its transform)
 *   or -1, which instance
 * @param {Pick<Atlas, "transforms">} atlas
 */
export function picturesOf([first, second], { transforms = [] }) {
  const image = { id: first, ofTransform: false, name: "" };
  if (second < 0) return [image];
  if (second !== first) return [image, { ...image, id: second }];
  const named = { ...image, name: "image" };
  return transforms.includes(first) ? [named, { id: first, ofTransform: true, name: "its transform" }] : [named];
}

/**
 * Left and top of a card that does not cover its point: to the right of it, else to the left, else below or above.
 *
 * @param {Place} point in px, as all of these
 * @param {Place} size width and height of the card
 * @param {Place} room width and height of the map
 * @returns {Place}
 */
export function besidePoint([x, y], [width, height], [across, down]) {
  const within = (/** @type {number} */ at, /** @type {number} */ most) => Math.max(0, Math.min(at, most));
  const right = x + GAP_PX;
  const left = x - GAP_PX - width;
  if (right + width <= across || left >= 0) {
    return [right + width <= across ? right : left, within(y - height / 2, down - height)];
  }
  const below = y + GAP_PX;
  return [within(x - width / 2, across - width), below + height <= down ? below : y - GAP_PX - height];
}

/**
 * A sentence, a class that is known, or what the model takes the image for.
 *
 * @param {Line} line
 */
function lineOf(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}

export class ImageCard {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.detail the card
   * @param {PlotElement} parts.chart
   * @param {Sprite} sprite
   * @param {Model<MapTraits>} model of the view
   */
  constructor({ detail, chart }, sprite, model) {
    this.card = detail;
    this.chart = chart;
    this.sprite = sprite;
    this.model = model;
    detail.hidden = true;
  }

  /**
   * Shows a point of the map beside it; one that is not on the map is not shown.
   *
   * @param {Key} key
   */
  show(key) {
    const atlas = this.model.get("atlas");
    const lines = atlas.details?.[String(key)];
    if (!lines || atlas.cycle !== this.model.get("panel").cycle) return; // the words of this cycle are still on their way
    const at = placeOn(this.chart, key);
    if (!at) return this.hide();
    this.fill(key, lines, atlas);
    this.card.hidden = false;
    const [width, height] = [this.card.offsetWidth, this.card.offsetHeight];
    const [left, top] = besidePoint(at, [width, height], [this.chart.clientWidth, this.chart.clientHeight]);
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
  }

  /**
   * @param {Key} key
   * @param {Line[]} lines
   * @param {Atlas} atlas
   */
  fill(key, lines, atlas) {
    if (this.card.dataset.key === String(key) && this.card.childElementCount) return;
    const pictures = picturesOf(key, atlas);
    const thumbs = make("div", "lada-map-thumbs");
    for (const { id, ofTransform, name } of pictures) {
      const one = make("div");
      if (name) one.append(make("span", "", name));
      one.append(this.sprite.thumb(id, pictures.length > 1 ? BIG_PX / 1.3 : BIG_PX, ofTransform));
      thumbs.append(one);
    }
    const words = make("div", "lada-map-words");
    words.append(...lines.map(lineOf));
    this.card.replaceChildren(thumbs, words);
    this.card.dataset.key = String(key);
  }

  hide() {
    this.card.hidden = true;
  }

  /** Takes away what it shows: the words or the images of a cycle are others now. */
  empty() {
    this.card.replaceChildren();
    delete this.card.dataset.key;
    this.hide();
  }
}
