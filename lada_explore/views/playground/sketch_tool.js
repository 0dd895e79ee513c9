// The bar and the keys with which points are drawn by hand.

import { button, focusedIn, make } from "../base/page.js";
import { classIcon } from "./plane_colours.js";
import { Sketch } from "./sketch.js";

/** @import { PlaneScene } from "./plane.js" */

/**
 * What the page does for a drawing.
 *
 * @typedef {object} SketchActions
 * @property {() => string[]} classes that can be drawn, by name
 * @property {() => void} begun lets the page make room
 * @property {(scene: PlaneScene) => void} show
 * @property {(points: [number, number, number][]) => void} use begins a run on them
 * @property {() => void} ended goes back to the run
 */

export class SketchTool {
  /**
   * @param {HTMLElement} bar
   * @param {SketchActions} on
   */
  constructor(bar, on) {
    this.bar = bar;
    this.on = on;
    /** @type {Sketch | null} */
    this.sketch = null; // null while nothing is drawn
  }

  get active() {
    return this.sketch !== null;
  }

  toggle() {
    if (this.active) this.end();
    else this.begin();
  }

  begin() {
    this.sketch = new Sketch();
    this.on.begun();
    this.draw();
    this.bar.querySelector("button")?.focus();
  }

  end() {
    this.forget();
    this.on.ended();
  }

  /** Lets go of what was drawn. */
  forget() {
    this.sketch = null;
  }

  /** Draws bar and plane, if anything is drawn. */
  draw() {
    if (!this.sketch) return;
    this.fillBar(this.sketch);
    this.on.show(this.sketch.scene());
  }

  /**
   * Changes the drawing, if there is one, and shows it.
   *
   * @param {(sketch: Sketch) => void} how
   */
  change(how) {
    if (this.sketch) how(this.sketch);
    this.draw();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  stroke(x, y) {
    this.change((sketch) => sketch.stroke(x, y));
  }

  use() {
    if (!this.sketch) return;
    const { points } = this.sketch;
    this.end();
    this.on.use(points);
  }

  /**
   * A key while something is drawn.
   *
   * @param {KeyboardEvent} event
   * @param {HTMLElement} root gets the focus when a number chose a class
   */
  press(event, root) {
    const label = Number(event.key) - 1;
    const onButton = event.target instanceof Element && event.target.matches("button");
    if (!this.sketch) return;
    if (this.sketch.move(event.key)) {
      this.draw();
      event.preventDefault();
    } else if (event.key === "Enter" && !onButton) {
      this.stroke(...this.sketch.cross);
    } else if (label >= 0 && label < this.on.classes().length) {
      this.choose(label);
      root.focus();
    }
  }

  /** @param {number} label class that is drawn from now on */
  choose(label) {
    this.change((sketch) => {
      sketch.label = label;
    });
  }

  /** @param {Sketch} sketch */
  fillBar({ points, brush, label: drawn }) {
    const held = focusedIn(this.bar)?.textContent;
    /** @type {(text: string, title: string, how: (sketch: Sketch) => void) => HTMLButtonElement} */
    const change = (text, title, how) => button(text, title, () => this.change(how));
    const made = [
      ...this.on.classes().map((name, label) => this.classButton(name, label, label === drawn)),
      change(`${brush} a click`, "How many points a click puts down", (sketch) => sketch.changeBrush()),
      change("Undo", "Undo your last click", (sketch) => sketch.undo()),
      change("Clear", "Take all points away", (sketch) => sketch.clear()),
      button("Use these points", "Begin a run on them", () => this.use()),
      button("Cancel", "Back to the run", () => this.end()),
    ];
    const words = `${points.length} points. Click the plane, or move the cross with the arrow keys and press Enter.`;
    this.bar.replaceChildren(...made, make("span", "lada-pg-count", words));
    if (held) made.find((one) => one.textContent === held)?.focus();
  }

  /**
   * @param {string} name
   * @param {number} label
   * @param {boolean} drawn whether it is the class that is drawn
   */
  classButton(name, label, drawn) {
    const made = button(name, `Draw ${name} points (key ${label + 1})`, () => this.choose(label));
    made.prepend(classIcon(label));
    made.setAttribute("aria-pressed", String(drawn));
    return made;
  }
}
