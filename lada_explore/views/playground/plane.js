// The plane of a run on a canvas, with axes in SVG behind it.

import { make, penOf } from "../base/page.js";
import { fixed } from "../base/pair_parts.js";
import { drawAxes, MARGIN, shape } from "../base/pair_plot.js";
import { bitsColour, css, pageColours } from "./plane_colours.js";
import { pairAt, toPoint } from "./plane_geometry.js";
import { drawAsked, drawCross, drawField, drawPoints, drawSegments, drawVirtual, nameEnds } from "./plane_layers.js";

/** @import { Box } from "../base/pair_plot.js" */
/** @import { Field, Labelled, Pairs } from "./run_state.js" */

/**
 * What a plane shows.
 *
 * @typedef {object} PlaneScene
 * @property {ArrayLike<number>} x first coordinates in [-1, 1], by id
 * @property {ArrayLike<number>} y second coordinates
 * @property {Field | null} field the classifier over the plane
 * @property {string} mode what of it: key of BACKGROUNDS
 * @property {number} highest entropy that can be, in bits; 0 where no bar shows it
 * @property {Pairs | null} pairs
 * @property {number} chosen row of the chosen pair; -1 for none
 * @property {(row: number) => number[] | null} lamOf lam of the virtual instances that are shown of a pair
 * @property {string} fallKey virtual instances fall anew when it changes
 * @property {Labelled} labelled
 * @property {ArrayLike<number> & Iterable<number>} candidates ids
 * @property {number[]} asked ids
 * @property {number} current id of the point that waits for its answer; -1 for none
 * @property {[number, number]} [cross] where the keys are while points are drawn by hand
 * @property {string} label for those who do not see it
 */

const MIN_PX = 120;
const MAX_PX = 640;
const FALL_MS = 700;
const BAR_STEPS = 24;

export class Plane {
  /**
   * @param {HTMLElement} parent
   * @param {{ pick: (row: number) => void, place: (x: number, y: number) => void }} on hears clicks: on a pair, or
   *   anywhere while points are drawn by hand
   */
  constructor(parent, on) {
    this.parent = parent;
    this.on = on;
    this.frame = make("div", "lada-pg-plane");
    this.axes = shape("svg", { class: "lada-plot-svg", "aria-hidden": "true" });
    /** @type {HTMLCanvasElement} */
    this.canvas = make("canvas", "lada-pg-canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.frame.append(this.axes, this.canvas);
    parent.append(this.frame);
    this.pen = penOf(this.canvas);
    /** @type {PlaneScene | null} */
    this.scene = null;
    this.size = 0; // px of the square
    this.width = -1; // px of the parent that the axes are drawn for; -1 when they have to be drawn
    this.fell = { key: "", at: 0 };
    this.frameRequest = 0;
  }

  /** @param {PlaneScene} scene */
  draw(scene) {
    if (scene.fallKey !== this.fell.key) this.fell = { key: scene.fallKey, at: performance.now() };
    const barAgain = this.scene?.highest !== scene.highest;
    this.scene = scene;
    if ((barAgain || this.width !== this.parent.clientWidth) && !this.fit(scene)) return;
    this.canvas.setAttribute("aria-label", scene.label);
    cancelAnimationFrame(this.frameRequest);
    this.paint(scene);
  }

  /** Lets the next drawing draw the axes too. */
  again() {
    this.width = -1;
  }

  stop() {
    cancelAnimationFrame(this.frameRequest);
  }

  /**
   * Draws axes and bar for the width there is, and lays the canvas over them. Returns whether there is room.
   *
   * @param {PlaneScene} scene
   */
  fit({ highest }) {
    const width = Math.min(this.parent.clientWidth, MAX_PX);
    if (width < MIN_PX) return false;
    this.width = this.parent.clientWidth;
    const height = width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom;
    const titles = { xTitle: "first coordinate", yTitle: "second coordinate", yTicks: 4 };
    const { box } = drawAxes(this.axes, { width, height, x: [-1, 1], y: [-1, 1], ...titles });
    this.size = box.right - box.left;
    const { canvas, size, pen } = this;
    canvas.width = canvas.height = Math.round(size * (window.devicePixelRatio || 1));
    const [left, top, side] = [box.left, box.top, size].map((length) => `${length}px`);
    Object.assign(canvas.style, { left, top, width: side, height: side });
    pen.scale(canvas.width / size, canvas.width / size);
    if (highest) this.drawBar(box, highest);
    return true;
  }

  /**
   * The colours of the entropy beside the axes.
   *
   * @param {Box} box
   * @param {number} highest
   */
  drawBar(box, highest) {
    const { dark } = pageColours(this.frame);
    const [left, top, height] = [box.right + 6, box.top + 14, Math.min(150, box.bottom - box.top - 40)];
    const each = height / BAR_STEPS;
    for (let n = 0; n < BAR_STEPS; n += 1) {
      const fill = css(bitsColour(1 - (n + 0.5) / BAR_STEPS, dark));
      this.axes.append(shape("rect", { x: left, y: top + n * each, width: 9, height: each + 0.6, fill }));
    }
    const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) =>
      this.axes.append(shape("text", { class: "lada-tick", x, y }, text));
    write("bits", left - 2, top - 4);
    write(fixed(highest, 1), left + 12, top + 8);
    write("0", left + 12, top + height);
  }

  /**
   * Draws the canvas, and again until the virtual instances have fallen.
   *
   * @param {PlaneScene} scene
   */
  paint(scene) {
    const { pen, size } = this;
    const colours = pageColours(this.frame);
    const surface = { pen, size, colours, family: getComputedStyle(this.frame).fontFamily };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const share = still ? 1 : Math.min(1, (performance.now() - this.fell.at) / FALL_MS);
    pen.clearRect(0, 0, size, size);
    pen.fillStyle = css(colours.paper);
    pen.fillRect(0, 0, size, size);
    drawField(surface, scene);
    drawSegments(surface, scene);
    drawPoints(surface, scene);
    drawVirtual(surface, scene, share);
    nameEnds(surface, scene);
    drawAsked(surface, scene);
    drawCross(surface, scene);
    if (share < 1 && scene.pairs) this.frameRequest = requestAnimationFrame(() => this.paint(scene));
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (!this.scene) return;
    const corner = this.canvas.getBoundingClientRect();
    /** @type {[number, number]} */
    const pixel = [event.clientX - corner.left, event.clientY - corner.top];
    if (this.scene.cross) {
      this.on.place(...toPoint(this.size, pixel));
      return;
    }
    const row = pairAt(this.scene, pixel, this.size);
    if (row >= 0) this.on.pick(row);
  }
}
