// The two images of a pair, and their blend between them.

import { classWords, make, penOf } from "../base/page.js";
import { fixed } from "../base/pair_parts.js";

/** @import { Pair, PairImage, Shape } from "./pair.js" */

/** @typedef {{ canvas: HTMLCanvasElement, missing: HTMLElement, caption: HTMLElement }} Figure */

/** The row of figures: the image of lam = 0, the blend, and the image of lam = 1. */
export function buildImages() {
  const row = make("div", "lada-mix-images");
  const figures = ["other", "blend", "own"].map((name) => {
    const figure = make("figure", "lada-mix-figure");
    const canvas = make("canvas", "lada-mix-canvas");
    canvas.setAttribute("role", "img");
    const missing = make("span", "lada-mix-missing", "not kept in the record");
    const caption = make("figcaption");
    figure.dataset.name = name;
    figure.append(canvas, missing, caption);
    row.append(figure);
    return { canvas, missing, caption };
  });
  return { row, figures };
}

/**
 * @param {Figure[]} figures
 * @param {Pair} pair
 * @param {number} lam
 */
export function showImages(figures, pair, lam) {
  const [own, other] = pair.images;
  const [left, blend, right] = figures;
  const blended = `blend at λ = ${fixed(lam)}`;
  const kept = Boolean(own.pixels && other.pixels);
  showFigure(left, altOf(other), `λ = 0: id ${other.id}`, classWords(other));
  showFigure(blend, blended, `λ = ${fixed(lam)}`, make("span", "lada-mix-of", "blend of both"));
  showFigure(right, altOf(own), `λ = 1: id ${own.id}`, classWords(own));
  showPixels(left, other.pixels !== null, pair, 0);
  showPixels(blend, kept, pair, lam);
  showPixels(right, own.pixels !== null, pair, 1);
}

/**
 * @param {Figure} figure
 * @param {string} alt what a screen reader says of it
 * @param {string} where on the path it lies
 * @param {HTMLElement} words
 */
function showFigure({ canvas, caption }, alt, where, words) {
  canvas.setAttribute("aria-label", alt);
  caption.replaceChildren(make("span", "lada-mix-where", where), words);
}

/**
 * What a screen reader says of an image: its class where that is known, and the guess as a guess.
 *
 * @param {PairImage} image
 */
function altOf({ id, known, guess }) {
  return [`image ${id}`, known, guess && `guess: ${guess}`].filter(Boolean).join(", ");
}

/**
 * @param {Figure} figure
 * @param {boolean} kept whether the record has what it shows
 * @param {Pair} pair
 * @param {number} lam
 */
function showPixels({ canvas, missing }, kept, { images: [own, other], shape }, lam) {
  canvas.hidden = !kept;
  missing.hidden = kept;
  const [first, second] = [own.pixels ?? other.pixels, other.pixels ?? own.pixels];
  if (kept && shape && first && second) paint(canvas, shape, first, second, lam);
}

/**
 * lam * own + (1 - lam) * other on a canvas; grey where there is one channel.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Shape} shape
 * @param {Uint8Array} own
 * @param {Uint8Array} other
 * @param {number} lam
 */
function paint(canvas, [channels, height, width], own, other, lam) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  const size = height * width;
  for (let at = 0; at < size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (channels === 3 ? channel : 0) * size + at;
      image.data[4 * at + channel] = Math.round(lam * own[from] + (1 - lam) * other[from]);
    }
    image.data[4 * at + 3] = 255;
  }
  penOf(canvas).putImageData(image, 0, 0);
}
