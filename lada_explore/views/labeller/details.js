// Whole pictures and parts of them as the kernel reads them from the files, of which the page keeps a bounded number.

/** @import { Detail } from "./state.js" */
/** @import { Box } from "./viewport.js" */

/**
 * A picture or a part of it that has come.
 *
 * @typedef {object} Part
 * @property {ImageBitmap} bitmap
 * @property {Box} box
 * @property {[number, number]} size of the whole picture in pixels
 * @property {Box} seen what the classifier sees of it
 */

/** @typedef {{ id: number, box: Box, longest: number, ask: number }} Request its number; 0 for a whole picture */

/** @type {Box} */
const WHOLE = [0, 0, 1, 1];
const MAX_BYTES = 64 * 2 ** 20; // of decoded whole pictures
const AGAIN_MS = 20_000; // a request without an answer is repeated, if its picture is still wanted

/** Whole pictures by id, kept as long as there is room, and one part of the picture that is looked at closely. */
export class DetailBook {
  /**
   * @param {(request: Request) => void} ask asks the kernel
   * @param {() => void} onCome is called when something has come
   */
  constructor(ask, onCome) {
    this.ask = ask;
    this.onCome = onCome;
    /** @type {Map<number, Part>} */
    this.wholes = new Map();
    /** @type {Map<number, string>} why a picture cannot be shown */
    this.faults = new Map();
    /** @type {Map<number, { longest: number, ms: number }>} */
    this.asked = new Map();
    /** @type {(Part & { ask: number }) | null} */
    this.part = null;
    /** @type {Request} the last request for a part */
    this.wanted = { id: -1, box: WHOLE, longest: 0, ask: 0 };
    this.wantedMs = 0;
  }

  /**
   * Whole pictures that are shown now or soon, the most urgent first.
   *
   * @param {number[]} ids
   * @param {number} longest length of their longer side in pixels
   */
  want(ids, longest) {
    for (const id of ids) {
      const known = this.wholes.get(id);
      const asked = this.asked.get(id);
      const waits = asked !== undefined && asked.longest >= longest && Date.now() - asked.ms < AGAIN_MS;
      if (waits || this.faults.has(id) || (known && isEnough(known, longest))) continue;
      this.asked.set(id, { longest, ms: Date.now() });
      this.ask({ id, box: WHOLE, longest, ask: 0 });
    }
    this.forget(new Set(ids));
  }

  /**
   * A part of a picture, at a resolution.
   *
   * @param {number} id
   * @param {Box} box
   * @param {number} longest
   */
  wantPart(id, box, longest) {
    this.wanted = { id, box, longest, ask: this.wanted.ask + 1 };
    this.wantedMs = Date.now();
    this.ask(this.wanted);
  }

  /** Whether the answer to the last request for a part may have been lost. */
  waitsLong() {
    return Date.now() - this.wantedMs > AGAIN_MS;
  }

  /** Forgets the part; one that is still to come is not shown any more. */
  leavePart() {
    this.part?.bitmap.close();
    this.part = null;
    this.wanted = { ...this.wanted, id: -1 };
  }

  /**
   * @param {Detail} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  async take(message, [buffer]) {
    const { id, ask } = message;
    if (message.error) {
      this.faults.set(id, message.error);
      this.onCome();
      return;
    }
    const content = /** @type {BlobPart} */ (buffer);
    const bitmap = await createImageBitmap(new Blob([content], { type: message.kind }));
    const { box, size, seen } = message;
    if (ask === 0) this.takeWhole(id, { bitmap, box, size, seen });
    else this.takePart(id, { bitmap, box, size, seen, ask });
    this.onCome();
  }

  /**
   * @param {number} id
   * @param {Part} part
   */
  takeWhole(id, part) {
    const known = this.wholes.get(id);
    const [kept, left] = known && known.bitmap.width > part.bitmap.width ? [known, part] : [part, known];
    left?.bitmap.close();
    this.wholes.set(id, kept);
  }

  /**
   * @param {number} id
   * @param {Part & { ask: number }} part
   */
  takePart(id, part) {
    if (this.wanted.id !== id || part.ask < (this.part?.ask ?? 0)) {
      part.bitmap.close(); // another image is looked at, or something later has come already
      return;
    }
    this.part?.bitmap.close();
    this.part = part;
  }

  /**
   * Makes room, by the pictures that came first and are not wanted.
   *
   * @param {Set<number>} wanted
   */
  forget(wanted) {
    for (const told of [this.asked, this.faults]) for (const id of told.keys()) if (!wanted.has(id)) told.delete(id);
    let bytes = 0;
    for (const { bitmap } of this.wholes.values()) bytes += 4 * bitmap.width * bitmap.height;
    for (const [id, { bitmap }] of this.wholes) {
      if (bytes <= MAX_BYTES) return;
      if (wanted.has(id)) continue;
      bytes -= 4 * bitmap.width * bitmap.height;
      bitmap.close();
      this.wholes.delete(id);
    }
  }
}

/**
 * Whether a picture has the detail that is wanted, or all that there is.
 *
 * @param {Part} known
 * @param {number} longest
 */
function isEnough({ bitmap, size }, longest) {
  return Math.max(bitmap.width, bitmap.height) >= 0.8 * longest || bitmap.width >= size[0];
}
