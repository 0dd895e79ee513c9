// The page of the story: six captioned states, one chart, and the two images of its pair.

import { button, make, setAttributes, setText } from "../base/page.js";
import { fixed, pairView, slider, writeSentences } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { buildImages, showImages } from "../pair_mixer/images.js";
import { drawBoundary, drawCap, drawEnds, drawFlip, drawPolicy, drawWay } from "./story_charts.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { CapRecord, FlipRecord, PairRecord } from "./story_charts.js" */

/**
 * @typedef {object} StoryState
 * @property {number} revision
 * @property {string} title
 * @property {number} at the state that is shown first, from 1
 * @property {[string, string][]} captions name and sentences of each state
 * @property {PairRecord} pair
 * @property {FlipRecord} flip
 * @property {CapRecord[]} caps
 */

const CHART_PX = 250;
const POLICY = 4; // the state whose policy is stepped
const OF_PAIR = 4; // states that are about the one pair

/** The page of the view. */
export class StoryPage {
  /**
   * @param {Model<{ state: StoryState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.state = model.get("state");
    this.images = imagesOf(this.state.pair);
    this.at = this.state.at;
    this.epoch = this.state.pair.taus.length - 1;
    this.parts = this.build(el);
    this.resizer = new ResizeObserver(() => this.show());
    this.resizer.observe(this.parts.board);
  }

  /** @param {HTMLElement} el */
  build(el) {
    const frame = pairView(el, "lada-st", "The story of τ*");
    frame.body.dataset.alone = ""; // drawn in the page, with or without a kernel
    const back = button("← Back", "The state before (left arrow)", () => this.go(this.at - 1));
    const next = button("Next →", "The next state (right arrow)", () => this.go(this.at + 1));
    const steps = this.state.captions.map(([name], place) =>
      button(String(place + 1), name, () => this.go(place + 1), "lada-pair-button lada-st-step"),
    );
    const bar = make("div", "lada-st-bar");
    setAttributes(bar, { role: "group", "aria-label": "States of the story" });
    bar.append(back, ...steps, next);
    const captions = make("div", "lada-st-captions");
    captions.setAttribute("aria-live", "polite");
    const texts = this.state.captions.map(([name, text], place) => {
      const caption = make("div", "lada-st-caption");
      caption.append(make("h3", "lada-st-name", `${place + 1}. ${name}`), make("p", "", text));
      captions.append(caption);
      return caption;
    });
    const board = make("div", "lada-st-board");
    const chart = shape("svg", { class: "lada-plot-svg", role: "img" });
    const { row, figures } = buildImages();
    const foot = make("div", "lada-mix-foot");
    const range = { min: 0, max: this.epoch, step: 1, value: this.epoch };
    const epochs = slider("epochs of the policy", range, () => this.setEpoch(Number(epochs.value)));
    const readout = make("output", "lada-mix-readout");
    foot.append(make("span", "lada-ti-label", "Epoch of the policy"), epochs, readout);
    board.append(chart, row, foot);
    frame.body.append(bar, captions, board);
    frame.root.addEventListener("keydown", (event) => this.press(event, epochs));
    return { ...frame, back, next, steps, texts, board, chart, row, figures, foot, epochs, readout };
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement} epochs takes the arrow keys for itself
   */
  press(event, epochs) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target === epochs || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.go(this.at + step);
  }

  /** @param {number} at */
  go(at) {
    this.at = Math.min(this.state.captions.length, Math.max(1, at));
    this.show();
    this.parts.root.dispatchEvent(new CustomEvent("lada-story", { bubbles: true, detail: this.at }));
  }

  /** @param {number} epoch */
  setEpoch(epoch) {
    this.epoch = epoch;
    this.show();
  }

  draw() {
    const state = this.model.get("state");
    writeSentences(this.parts, state);
    if (state.at !== this.state.at) this.at = state.at;
    this.state = state;
    this.show();
    this.parts.root.dataset.rev = String(state.revision);
  }

  show() {
    const { parts, at } = this;
    const { captions } = this.state;
    parts.root.dataset.at = String(at);
    parts.steps.forEach((step, place) => {
      if (place + 1 === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
      step.setAttribute("aria-label", `${place + 1}. ${captions[place][0]}`);
    });
    parts.texts.forEach((text, place) => text.toggleAttribute("data-shown", place + 1 === at));
    // Not `disabled`, which would take the focus away from a person who goes on by keyboard.
    parts.back.setAttribute("aria-disabled", String(at === 1));
    parts.next.setAttribute("aria-disabled", String(at === captions.length));
    parts.row.dataset.shown = String(at <= OF_PAIR);
    parts.foot.dataset.shown = String(at === POLICY);
    const lam = at === 2 ? this.state.pair.boundary : 0.5;
    showImages(parts.figures, /** @type {any} */ ({ images: this.images, shape: this.state.pair.size }), lam);
    parts.chart.setAttribute("aria-label", `Chart: ${captions[at - 1][0]}`);
    this.drawChart();
    const tau = this.state.pair.taus[this.epoch];
    setText(parts.readout, `${this.epoch} of ${this.state.pair.taus.length - 1}, τ = ${fixed(tau)}`);
  }

  drawChart() {
    const { chart, board } = this.parts;
    const { pair, flip, caps } = this.state;
    const size = { width: board.clientWidth, height: CHART_PX };
    if (!size.width) return;
    if (this.at === 1) drawEnds(chart, pair, size);
    if (this.at === 2) drawBoundary(chart, pair, size);
    if (this.at === 3) drawWay(chart, pair, size);
    if (this.at === POLICY) drawPolicy(chart, pair, size, this.epoch);
    if (this.at === 5) drawFlip(chart, flip, size);
    if (this.at === 6) drawCap(chart, caps, size);
  }

  stop() {
    this.resizer.disconnect();
  }
}

/**
 * The images of the pair with their pixels, as the mixer has them.
 *
 * @param {PairRecord} pair
 */
function imagesOf({ ids, known, guesses, pixels }) {
  return ids.map((id, place) => ({
    id,
    known: known[place],
    guess: guesses[place],
    pixels: Uint8Array.from(atob(pixels[place]), (letter) => letter.charCodeAt(0)),
  }));
}
