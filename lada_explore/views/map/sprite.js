// Thumbnails of the map.

import { make } from "../base/page.js";

/**
 * What the kernel tells of the images of a cycle.
 *
 * @typedef {object} Atlas
 * @property {number} [cycle]
 * @property {DataView<ArrayBuffer> | Uint8Array<ArrayBuffer>} [png] one picture that holds all thumbnails, row by row
 * @property {[number, number]} [size] px of each
 * @property {number} [columns]
 * @property {number[]} [ids] in the order of the thumbnails
 * @property {number[]} [transforms] images whose transforms have the thumbnails behind these
 * @property {Record<string, Line[]>} [details] by key
 */

/** @typedef {string | { told?: string, known?: string, guess?: string }} Line a sentence, or the names of classes */

/** Thumbnails out of one picture that holds them all. */
export class Sprite {
  constructor() {
    this.url = "";
    /** @type {[number, number]} */
    this.size = [0, 0];
    this.columns = 1;
    this.count = 0;
    /** @type {Map<number, number>} */
    this.place = new Map(); // of an id in the picture
    /** @type {Map<number, number>} */
    this.placeOfTransform = new Map(); // of the transform of an id
  }

  /** @param {Atlas} atlas */
  take({ png, size = [0, 0], columns = 1, ids = [], transforms = [] }) {
    this.close();
    this.url = png?.byteLength ? URL.createObjectURL(new Blob([png], { type: "image/png" })) : "";
    this.size = size;
    this.columns = columns;
    this.count = ids.length + transforms.length;
    this.place = new Map(ids.map((id, place) => [id, place]));
    this.placeOfTransform = new Map(transforms.map((id, place) => [id, ids.length + place]));
  }

  /**
   * The image of an id, or its transform; an empty box where there is none.
   *
   * @param {number} id
   * @param {number} pixels its height
   * @param {boolean} [ofTransform]
   */
  thumb(id, pixels, ofTransform = false) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", ofTransform ? `transform of image ${id}` : `image ${id}`);
    box.dataset.id = String(id);
    const place = (ofTransform ? this.placeOfTransform : this.place).get(id);
    if (!this.url || place === undefined) return box;
    const scale = pixels / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.count / this.columns);
    Object.assign(box.style, {
      width: `${width}px`,
      height: `${height}px`,
      backgroundImage: `url(${this.url})`,
      backgroundSize: `${width * this.columns}px ${height * rows}px`,
      backgroundPosition: `${-width * (place % this.columns)}px ${-height * Math.floor(place / this.columns)}px`,
    });
    return box;
  }

  close() {
    if (this.url) URL.revokeObjectURL(this.url);
  }
}
