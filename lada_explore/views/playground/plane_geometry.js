// Where points and pairs of the plane lie on its canvas: a square of `size` px that shows [-1, 1] both ways.

/** @import { PlaneScene } from "./plane.js" */
/** @import { Pairs } from "./run_state.js" */

const PICK_PX = 12;

/** @typedef {[number, number]} Pixel x to the right and y down, in px of the canvas */

/**
 * @param {number} size
 * @param {number} x
 * @param {number} y
 * @returns {Pixel}
 */
export function toPixel(size, x, y) {
  return [((x + 1) / 2) * size, ((1 - y) / 2) * size];
}

/**
 * The point under a pixel.
 *
 * @param {number} size
 * @param {Pixel} pixel
 * @returns {[number, number]} in [-1, 1]
 */
export function toPoint(size, [right, down]) {
  return [(2 * right) / size - 1, 1 - (2 * down) / size];
}

/** @typedef {[Pixel, Pixel]} Ends of a segment: that of lam = 1 first */

/** @typedef {Pick<PlaneScene, "x" | "y">} Points */

/** @typedef {Pick<Pairs, "known" | "ids" | "queried">} PairIds */

/**
 * Both ends of a pair's segment.
 *
 * @param {Points} scene
 * @param {PairIds} pairs
 * @param {number} row of the pair
 * @param {number} size
 * @returns {Ends}
 */
export function endsOf({ x, y }, pairs, row, size) {
  const [first, second] = [pairs.ids[2 * row], pairs.ids[2 * row + 1]];
  return [toPixel(size, x[first], y[first]), toPixel(size, x[second], y[second])];
}

/**
 * Distance of a pixel from a segment, in px.
 *
 * @param {Pixel} pixel
 * @param {Ends} ends
 */
export function distance([x, y], [[x1, y1], [x0, y0]]) {
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
  const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared));
  return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
}

/**
 * The pair that a click means: whose segment is nearest to it, if any is near.
 *
 * @param {Points & { pairs: PairIds | null }} scene
 * @param {Pixel} pixel
 * @param {number} size
 * @returns {number} its row; -1 where there is none
 */
export function pairAt(scene, pixel, size) {
  const { pairs } = scene;
  if (!pairs?.known) return -1;
  let [nearest, least] = [-1, PICK_PX];
  for (let row = 0; row < pairs.queried.length; row += 1) {
    const away = distance(pixel, endsOf(scene, pairs, row, size));
    if (away < least) [nearest, least] = [row, away];
  }
  return nearest;
}
