// Chooses what an explorer is compared with, and for another cycle which; or, above a side, says which side it is.

import {
  announced,
  button,
  fillSelect,
  make,
  refill,
  setAttributes,
  setText,
  showText,
  viewRoot,
} from "../base/page.js";
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
 * @property {string[]} every setting that differs, where the line does not say all
 * @property {string} missing
 * @property {string[]} headings of A and of B; empty where nothing is compared
 */

const SIDES = ["A", "B"];
const ANSWER_MS = 1500; // so long the thumb stays where it was put, whatever older answers say

/**
 * @param {HTMLElement} el
 * @param {CompareBar} on what the controls do
 */
function build(el, on) {
  const root = viewRoot(el, "lada-compare", "Compare");
  const heading = make("p", "lada-side-heading");
  const name = make("span", "lada-side-name");
  const told = make("span", "lada-side-told");
  heading.append(name, told);
  const row = make("div", "lada-compare-row");
  const label = make("label", "lada-compare-label", "Compare with ");
  const choice = make("select", "lada-field lada-compare-choice");
  choice.addEventListener("change", () => on.choose(choice.value));
  label.append(choice);
  const range = Object.assign(make("input", "lada-range"), { type: "range", min: "0", step: "1" });
  range.setAttribute("aria-label", "Cycle of B");
  range.addEventListener("input", () => on.slide(Number(range.value)));
  const says = make("output", "lada-compare-says");
  const settings = make("p", "lada-compare-settings");
  const { box: more, list: every } = buildMore();
  const missing = announced("lada-compare-missing");
  const error = announced("lada-error", "alert");
  row.append(label, range, says, settings, more, missing);
  const turns = make("div", "lada-compare-turns");
  turns.dataset.alone = "";
  setAttributes(turns, { role: "group", "aria-label": "Side that is shown" });
  const sides = SIDES.map((side) => button("", "", () => on.turn(side), "lada-compare-turn"));
  turns.append(...sides);
  root.append(heading, row, turns, error);
  const said = { says, settings, missing, error };
  return { root, heading, name, told, row, choice, range, more, every, turns, sides, ...said };
}

/** Every setting that differs, over what is below. */
function buildMore() {
  const box = make("details", "lada-compare-more");
  box.dataset.alone = ""; // opened in the page, with or without a kernel
  const list = make("ul");
  box.append(make("summary", "", "all settings that differ"), list);
  return { box, list };
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

  /** @returns {HTMLElement | null} */
  get explorer() {
    return this.parts.root.closest(".lada-explorer");
  }

  /**
   * Shows a side where there is no room for both, see compare_bar.css.
   *
   * @param {string} side
   */
  turn(side) {
    if (this.explorer) this.explorer.dataset.side = side;
    this.markTurned();
  }

  markTurned() {
    const shown = this.explorer?.dataset.side ?? SIDES[0];
    SIDES.forEach((side, place) => {
      this.parts.sides[place].setAttribute("aria-pressed", String(side === shown));
    });
  }

  /** @param {string} choice */
  choose(choice) {
    this.model.send({ type: "compare", with: choice });
  }

  /** @param {number} cycle */
  slide(cycle) {
    this.put = { cycle, at: performance.now() };
    this.turn("B");
    this.say(cycle);
    this.model.send({ type: "cycle", cycle });
  }

  draw() {
    const { parts } = this;
    const state = this.model.get("state");
    if (state.heading === undefined) this.drawChoice(state);
    else this.drawHeading(state.heading);
    for (const name of /** @type {const} */ (["settings", "missing", "error"])) {
      showText(parts[name], state[name] ?? "");
      parts[name].title = name === "error" ? "" : (state[name] ?? "");
    }
    const every = state.every ?? [];
    parts.more.hidden = !every.length;
    refill(parts.every, every, () => every.map((text) => make("li", "", text)));
    parts.root.dataset.rev = String(state.revision);
  }

  /** @param {string} heading whose first part, a name, is shortened where there is no room */
  drawHeading(heading) {
    const { parts } = this;
    for (const part of [parts.row, parts.turns]) part.remove();
    const end = heading.indexOf(" · ");
    setText(parts.name, end < 0 ? heading : heading.slice(0, end));
    setText(parts.told, end < 0 ? "" : heading.slice(end));
    parts.name.title = heading;
  }

  /** @param {CompareState} state */
  drawChoice({ choices, choice, cycles, cycle, headings }) {
    const { parts } = this;
    parts.heading.remove();
    parts.turns.hidden = !headings.length;
    this.markTurned();
    headings.forEach((heading, place) => {
      setText(parts.sides[place], heading);
      parts.sides[place].title = heading;
    });
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

  stop() {} // it listens to nothing beyond its own elements
}

export default statePage(CompareBar);
