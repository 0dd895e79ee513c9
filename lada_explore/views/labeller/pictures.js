// The images' pixels, and the canvases that show them.

import { make, penOf } from "../base/page.js";

/** @import { Pictures } from "./state.js" */

/** @import { Part } from "./details.js" */

const SMALL_PX = 96; // images up to this size are shown with sharp pixels
const KEPT = 160; // small pictures, more than are shown at once

/** Small pictures by id: asked for once, kept while they are shown or came lately, painted on what shows them. */
export class PictureBook {
  /** @param {(ids: number[]) => void} ask asks the kernel for pictures */
  constructor(ask) {
    this.ask = ask;
    /** @type {Map<number, ImageData>} */
    this.known = new Map();
    /** @type {Set<number>} */
    this.asked = new Set();
    /** @type {{ image?: ImageData, canvas?: HTMLCanvasElement }} the picture that was drawn last as a canvas */
    this.drawn = {};
  }

  /** @param {number[]} ids of images that are shown now or soon */
  want(ids) {
    this.forget(new Set(ids));
    const missing = ids.filter((id) => !this.known.has(id) && !this.asked.has(id));
    for (const id of missing) this.asked.add(id);
    if (missing.length) this.ask(missing);
  }

  /**
   * @param {Pictures} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers all pixels of all of them
   */
  take({ ids, shape }, [buffer]) {
    const [channels, height, width] = shape;
    const bytes = ArrayBuffer.isView(buffer)
      ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      : new Uint8Array(buffer);
    const size = channels * height * width;
    ids.forEach((id, place) => {
      this.asked.delete(id);
      this.known.set(id, pictureOf(bytes.subarray(place * size, (place + 1) * size), channels, height, width));
    });
  }

  /**
   * Forgets the pictures that came first and are not wanted.
   *
   * @param {Set<number>} wanted
   */
  forget(wanted) {
    for (const id of this.known.keys()) {
      if (this.known.size <= KEPT) return;
      if (!wanted.has(id)) this.known.delete(id);
    }
  }

  /**
   * A picture as something that can be drawn; undefined until it has come.
   *
   * @param {number} id
   */
  canvasOf(id) {
    const image = this.known.get(id);
    if (this.drawn.image !== image) {
      const canvas = image && make("canvas");
      if (image && canvas) {
        canvas.width = image.width;
        canvas.height = image.height;
        penOf(canvas).putImageData(image, 0, 0);
      }
      this.drawn = { image, canvas };
    }
    return this.drawn.canvas;
  }

  /**
   * Paints a canvas, as soon as its picture has come; with what its file has, as soon as that has.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {Map<number, Part>} [wholes]
   */
  paint(canvas, wholes) {
    const id = Number(canvas.dataset.id);
    const small = this.known.get(id);
    const whole = wholes?.get(id)?.bitmap;
    const image = whole ?? small;
    const painted = `${id} ${whole ? "whole" : "small"} ${image?.width}`;
    if (!image || canvas.dataset.painted === painted) return;
    canvas.width = image.width;
    canvas.height = image.height;
    if (whole) penOf(canvas).drawImage(whole, 0, 0);
    else if (small) penOf(canvas).putImageData(small, 0, 0);
    canvas.dataset.painted = painted;
    canvas.classList.toggle("lada-lab-sharp", Math.max(image.width, image.height) <= SMALL_PX);
  }
}

/**
 * @param {Uint8Array} bytes channel by channel
 * @param {number} channels three of colour; of any other count the first is shown in grey
 * @param {number} height
 * @param {number} width
 */
function pictureOf(bytes, channels, height, width) {
  const area = height * width;
  const image = new ImageData(width, height);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = bytes[(channels === 3 ? c : 0) * area + i];
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/**
 * A canvas for the picture of an image.
 *
 * @param {number} id
 * @param {number} px its width
 * @param {string} alt
 */
export function canvasFor(id, px, alt) {
  const canvas = make("canvas", "lada-lab-picture");
  canvas.width = canvas.height = 1;
  canvas.style.setProperty("--px", `${px}px`);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
  canvas.dataset.id = String(id);
  return canvas;
}
