// Which part of a picture a frame shows: numbers only.

/** @typedef {[number, number, number, number]} Box left, top, right, bottom, as fractions of width and height */
/** @typedef {{ left: number, top: number, width: number, height: number }} Place in the frame, in its pixels */

const MOST = 8; // times that a picture can be magnified however small it is
const PIXEL = 16; // pixels of the frame that a pixel of the picture has at most

export class Viewport {
  constructor() {
    /** Size of the frame. */
    this.frame = { width: 1, height: 1 };
    /** Size of the picture. */
    this.picture = { width: 1, height: 1 };
    /** Times that the picture is larger than where it just fits. */
    this.scale = 1;
    /** What of the picture is in the middle, as fractions. */
    this.x = this.y = 0.5;
  }

  /** The whole picture. */
  reset() {
    this.scale = 1;
    this.x = this.y = 0.5;
  }

  get zoomed() {
    return this.scale > 1;
  }

  /** Pixels of the frame that a pixel of the whole picture has where it just fits. */
  get fit() {
    return Math.min(this.frame.width / this.picture.width, this.frame.height / this.picture.height);
  }

  /** The same at the scale of now. */
  get magnification() {
    return this.fit * this.scale;
  }

  get most() {
    return Math.max(MOST, PIXEL / this.fit);
  }

  /** Where the whole picture lies, mostly outside of the frame. @returns {Place} */
  place() {
    const width = this.picture.width * this.magnification;
    const height = this.picture.height * this.magnification;
    return { left: this.frame.width / 2 - this.x * width, top: this.frame.height / 2 - this.y * height, width, height };
  }

  /**
   * Magnifies around a point of the frame, which keeps showing what it shows.
   *
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoom(factor, x = this.frame.width / 2, y = this.frame.height / 2) {
    const { left, top, width, height } = this.place();
    const before = this.scale;
    this.scale = Math.max(1, Math.min(this.most, before * factor));
    const grown = this.scale / before;
    // The point is this far from the left and top edge of the picture afterwards.
    this.x = (this.frame.width / 2 - x + grown * (x - left)) / (width * grown);
    this.y = (this.frame.height / 2 - y + grown * (y - top)) / (height * grown);
    this.hold();
  }

  /**
   * Moves the picture by pixels of the frame.
   *
   * @param {number} right
   * @param {number} down
   */
  pan(right, down) {
    const { width, height } = this.place();
    this.x -= right / width;
    this.y -= down / height;
    this.hold();
  }

  /** Keeps the frame full, as far as the picture fills it. */
  hold() {
    this.scale = Math.min(this.scale, this.most);
    const { width, height } = this.place();
    this.x = held(this.x, this.frame.width / width);
    this.y = held(this.y, this.frame.height / height);
  }

  /**
   * The part of the picture that the frame shows.
   *
   * @param {number} [more] share of it that is added on each side
   * @returns {Box}
   */
  box(more = 0) {
    const { left, top, width, height } = this.place();
    const across = more * this.frame.width;
    const down = more * this.frame.height;
    return [
      clamped((-left - across) / width),
      clamped((-top - down) / height),
      clamped((this.frame.width - left + across) / width),
      clamped((this.frame.height - top + down) / height),
    ];
  }
}

/**
 * Where the middle of the frame may lie if the frame shows this share of a side.
 *
 * @param {number} middle
 * @param {number} share
 */
function held(middle, share) {
  return share >= 1 ? 0.5 : Math.max(share / 2, Math.min(1 - share / 2, middle));
}

/** @param {number} fraction */
function clamped(fraction) {
  return Math.max(0, Math.min(1, fraction));
}

/**
 * Whether a box lies within another, but for what rounding leaves.
 *
 * @param {Box} inner
 * @param {Box} outer
 */
export function covers(outer, inner) {
  const slack = 1e-6;
  return (
    outer[0] <= inner[0] + slack &&
    outer[1] <= inner[1] + slack &&
    outer[2] >= inner[2] - slack &&
    outer[3] >= inner[3] - slack
  );
}
