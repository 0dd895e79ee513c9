// Points drawn by hand: what there is, and what a click or a key does to it.

/** @import { PlaneScene } from "./plane.js" */

const SPRAY = 0.09;
const BRUSH = 12;
const STEP = 0.05;
/** @type {Record<string, [number, number] | undefined>} */
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

const clamped = (/** @type {number} */ value) => Math.min(1, Math.max(-1, value));
const gaussian = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

export class Sketch {
  constructor() {
    /** @type {[number, number, number][]} x, y and class */
    this.points = [];
    /** @type {number[]} how many points each click put down */
    this.strokes = [];
    this.label = 0; // class that is drawn
    this.brush = BRUSH; // points a click
    /** @type {[number, number]} where the next points go by key */
    this.cross = [0, 0];
  }

  /**
   * Puts points of the class that is drawn down around a place.
   *
   * @param {number} x
   * @param {number} y
   */
  stroke(x, y) {
    this.cross = [x, y];
    const put = (/** @type {number} */ value) =>
      Math.round(1e4 * clamped(value + (this.brush > 1 ? SPRAY * gaussian() : 0))) / 1e4;
    for (let n = 0; n < this.brush; n += 1) this.points.push([put(x), put(y), this.label]);
    this.strokes.push(this.brush);
  }

  /** Takes the last click back. */
  undo() {
    this.points.splice(this.points.length - (this.strokes.pop() ?? 0));
  }

  clear() {
    this.points = [];
    this.strokes = [];
  }

  /** One point a click, or several. */
  changeBrush() {
    this.brush = this.brush > 1 ? 1 : BRUSH;
  }

  /**
   * Moves the cross where a key is an arrow; returns whether it is.
   *
   * @param {string} key
   */
  move(key) {
    const by = ARROWS[key];
    if (!by) return false;
    this.cross = [clamped(this.cross[0] + by[0]), clamped(this.cross[1] + by[1])];
    return true;
  }

  /**
   * What the plane shows of it.
   *
   * @returns {PlaneScene}
   */
  scene() {
    return {
      x: this.points.map(([x]) => x),
      y: this.points.map(([, y]) => y),
      field: null,
      mode: "classes",
      pairs: null,
      lamOf: () => null,
      chosen: -1,
      asked: [],
      candidates: [],
      labelled: { ids: this.points.map((_, id) => id), labels: this.points.map(([, , label]) => label), fresh: 0 },
      cross: this.cross,
      current: -1,
      highest: 0,
      fallKey: "",
      label: `${this.points.length} points drawn`,
    };
  }
}
