// Reads what lesson/packing.py packed: JSON and bytes in one gzip file, written as base64.

import { byId } from "./model.js";

/** @import { LessonValues } from "./content.js" */
/** @import { SentImage } from "../../../views/pair_mixer/pair.js" */

/** @typedef {{ at: number, size: number }} Place of some bytes among all */

/**
 * An array whose values are counted in steps from a lowest to a highest one.
 *
 * @typedef {object} Stepped
 * @property {number} low
 * @property {number} high
 * @property {number} of steps between them
 * @property {Place} steps from each value to the next
 */

/** @typedef {{ pieces: number[], size: [number] }} Pieces of one size: the steps from each one's place to the next */

/** @typedef {(packed: any) => any} Restore gives a part of the values its buffers back, as a kernel would send them */

const WRAP = 65536;

/** @param {string} id of the element that holds the file */
export async function gunzip(id) {
  const text = atob(byId(id).textContent ?? "");
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The values of the page, and what gives a part of them its buffers back.
 *
 * @param {string} id of the element that holds them
 * @returns {Promise<{ values: LessonValues, restore: Restore }>}
 */
export async function unpack(id) {
  const all = await gunzip(id);
  const start = 4 + new DataView(all.buffer).getUint32(0, true);
  /** @type {LessonValues} */
  const values = JSON.parse(new TextDecoder().decode(all.subarray(4, start)));
  const view = (/** @type {Place} */ { at, size }) => new DataView(all.buffer, start + at, size);

  const fromSteps = (/** @type {Stepped} */ { low, high, of, steps, ...rest }) => {
    const changes = view(steps);
    const made = new Float32Array(changes.byteLength / 2);
    let place = 0;
    for (let n = 0; n < made.length; n += 1) {
      place = (place + changes.getUint16(2 * n, true)) % WRAP;
      made[n] = low + (place / of) * (high - low);
    }
    return { ...rest, bytes: new DataView(made.buffer) };
  };
  const pieces = (/** @type {Pieces} */ { pieces: steps, size: [size] }) => {
    let at = 0;
    return steps.map((step) => {
      at += step;
      return view({ at, size });
    });
  };
  /** @type {Restore} */
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore);
    if (!value || typeof value !== "object") return value;
    if ("at" in value && "size" in value) return view(value);
    if ("pieces" in value) return pieces(value);
    if ("steps" in value) return fromSteps(value);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, restore(inner)]));
  };
  return { values, restore };
}

/** The run's images. A browser makes pictures of them out of BMP files, so that no canvas has to be read back. */
export class Images {
  /** @param {{ ids: number[], shape: [number, number, number], pixels: DataView<ArrayBuffer>[] }} images C x H x W */
  constructor({ ids, shape, pixels }) {
    this.channels = shape[0];
    this.height = shape[1];
    this.width = shape[2];
    this.pixels = pixels.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
    this.place = new Map(ids.map((id, place) => [id, place]));
    /** @type {Map<number, string>} */
    this.urls = new Map();
  }

  /**
   * Pixels as the mixer takes them; null for an image that the record did not keep.
   *
   * @param {number} id
   * @returns {SentImage["pixels"]}
   */
  raw(id) {
    const place = this.place.get(id);
    if (place === undefined) return null;
    const { buffer, byteOffset, byteLength } = this.pixels[place];
    const bytes = new DataView(buffer, byteOffset, byteLength);
    return { bytes, shape: [this.channels, this.height, this.width] };
  }

  /**
   * An address for an <img>; empty for an image that is not kept.
   *
   * @param {number} id
   */
  url(id) {
    if (!this.place.has(id)) return "";
    const url = this.urls.get(id) ?? URL.createObjectURL(new Blob([this.sheet([id], 1)], { type: "image/bmp" }));
    this.urls.set(id, url);
    return url;
  }

  /**
   * Images side by side, row by row, as one BMP file.
   *
   * @param {number[]} ids
   * @param {number} columns
   */
  sheet(ids, columns) {
    const width = columns * this.width;
    const height = Math.ceil(ids.length / columns) * this.height;
    const deep = this.channels === 3 ? 3 : 1;
    const row = Math.ceil((deep * width) / 4) * 4;
    const palette = deep === 1 ? 1024 : 0;
    const file = new Uint8Array(54 + palette + row * height);
    const head = new DataView(file.buffer);
    head.setUint16(0, 0x424d); // "BM"
    head.setUint32(2, file.length, true);
    head.setUint32(10, 54 + palette, true);
    head.setUint32(14, 40, true);
    head.setInt32(18, width, true);
    head.setInt32(22, height, true); // the last row comes first
    head.setUint16(26, 1, true);
    head.setUint16(28, 8 * deep, true);
    head.setUint32(34, row * height, true);
    for (let grey = 0; grey < palette / 4; grey += 1) file.fill(grey, 54 + 4 * grey, 57 + 4 * grey);
    ids.forEach((id, n) => {
      const image = this.place.get(id);
      if (image === undefined) return;
      const [left, top] = [(n % columns) * this.width, Math.floor(n / columns) * this.height];
      for (let y = 0; y < this.height; y += 1) {
        for (let x = 0; x < this.width; x += 1) {
          const to = 54 + palette + row * (height - 1 - top - y) + deep * (left + x);
          for (let channel = 0; channel < deep; channel += 1) {
            // Blue comes first.
            const from = (deep - 1 - channel) * this.height * this.width + y * this.width + x;
            file[to + channel] = this.pixels[image][from];
          }
        }
      }
    });
    return file;
  }
}
