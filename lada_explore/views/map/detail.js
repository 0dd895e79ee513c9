// Beside the map: the image that is pointed at, with its words.

import { classWords, make } from "../base/page.js";

/** @import { Key } from "../base/figure.js" */
/** @import { Model } from "../base/kernel.js" */
/** @import { MapTraits } from "./map_view.js" */
/** @import { Atlas, Line, Sprite } from "./sprite.js" */

const BIG_PX = 128;

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
 * A sentence, a class that is known, or what the model takes the image for.
 *
 * @param {Line} line
 */
function detailLine(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}

export class ImageDetail {
  /**
   * @param {HTMLElement} place
   * @param {Sprite} sprite
   * @param {Model<MapTraits>} model of the view
   */
  constructor(place, sprite, model) {
    this.place = place;
    this.sprite = sprite;
    this.model = model;
  }

  /** @param {Key} key */
  show(key) {
    const atlas = this.model.get("atlas");
    const lines = atlas.details?.[String(key)];
    if (!lines || atlas.cycle !== this.model.get("panel").cycle) return; // the words of this cycle are still on their way
    const pictures = picturesOf(key, atlas);
    const thumbs = make("div", "lada-map-thumbs");
    for (const { id, ofTransform, name } of pictures) {
      const one = make("div");
      if (name) one.append(make("span", "", name));
      one.append(this.sprite.thumb(id, pictures.length > 1 ? BIG_PX / 1.6 : BIG_PX, ofTransform));
      thumbs.append(one);
    }
    const words = make("div", "lada-map-words");
    words.append(...lines.map(detailLine));
    this.place.replaceChildren(thumbs, words);
    this.place.dataset.key = String(key);
  }

  /** Says what it is for. */
  invite() {
    this.place.replaceChildren(make("p", "", "Point at an image to see it here."));
  }
}
