// The picture looked at: whole, or a part of it at full detail, as its file has it.

import { penOf, setText } from "../base/page.js";
import { covers, Viewport } from "./viewport.js";

/** @import { DetailBook, Part } from "./details.js" */
/** @import { PageState } from "./page_state.js" */
/** @import { ZoomParts } from "./parts.js" */
/** @import { PictureBook } from "./pictures.js" */
/** @import { Box } from "./viewport.js" */

const WAIT_MS = 30; // after the last movement, until the kernel is asked
const AROUND = 0.15; // of the frame, asked for on each side too, so that a small movement shows it at once
const LONGEST = 2048; // pixels; the most that the kernel sends
const ENOUGH = 0.95; // of the resolution that the screen could show
const SQUARES = 2; // pixels of the page a pixel, from which on pixels are drawn as squares

/** Draws the picture looked at into its frame, and asks for the detail that it needs. */
export class Viewer {
  /**
   * @param {ZoomParts} parts
   * @param {PictureBook} thumbs
   * @param {DetailBook} details
   * @param {PageState} view
   */
  constructor(parts, thumbs, details, view) {
    this.parts = parts;
    this.thumbs = thumbs;
    this.details = details;
    this.view = view;
    this.viewport = new Viewport();
    /** @type {number | null} */
    this.id = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(parts.canvas);
  }

  stop() {
    this.resized.disconnect();
    clearTimeout(this.timer);
  }

  /**
   * Shows a picture; the next one begins whole, unless the person keeps the place.
   *
   * @param {number} id
   */
  show(id) {
    if (id !== this.id) {
      this.id = id;
      if (!this.view.keepZoom) this.viewport.reset();
      this.details.leavePart();
      const { canvas } = this.parts;
      canvas.dataset.id = String(id);
      canvas.setAttribute("aria-label", `image ${id}`);
    }
    this.draw();
  }

  get zoomed() {
    return this.viewport.zoomed;
  }

  /**
   * @param {number} factor
   * @param {number} [x] point of the frame that stays where it is
   * @param {number} [y]
   */
  zoom(factor, x, y) {
    this.viewport.zoom(factor, x, y);
    this.draw();
  }

  /** @param {number} right @param {number} down pixels of the frame */
  pan(right, down) {
    this.viewport.pan(right, down);
    this.draw();
  }

  whole() {
    this.viewport.reset();
    this.draw();
  }

  /**
   * The whole picture, or its own pixels where the pointer is.
   *
   * @param {number} x
   * @param {number} y
   */
  toggle(x, y) {
    if (this.zoomed) this.whole();
    else this.zoom(Math.max(3, 1 / this.viewport.magnification), x, y);
  }

  // Drawing

  /** Pixels of the screen in the frame, at most two for a pixel of the page. */
  get ratio() {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  draw() {
    const { canvas } = this.parts;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (this.id === null || width === 0 || height === 0) return;
    const thumb = this.thumbs.canvasOf(this.id);
    const whole = this.details.wholes.get(this.id);
    this.viewport.frame = { width, height };
    const [across, down] = whole?.size ?? [thumb?.width ?? 1, thumb?.height ?? 1];
    this.viewport.picture = { width: across, height: down };
    this.viewport.hold();
    this.paint(thumb, whole, width, height);
    this.tell(whole);
    clearTimeout(this.timer);
    const missing = this.missing();
    canvas.dataset.sharp = String(missing === null);
    if (missing) this.timer = setTimeout(() => this.ask(missing), WAIT_MS);
  }

  /**
   * @param {HTMLCanvasElement | undefined} thumb
   * @param {Part | undefined} whole
   * @param {number} width
   * @param {number} height
   */
  paint(thumb, whole, width, height) {
    const { canvas } = this.parts;
    const { ratio } = this;
    // A canvas that is given a size is emptied, even if it is the one that it has.
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const pen = penOf(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const part = this.zoomed ? this.details.part : null;
    if (whole) this.lay(pen, whole.bitmap, whole.box);
    else if (thumb) this.lay(pen, thumb, [0, 0, 1, 1]);
    if (part) this.lay(pen, part.bitmap, part.box);
    if (whole) this.frame(pen, whole.seen);
    if (!whole && !thumb) return;
    canvas.dataset.painted = `${this.id} ${part ? `part ${part.ask}` : whole ? "whole" : "thumb"}`;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ImageBitmap | HTMLCanvasElement} image
   * @param {[number, number, number, number]} box where it lies in the whole picture
   */
  lay(pen, image, [left, top, right, bottom]) {
    const place = this.viewport.place();
    const width = (right - left) * place.width;
    pen.imageSmoothingEnabled = width < SQUARES * image.width;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(
      image,
      place.left + left * place.width,
      place.top + top * place.height,
      width,
      (bottom - top) * place.height,
    );
  }

  /**
   * Frames what the classifier sees, if that is not the whole picture.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {[number, number, number, number]} seen
   */
  frame(pen, [left, top, right, bottom]) {
    if (isWhole([left, top, right, bottom])) return;
    const place = this.viewport.place();
    // At whole pixels, or a line of one pixel would be two grey ones.
    const corner = [Math.round(place.left + left * place.width), Math.round(place.top + top * place.height)];
    const size = [Math.round((right - left) * place.width), Math.round((bottom - top) * place.height)];
    pen.lineWidth = 1;
    for (const [colour, inset] of /** @type {const} */ ([
      ["#000", 0.5],
      ["#fff", 1.5],
    ])) {
      pen.strokeStyle = colour;
      pen.strokeRect(corner[0] + inset, corner[1] + inset, size[0] - 2 * inset, size[1] - 2 * inset);
    }
  }

  /**
   * Says how large the picture is shown, and what is not as it should be.
   *
   * @param {Part | undefined} whole
   */
  tell(whole) {
    const { figure, amount, note, keep } = this.parts;
    const { width, height } = this.viewport.picture;
    const percent = Math.round(100 * this.viewport.magnification);
    const number = (/** @type {number} */ n) => n.toLocaleString("en");
    const share = `${number(percent)} %`;
    amount.title = `${share} of ${number(width)} × ${number(height)} pixels`;
    setText(amount, `${share} of ${number(width)} × ${number(height)}`);
    if (amount.offsetTop > keep.offsetTop + keep.offsetHeight / 2) setText(amount, share); // no room beside the buttons
    const fault = this.details.faults.get(this.id ?? -1);
    const framed = whole && !isWhole(whole.seen) ? "The frame is what the classifier sees." : "";
    setText(note, fault ?? framed);
    keep.setAttribute("aria-pressed", String(this.view.keepZoom));
    figure.dataset.zoomed = String(this.zoomed);
  }

  // What the kernel is asked

  /**
   * The part that is to be asked for; null if what is in the frame is there in the resolution that it needs.
   *
   * @returns {{ id: number, box: Box, longest: number } | null}
   */
  missing() {
    if (this.id === null || !this.zoomed) return null;
    const { viewport, ratio, details } = this;
    const whole = details.wholes.get(this.id);
    if (!whole || details.faults.has(this.id)) return null;
    // Pixels of the screen across the whole picture, of which there are no more than the file has.
    const needed = Math.min(viewport.place().width * ratio, whole.size[0]);
    if (whole.bitmap.width >= ENOUGH * needed) return null;
    const box = viewport.box();
    const { part } = details;
    const has = part ? part.bitmap.width / (part.box[2] - part.box[0]) : 0;
    if (part && covers(part.box, box) && has >= ENOUGH * needed) return null;
    const side = Math.max(viewport.frame.width, viewport.frame.height);
    const longest = Math.min(LONGEST, Math.ceil((1 + 2 * AROUND) * ratio * side));
    return { id: this.id, box: viewport.box(AROUND), longest };
  }

  /** @param {{ id: number, box: Box, longest: number }} request */
  ask({ id, box, longest }) {
    const { wanted } = this.details;
    const same = wanted.id === id && String(wanted.box) === String(box) && wanted.longest === longest;
    if (!same || this.details.waitsLong()) this.details.wantPart(id, box, longest);
  }
}

/** @param {[number, number, number, number]} box */
function isWhole([left, top, right, bottom]) {
  const least = 0.005; // less cannot be seen
  return left < least && top < least && right > 1 - least && bottom > 1 - least;
}
