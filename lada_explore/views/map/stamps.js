// Very many small marks on a canvas: each kind of mark is drawn once, and its pixels are then laid over the picture's.
// The browser takes ten times as long for as many paths, and thirty times with WebGL where there is no graphics card.

import { addGlyph } from "../base/glyphs.js";
import { make, penOf } from "../base/page.js";

const STEPS = 4; // sizes are rounded to this part of a pixel, so that few shapes are drawn
const MAX_BRUSHES = 4096; // kept at once; a colour scale has as many colours as there are marks

/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */

/**
 * The pixels that a shape covers, from the one in its middle.
 *
 * @typedef {object} Shape
 * @property {number} reach farthest pixel, across or down
 * @property {Int16Array} across
 * @property {Int16Array} down
 * @property {Uint8Array} cover how much of each pixel lies inside, 0 to 255
 */

/** @typedef {{ shape: Shape, ink: Uint32Array }} Brush the shape in a colour; ink: see `premultiplied` */

/**
 * @param {string} name see `addGlyph`
 * @param {boolean} open whether only its outline is drawn
 * @param {number} size in px of the screen
 * @returns {Shape}
 */
function shapeOf(name, open, size) {
  const canvas = make("canvas");
  const reach = Math.ceil(0.75 * size + 1); // the corners of some shapes stand out by half
  const width = 2 * reach + 1;
  Object.assign(canvas, { width, height: width });
  const pen = penOf(canvas);
  pen.beginPath();
  addGlyph(pen, name, width / 2, width / 2, size / 2);
  if (open) pen.stroke();
  else pen.fill();
  const { data } = pen.getImageData(0, 0, width, width);
  const inside = Array.from({ length: width * width }, (_, n) => n).filter((n) => data[4 * n + 3]);
  return {
    reach,
    across: Int16Array.from(inside, (n) => (n % width) - reach),
    down: Int16Array.from(inside, (n) => Math.floor(n / width) - reach),
    cover: Uint8Array.from(inside, (n) => data[4 * n + 3]),
  };
}

/**
 * A colour times its opacity, as the four bytes of a pixel: opacity, blue, green, red from the highest on.
 *
 * @param {Colour} colour
 * @param {number} opacity 0 to 1
 */
export function premultiplied([red, green, blue], opacity) {
  const byte = (/** @type {number} */ value) => Math.round(value * opacity);
  return ((byte(255) << 24) | (byte(blue) << 16) | (byte(green) << 8) | byte(red)) >>> 0;
}

/**
 * A pixel laid over another (Porter and Duff 1984, "over"), both `premultiplied`; two bytes are multiplied at a time.
 *
 * @param {number} ink
 * @param {number} below
 */
export function over(ink, below) {
  const kept = 256 - (ink >>> 24) - (ink >>> 31); // of 256, so that an opaque pixel keeps nothing
  const even = ((below & 0xff00ff) * kept) >>> 8;
  const odd = ((below >>> 8) & 0xff00ff) * kept;
  return (ink + (even & 0xff00ff) + ((odd & 0xff00ff00) >>> 0)) >>> 0;
}

/**
 * The pixel as an image has it: its colour is not multiplied by its opacity.
 *
 * @param {number} pixel `premultiplied`
 */
export function divided(pixel) {
  const opacity = pixel >>> 24;
  if (opacity === 0 || opacity === 255) return pixel;
  const byte = (/** @type {number} */ place) =>
    Math.min(255, Math.round((((pixel >>> place) & 255) * 255) / opacity)) << place;
  return ((opacity << 24) | byte(16) | byte(8) | byte(0)) >>> 0;
}

export class Stamps {
  constructor() {
    this.canvas = make("canvas");
    /** @type {Map<string, Shape>} */
    this.shapes = new Map();
    /** @type {Map<string, Brush>} */
    this.brushes = new Map();
    this.sharp = 1;
    this.width = 0;
    this.height = 0;
    this.pixels = new Uint32Array();
  }

  /**
   * Begins an empty picture.
   *
   * @param {number} width in px of the page
   * @param {number} height
   * @param {number} sharp px of the screen for one of the page
   */
  begin(width, height, sharp) {
    const [across, down] = [Math.max(1, Math.round(width * sharp)), Math.max(1, Math.round(height * sharp))];
    this.sharp = sharp;
    if (this.width === across && this.height === down) {
      this.pixels.fill(0);
      return;
    }
    Object.assign(this.canvas, { width: across, height: down });
    [this.width, this.height] = [across, down];
    this.pixels = new Uint32Array(across * down);
  }

  /**
   * What puts down marks of one kind.
   *
   * @param {string} name of the shape, see `addGlyph`
   * @param {boolean} open whether only its outline is drawn
   * @param {number} size in px of the page
   * @param {Colour} colour
   * @param {number} opacity 0 to 1
   * @returns {Brush}
   */
  brush(name, open, size, colour, opacity) {
    const steps = Math.round(size * this.sharp * STEPS);
    const [shaped, painted] = [`${name} ${open} ${steps}`, `${name} ${open} ${steps} ${colour} ${opacity}`];
    const known = this.brushes.get(painted);
    if (known) return known;
    const shape = this.shapes.get(shaped) ?? shapeOf(name, open, steps / STEPS);
    this.shapes.set(shaped, shape);
    const ink = Uint32Array.from(shape.cover, (cover) => premultiplied(colour, (cover / 255) * opacity));
    if (this.brushes.size >= MAX_BRUSHES) this.brushes.clear();
    this.brushes.set(painted, { shape, ink });
    return { shape, ink };
  }

  /**
   * Puts down a mark; what of it lies outside of the picture is cut.
   *
   * @param {Brush} brush
   * @param {number} x of its middle, in px of the page
   * @param {number} y
   */
  put({ shape: { reach, across, down }, ink }, x, y) {
    const { width, height, pixels } = this;
    const [left, top] = [Math.floor(x * this.sharp), Math.floor(y * this.sharp)];
    const whole = left >= reach && left < width - reach && top >= reach && top < height - reach;
    for (let n = 0; n < ink.length; n += 1) {
      const [column, row] = [left + across[n], top + down[n]];
      if (!whole && (column < 0 || column >= width || row < 0 || row >= height)) continue;
      const at = row * width + column;
      pixels[at] = pixels[at] ? over(ink[n], pixels[at]) : ink[n];
    }
  }

  /** Shows what was put down since `begin`. */
  show() {
    const picture = new ImageData(this.width, this.height);
    const shown = new Uint32Array(picture.data.buffer);
    const { pixels } = this;
    for (let at = 0; at < pixels.length; at += 1) if (pixels[at]) shown[at] = divided(pixels[at]);
    penOf(this.canvas).putImageData(picture, 0, 0);
  }
}
