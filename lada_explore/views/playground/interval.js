// What is drawn of an interval that narrows.

const LEAST = 1; // points to either side of 0 that are always shown
const ROOM = 1.15;

/**
 * The values of the axis: those of all seeds, and the interval as far as it is not many times wider than they are, as it
 * is after two seeds.
 *
 * @param {number[]} own
 * @param {(number | null)[]} lower
 * @param {(number | null)[]} upper
 * @returns {[number, number]}
 */
export function rangeOf(own, lower, upper) {
  const reach = 2 * Math.max(LEAST, ...own.map(Math.abs));
  const ends = [...lower, ...upper].filter((end) => end !== null).map((end) => Math.max(-reach, Math.min(reach, end)));
  const values = [...own, ...ends];
  return [ROOM * Math.min(-LEAST, ...values), ROOM * Math.max(LEAST, ...values)];
}

/**
 * The band between both ends, from the first seed that has them.
 *
 * @param {number[]} xs place of each seed
 * @param {(number | null)[]} lower
 * @param {(number | null)[]} upper
 * @param {(value: number) => number} toY
 */
export function bandPath(xs, lower, upper, toY) {
  const at = (/** @type {(number | null)[]} */ ends) =>
    xs.flatMap((x, n) => {
      const end = ends[n];
      return end === null || end === undefined ? [] : [`${x.toFixed(1)} ${toY(end).toFixed(1)}`];
    });
  const [under, over] = [at(lower), at(upper)];
  return under.length ? `M${over.join("L")}L${under.reverse().join("L")}Z` : "";
}
