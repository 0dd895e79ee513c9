// The images that are selected, to be answered together.

/** @import { Situation } from "./situation.js" */

export class Selection {
  constructor() {
    /** @type {Set<number>} */
    this.ids = new Set();
    /** @type {number | null} id of the image from which a range reaches */
    this.from = null;
  }

  get size() {
    return this.ids.size;
  }

  /** @param {number} id */
  has(id) {
    return this.ids.has(id);
  }

  /** @param {number} id */
  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.from = id;
  }

  /** @param {number | null} [from] id of the image from which the next range reaches */
  clear(from = null) {
    this.ids = new Set();
    this.from = from;
  }

  /**
   * Selects what lies between two images, instead of what was selected.
   *
   * @param {number | null} from where no range has begun
   * @param {number} to
   * @param {Situation} now
   */
  reach(from, to, now) {
    this.from ??= from ?? to;
    const begin = now.place(this.from);
    const [first, last] = [begin < 0 ? now.place(to) : begin, now.place(to)].sort((a, b) => a - b);
    this.ids = new Set(toAnswer(now.order.slice(first, last + 1), now));
  }

  /**
   * Selects those that a frame holds.
   *
   * @param {number[]} ids
   * @param {Set<number>} before what was selected and stays so
   * @param {Situation} now
   */
  hold(ids, before, now) {
    this.ids = new Set([...before, ...toAnswer(ids, now)]);
  }

  /**
   * Selects every open image.
   *
   * @param {Situation} now
   */
  all(now) {
    this.ids = new Set(now.order.filter((id) => now.stateOf(id).sign === "open"));
  }

  /**
   * Drops those that are not asked any more. Returns how many.
   *
   * @param {Situation} now
   */
  keep(now) {
    const gone = [...this.ids].filter((id) => now.place(id) < 0);
    for (const id of gone) this.ids.delete(id);
    return gone.length;
  }
}

/**
 * Those of some images that are open, or all of them if none is: whoever selects a stretch does not mean to answer again
 * what is answered, unless there is nothing else in it.
 *
 * @param {number[]} ids
 * @param {Situation} now
 */
function toAnswer(ids, now) {
  const open = ids.filter((id) => now.stateOf(id).sign === "open");
  return open.length ? open : ids;
}
