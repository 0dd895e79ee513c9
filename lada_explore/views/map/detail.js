// Beside the map: the image that is pointed at, with its words.

import { classWords, make } from "../base/page.js";

/** @import { Key } from "../base/figure.js" */
/** @import { Model } from "../base/kernel.js" */
/** @import { MapTraits } from "./map_view.js" */
/** @import { Line, Sprite } from "./sprite.js" */

const BIG_PX = 128;

/**
 * The image itself, or the two parents of a virtual instance.
 *
 * @param {Key} key of a point: its image, the other parent of a virtual instance or -1, which instance
 */
const idsOf = ([first, second]) => (second < 0 ? [first] : [first, second]);

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
    const { cycle, details } = this.model.get("atlas");
    const lines = details?.[String(key)];
    if (!lines || cycle !== this.model.get("panel").cycle) return; // the words of this cycle are still on their way
    const ids = idsOf(key);
    const thumbs = make("div", "lada-map-thumbs");
    thumbs.append(...ids.map((id) => this.sprite.thumb(id, ids.length > 1 ? BIG_PX / 1.6 : BIG_PX)));
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
