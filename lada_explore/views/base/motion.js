// Ways from one place, or colour, to another.

/**
 * Share of the way that is gone at a share of the time: slow at both ends.
 *
 * @param {number} time
 */
export const eased = (time) => time * time * (3 - 2 * time);

/**
 * What lies at a share of the way between two places, or two colours.
 *
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share
 */
export const between = (from, to, share) => to.map((end, axis) => from[axis] + share * (end - from[axis]));

/** @typedef {[number, number]} Point across and up, or down */

/**
 * The same for two points.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} share
 * @returns {Point}
 */
export const onTheWay = ([x0, y0], [x1, y1], share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
