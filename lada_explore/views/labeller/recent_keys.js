// Of more classes than there are keys, those that were used last have the digits.

/** @import { Keys } from "./keys.js" */

const DIGITS = [..."1234567890"];

export class RecentKeys {
  constructor() {
    /** @type {Map<string, number>} the class that took a digit, by its place */
    this.taken = new Map();
    /** @type {Map<string, number>} when a digit's class was answered last, counted in answers */
    this.used = new Map();
    this.answers = 0;
  }

  /**
   * Notes that a class was answered; one without a key takes the digit whose class was answered longest ago, the last of
   * those that never were.
   *
   * @param {number} place of the class
   * @param {Keys} keys
   */
  note(place, keys) {
    this.answers += 1;
    const free = DIGITS.filter((digit) => !keys.named[keys.classes.indexOf(digit)]);
    const age = (/** @type {string} */ digit) => this.used.get(digit) ?? 0;
    const own = keys.classes[place];
    const digit =
      own || free.reduceRight((oldest, some) => (age(some) < age(oldest) ? some : oldest), free.at(-1) ?? "");
    if (!digit) return;
    if (!own) this.taken.set(digit, place);
    this.used.set(digit, this.answers);
  }

  /** The classes that took a digit, in the order of the digits. */
  places() {
    return DIGITS.flatMap((digit) => this.taken.get(digit) ?? []);
  }
}
