// The time slider: layout and input only. Every word comes from the kernel in `state`.

import { withKernel } from "../base/kernel.js";
import { announced, button, make, setText, showText, viewRoot } from "../base/page.js";

/** @import { Given, Model } from "../base/kernel.js" */

/**
 * @typedef {object} SliderState
 * @property {number} revision
 * @property {string[]} cycles a sentence for each
 * @property {number} cycle the one shown
 * @property {boolean} latest whether the latest is followed
 * @property {string} message
 * @property {string} error
 */

const STEP_MS = 1000;
const SEND_MS = 100; // at most ten cycles a second while dragging
const ANSWER_MS = 1500; // so long the thumb stays where it was put, whatever older answers say
const NOWHERE = { cycle: -1, at: -Infinity };

/**
 * @param {HTMLElement} el
 * @param {TimeSlider} on what the controls do
 */
function build(el, on) {
  const root = viewRoot(el, "lada-slider", "Cycle shown");
  const play = button("▶ Play", "Show one cycle a second", () => on.playOrHold(), "lada-button");
  const range = Object.assign(make("input", "lada-range"), { type: "range", min: "0", step: "1" });
  range.setAttribute("aria-label", "Cycle");
  range.addEventListener("input", () => on.drag());
  const latest = button("Latest", "Follow the run: show its latest cycle", () => on.follow(), "lada-button");
  const says = make("output", "lada-says");
  const message = make("p", "lada-slider-message");
  const error = announced("lada-error", "alert");
  const row = make("div", "lada-slider-row");
  row.append(play, range, message, latest, says);
  root.append(row, error);
  return { root, play, range, latest, says, message, error };
}

/** Sends the last value given, at most once in SEND_MS. */
class Sender {
  /** @param {(cycle: number | null) => void} send */
  constructor(send) {
    this.send = send;
    /** @type {{ cycle: number | null } | null} */
    this.waiting = null;
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.timer = null;
  }

  /** @param {number | null} cycle null for the latest */
  ask(cycle) {
    this.waiting = { cycle };
    if (this.timer === null) this.flush();
  }

  flush() {
    this.timer = null;
    if (!this.waiting) return;
    this.send(this.waiting.cycle);
    this.waiting = null;
    this.timer = setTimeout(() => this.flush(), SEND_MS);
  }

  stop() {
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

/** One slider in a page: where its thumb was put, and whether it plays. */
class TimeSlider {
  /**
   * @param {Model<{ state: SliderState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    this.sender = new Sender((cycle) => model.send({ type: "show", cycle }));
    this.put = NOWHERE; // the cycle chosen here, until the kernel shows it
    /** @type {ReturnType<typeof setInterval> | null} */
    this.playing = null;
    this.hold();
  }

  /** @returns {SliderState} */
  get state() {
    return this.model.get("state");
  }

  /** The cycle under the thumb. */
  get at() {
    return Number(this.parts.range.value);
  }

  // What a person does

  drag() {
    this.hold();
    this.goTo(this.at);
  }

  /** Follows the run; a second time it stays where it is. */
  follow() {
    this.hold();
    this.put = NOWHERE;
    if (this.parts.latest.getAttribute("aria-disabled") === "true") return;
    this.sender.ask(this.state.latest ? this.at : null);
  }

  playOrHold() {
    if (this.playing === null) this.play();
    else this.hold();
  }

  play() {
    const last = Number(this.parts.range.max);
    if (last < 1) return;
    if (this.at >= last) this.goTo(0);
    setText(this.parts.play, "❚❚ Pause");
    this.parts.play.setAttribute("aria-pressed", "true");
    this.playing = setInterval(() => {
      this.goTo(this.at + 1);
      if (this.at >= Number(this.parts.range.max)) this.hold();
    }, STEP_MS);
  }

  hold() {
    if (this.playing !== null) clearInterval(this.playing);
    this.playing = null;
    setText(this.parts.play, "▶ Play");
    this.parts.play.setAttribute("aria-pressed", "false");
  }

  /** @param {number} cycle */
  goTo(cycle) {
    this.put = { cycle, at: performance.now() };
    this.parts.range.value = String(cycle);
    this.say(cycle);
    this.sender.ask(cycle);
  }

  // Drawing

  draw() {
    const { parts, state } = this;
    const single = state.cycles.length < 2;
    parts.range.max = String(Math.max(0, state.cycles.length - 1));
    for (const one of [parts.range, parts.play, parts.latest]) one.setAttribute("aria-disabled", String(single));
    parts.latest.setAttribute("aria-pressed", String(state.latest));
    const cycle = this.cycleToShow();
    parts.range.value = String(cycle);
    this.say(cycle);
    showText(parts.message, state.message);
    showText(parts.error, state.error);
    parts.root.dataset.cycle = String(state.cycle);
    parts.root.dataset.rev = String(state.revision);
  }

  /** The kernel's cycle, or the one chosen here as long as the kernel may still be on its way there. */
  cycleToShow() {
    const { cycle } = this.state;
    const answered = cycle === this.put.cycle || performance.now() - this.put.at > ANSWER_MS;
    if (!answered) return this.put.cycle;
    this.put = NOWHERE;
    return cycle;
  }

  /** @param {number} cycle */
  say(cycle) {
    const sentence = this.state.cycles[cycle] ?? "";
    setText(this.parts.says, sentence);
    this.parts.range.setAttribute("aria-valuetext", sentence);
  }

  stop() {
    this.hold();
    this.sender.stop();
  }
}

/** @param {Given<{ state: SliderState }>} given */
function render({ model, el }) {
  const slider = new TimeSlider(model, el);
  const draw = () => slider.draw();
  model.on("change:state", draw);
  draw();
  return () => {
    slider.stop();
    model.off("change:state", draw);
  };
}

export default withKernel({ render });
