// Very many small marks on a canvas: each shape is drawn once, and then copied into the picture's pixels.
// A path for each mark takes 180 ms of 100,000 marks, and a stamp 2 to 20; see benchmarks/README.md.

import { addGlyph } from "../base/glyphs.js";
import { make, penOf } from "../base/page.js";

const STEPS = 4; // sizes are rounded to this part of a pixel, so that few shapes are drawn

/** @typedef {{ width: number, cover: ArrayLike<number> }} Stamp a square; how much of each pixel it covers, 0 to 255 */
/** @typedef {{ shape: string, open: boolean, size: number }} Shape size in px of the screen */
/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */

/**
 * A shape as a stamp.
 *
 * @param {Shape} shape
 * @returns {Stamp}
 */
function stampOf({ shape, open, size }) {
  const canvas = make("canvas");
  const width = 2 * Math.ceil(0.75 * size + 1) + 1; // the corners of some shapes stand out by half
  Object.assign(canvas, { width, height: width });
  const pen = penOf(canvas);
  pen.beginPath();
  addGlyph(pen, shape, width / 2, width / 2, size / 2);
  if (open) pen.stroke();
  else pen.fill();
  const { data } = pen.getImageData(0, 0, width, width);
  return { width, cover: data.filter((_, n) => n % 4 === 3) };
}

/**
 * Lays a colour over a pixel.
 *
 * @param {Uint8ClampedArray} data red, green, blue and opacity of each pixel
 * @param {number} at where the pixel begins
 * @param {Colour} colour
 * @param {number} opacity of the colour, 0 to 1
 */
export function blend(data, at, [red, green, blue], opacity) {
  const below = (data[at + 3] / 255) * (1 - opacity);
  const both = opacity + below;
  const share = opacity / both;
  data[at] += (red - data[at]) * share;
  data[at + 1] += (green - data[at + 1]) * share;
  data[at + 2] += (blue - data[at + 2]) * share;
  data[at + 3] = 255 * both;
}

export class Stamps {
  constructor() {
    this.canvas = make("canvas");
    /** @type {Map<string, Stamp>} */
    this.made = new Map();
    this.sharp = 1;
    /** @type {ImageData | null} */
    this.picture = null;
  }

  /**
   * Begins an empty picture.
   *
   * @param {number} width in px of the page
   * @param {number} height
   * @param {number} sharp px of the screen for one of the page
   */
  begin(width, height, sharp) {
    const { canvas } = this;
    const [across, down] = [Math.max(1, Math.round(width * sharp)), Math.max(1, Math.round(height * sharp))];
    if (this.sharp !== sharp) this.made.clear();
    this.sharp = sharp;
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    if (this.picture?.width === across && this.picture.height === down) this.picture.data.fill(0);
    else this.picture = penOf(canvas).createImageData(across, down);
  }

  /**
   * Stamps a mark; what of it lies outside of the picture is cut.
   *
   * @param {{ shape: string, open: boolean, size: number }} mark size in px of the page
   * @param {number} x of its centre, in px of the page
   * @param {number} y
   * @param {Colour} colour
   * @param {number} opacity
   */
  put({ shape, open, size }, x, y, colour, opacity) {
    const { picture } = this;
    if (!picture) return;
    const { width, cover } = this.stamp(shape, open, size);
    const left = Math.round(x * this.sharp - width / 2);
    const top = Math.round(y * this.sharp - width / 2);
    const [first, last] = [Math.max(0, -left), Math.min(width, picture.width - left)];
    const end = Math.min(width, picture.height - top);
    for (let row = Math.max(0, -top); row < end; row += 1) {
      const [from, to] = [row * width, 4 * ((top + row) * picture.width + left)];
      for (let column = first; column < last; column += 1) {
        const covered = cover[from + column];
        if (covered) blend(picture.data, to + 4 * column, colour, (covered / 255) * opacity);
      }
    }
  }

  /**
   * @param {string} shape
   * @param {boolean} open
   * @param {number} size
   */
  stamp(shape, open, size) {
    const steps = Math.round(size * this.sharp * STEPS);
    const name = `${shape} ${open} ${steps}`;
    const made = this.made.get(name) ?? stampOf({ shape, open, size: steps / STEPS });
    this.made.set(name, made);
    return made;
  }

  /** Shows what was stamped since `begin`. */
  show() {
    if (this.picture) penOf(this.canvas).putImageData(this.picture, 0, 0);
  }
}
