// Where the candidates of a duel lie on the plane: pairs as segments, single points as segments without a length.

import { distance, toPixel } from "./plane_geometry.js";

/** @import { Ends, Pixel, Points } from "./plane_geometry.js" */

/**
 * @param {Points} points
 * @param {number[][]} items ids of each candidate: of a point, or of both points of a pair
 * @param {number} size px of the square
 * @returns {Ends[]}
 */
export function placesOf({ x, y }, items, size) {
  return items.map((ids) => {
    const [first, last] = [ids[0], ids[ids.length - 1]];
    return [toPixel(size, x[first], y[first]), toPixel(size, x[last], y[last])];
  });
}

/**
 * The candidate that is nearest to a pixel.
 *
 * @param {Ends[]} places
 * @param {Pixel} pixel
 * @param {number} reach px from which it is meant
 * @returns {number} its row; -1 where there is none
 */
export function nearestTo(places, pixel, reach) {
  let [nearest, least] = [-1, reach];
  places.forEach((ends, row) => {
    const away = distance(pixel, ends);
    if (away < least) [nearest, least] = [row, away];
  });
  return nearest;
}

/** @type {Record<string, Pixel>} by the name of an arrow key: to the right and down */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {Ends} ends @returns {Pixel} */
const middleOf = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];

/**
 * The candidate that an arrow key goes to: of those whose middle lies more ahead than aside, the nearest.
 *
 * @param {Ends[]} places
 * @param {number} row of the candidate that has the focus
 * @param {string} key
 * @returns {number} its row; the same one where there is none
 */
export function towards(places, row, key) {
  const way = WAYS[key];
  if (!way || !places[row]) return row;
  const [x, y] = middleOf(places[row]);
  let [nearest, least] = [row, Number.POSITIVE_INFINITY];
  places.forEach((ends, other) => {
    const [right, down] = [middleOf(ends)[0] - x, middleOf(ends)[1] - y];
    const ahead = right * way[0] + down * way[1];
    const aside = Math.abs(right * way[1] + down * way[0]);
    if (other !== row && ahead > aside && ahead + aside < least) [nearest, least] = [other, ahead + aside];
  });
  return nearest;
}
