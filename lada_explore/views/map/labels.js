// Places for the numbers beside the points of a map: no number lies over another one, and none leaves the map.
// The same as labels.py, which places them in a saved figure; both are tested with the same cases.

/** @import { Place } from "./neighbour.js" */

/** @typedef {[number, number, number, number]} Box left, top, right and bottom */

const MARK_PX = 12;
const GAP_PX = 9;
const STEP_PX = 8;
const RINGS = 24;
const PADDING_PX = 1;
const PX_WORTH = 3;
const LEADER_FROM_PX = 14;

/** @type {Place[]} */
const SIDES = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];
/** @type {Place[]} */
const SLANTS = [1, 3, 5, 7, 9, 11, 13, 15].map((turn) => [
  Math.cos((turn * Math.PI) / 8),
  Math.sin((turn * Math.PI) / 8),
]);
const DIRECTIONS = [...SIDES, ...SLANTS];

/**
 * @param {Place} centre
 * @param {Place} size
 * @returns {Box}
 */
const boxOf = ([x, y], [width, height]) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

/**
 * The area that two boxes share.
 *
 * @param {Box} a
 * @param {Box} b
 */
function overlap(a, b) {
  const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return across > 0 && down > 0 ? across * down : 0;
}

/**
 * @param {Box} box
 * @param {Box[]} others
 */
function covered(box, others) {
  let area = 0;
  for (const other of others) area += overlap(box, other);
  return area;
}

/**
 * @param {Place} point
 * @param {Place} size
 * @param {Box[]} marked
 * @param {Box[]} taken
 * @param {Place} room
 * @returns {Place | null}
 */
function placeOf([x, y], [width, height], marked, taken, [right, bottom]) {
  if (!(x >= 0 && x <= right && y >= 0 && y <= bottom)) return null;
  /** @type {Place | null} */
  let best = null;
  let least = Infinity;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const away = GAP_PX + STEP_PX * ring;
    if (least <= PX_WORTH * away) break;
    for (const [across, down] of DIRECTIONS) {
      /** @type {Place} */
      const centre = [x + across * (width / 2 + away), y + down * (height / 2 + away)];
      const box = boxOf(centre, [width, height]);
      if (box[0] < 0 || box[1] < 0 || box[2] > right || box[3] > bottom) continue;
      if (taken.some((other) => overlap(box, other) > 0)) continue;
      const cost = PX_WORTH * away + covered(box, marked);
      if (cost < least) [best, least] = [centre, cost];
    }
  }
  return best;
}

/**
 * The centre of each number; null for one that has no place, or whose point is not on the map. All in px.
 *
 * @param {{ point: Place, size: Place }[]} labels the most important first
 * @param {Place[]} marks points of marks that should not be covered
 * @param {Place} room width and height of the map
 */
export function placeLabels(labels, marks, room) {
  const marked = marks.map((mark) => boxOf(mark, [MARK_PX, MARK_PX]));
  /** @type {Box[]} */
  const taken = [];
  return labels.map(({ point, size }) => {
    const place = placeOf(point, size, marked, taken, room);
    if (place) taken.push(boxOf(place, [size[0] + 2 * PADDING_PX, size[1] + 2 * PADDING_PX]));
    return place;
  });
}

/**
 * Where the line from a point to its number ends; null where the number stands beside its point.
 *
 * @param {Place} point
 * @param {Place} place centre of the number
 * @param {Place} size
 * @returns {Place | null}
 */
export function leaderEnd([x, y], place, size) {
  const [left, top, right, bottom] = boxOf(place, size);
  const [across, down] = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  return Math.hypot(across - x, down - y) >= LEADER_FROM_PX ? [across, down] : null;
}
