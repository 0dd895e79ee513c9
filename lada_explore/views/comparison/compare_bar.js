// Chooses what an explorer is compared with, and for another cycle which; or, above a side, says which side it is.

import { announced, fillSelect, make, setText, showText, viewRoot } from "../base/page.js";
import { statePage } from "../base/state_page.js";

/** @import { Model } from "../base/kernel.js" */

/**
 * @typedef {object} CompareState
 * @property {number} revision
 * @property {string} [error]
 * @property {string} [heading] of a side, which has nothing else
 * @property {[string, string][]} choices values and texts
 * @property {string} choice the value that is chosen
 * @property {string[]} cycles a sentence for each cycle of B; empty where B has none of its own
 * @property {number} cycle of B
 * @property {string} settings
 * @property {string} missing
 */

const ANSWER_MS = 1500; // so long the thumb stays where it was put, whatever older answers say

/**
 * @param {HTMLElement} el
 * @param {CompareBar} on what the controls do
 */
function build(el, on) {
  const root = viewRoot(el, "lada-compare", "Compare");
  const heading = make("p", "lada-side-heading");
  const row = make("div", "lada-compare-row");
  const label = make("label", "lada-compare-label", "Compare with ");
  const choice = make("select", "lada-field lada-compare-choice");
  choice.addEventListener("change", () => on.choose(choice.value));
  label.append(choice);
  const range = Object.assign(make("input", "lada-range"), { type: "range", min: "0", step: "1" });
  range.setAttribute("aria-label", "Cycle of B");
  range.addEventListener("input", () => on.slide(Number(range.value)));
  const says = make("output", "lada-compare-says");
  row.append(label, range, says);
  const settings = make("p", "lada-compare-settings");
  const missing = announced("lada-compare-missing");
  const error = announced("lada-error", "alert");
  root.append(heading, row, settings, missing, error);
  return { root, heading, row, choice, range, says, settings, missing, error };
}

/** The control in a page. */
class CompareBar {
  /**
   * @param {Model<{ state: CompareState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    this.put = { cycle: -1, at: -Infinity }; // the cycle chosen here, until the kernel shows it
  }

  /** @param {string} choice */
  choose(choice) {
    this.model.send({ type: "compare", with: choice });
  }

  /** @param {number} cycle */
  slide(cycle) {
    this.put = { cycle, at: performance.now() };
    this.say(cycle);
    this.model.send({ type: "cycle", cycle });
  }

  draw() {
    const { parts } = this;
    const state = this.model.get("state");
    showText(parts.heading, state.heading ?? "");
    if (state.heading !== undefined) parts.row.remove();
    for (const name of /** @type {const} */ (["settings", "missing", "error"]))
      showText(parts[name], state[name] ?? "");
    if (state.heading === undefined) this.drawChoice(state);
    parts.root.dataset.rev = String(state.revision);
  }

  /** @param {CompareState} state */
  drawChoice({ choices, choice, cycles, cycle }) {
    const { parts } = this;
    fillSelect(parts.choice, choices, choice);
    parts.root.dataset.choice = choice;
    for (const part of [parts.range, parts.says]) part.hidden = !cycles.length;
    if (!cycles.length) return;
    parts.range.max = String(cycles.length - 1);
    const waits = cycle !== this.put.cycle && performance.now() - this.put.at <= ANSWER_MS;
    const shown = waits ? this.put.cycle : cycle;
    parts.range.value = String(shown);
    this.say(shown);
  }

  /** @param {number} cycle of B */
  say(cycle) {
    const sentence = `B: ${this.model.get("state").cycles[cycle] ?? ""}`;
    setText(this.parts.says, sentence);
    this.parts.range.setAttribute("aria-valuetext", sentence);
  }

  stop() {}
}

export default statePage(CompareBar);
