// Thumbnails of the map.

import { make } from "../base/page.js";

/**
 * What the kernel tells of the images of a cycle.
 *
 * @typedef {object} Atlas
 * @property {number} [cycle]
 * @property {DataView} [png] one picture that holds all thumbnails, row by row
 * @property {[number, number]} [size] px of each
 * @property {number} [columns]
 * @property {number[]} [ids] in the order of the thumbnails
 * @property {Record<string, (string | { told?: string, known?: string, guess?: string })[]>} [details] lines by key
 */

/** Thumbnails out of one picture that holds them all. */
export class Sprite {
  constructor() {
    this.url = "";
    this.size = [0, 0];
    this.columns = 1;
    /** @type {Map<number, number>} */
    this.place = new Map(); // of an id in the picture
  }

  /** @param {Atlas} atlas */
  take({ png, size, columns, ids = [] }) {
    this.close();
    this.url = png?.byteLength ? URL.createObjectURL(new Blob([/** @type {any} */ (png)], { type: "image/png" })) : "";
    this.size = size;
    this.columns = columns;
    this.place = new Map(ids.map((id, place) => [id, place]));
  }

  /** The image of an id, `pixels` high; an empty box where there is none. */
  thumb(id, pixels) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `image ${id}`);
    box.dataset.id = id;
    const place = this.place.get(id);
    if (!this.url || place === undefined) return box;
    const scale = pixels / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.place.size / this.columns);
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
