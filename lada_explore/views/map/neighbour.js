// Where arrow keys lead on the map.

/** @typedef {[number, number]} Place in px: to the right, and down */

/**
 * The nearest point in the direction of an arrow, within 45 degrees of it.
 *
 * @template {{ at: Place }} T
 * @param {T[]} points
 * @param {Place} from
 * @param {Place} direction
 * @returns {T | null}
 */
export function neighbour(points, from, [dx, dy]) {
  /** @type {T | null} */
  let best = null;
  let least = Infinity;
  for (const point of points) {
    const [x, y] = [point.at[0] - from[0], point.at[1] - from[1]];
    const [along, across] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    if (along > 0.5 && across <= along && along + 2 * across < least) {
      best = point;
      least = along + 2 * across;
    }
  }
  return best;
}
