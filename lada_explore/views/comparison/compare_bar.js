// Chooses what an explorer is compared with, and for another cycle which; or, above a side, says which side it is.

import { announced, button, fillSelect, make, refill, setText, showText, viewRoot } from "../base/page.js";
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
 */

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
  const elsewhere = button("", "", () => on.goToOther(), "lada-side-other");
  const head = make("div", "lada-side-head");
  head.append(heading, elsewhere);
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
  root.append(head, row, error);
  return { root, head, name, told, elsewhere, row, choice, range, says, settings, more, every, missing, error };
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
    this.resized = new ResizeObserver(() => this.showOther());
    this.resized.observe(this.parts.root);
  }

  /** The side that this one is compared with; null for the control. */
  get other() {
    const side = this.parts.root.closest(".lada-side");
    return /** @type {HTMLElement | null} */ (side?.nextElementSibling ?? side?.previousElementSibling ?? null);
  }

  /** Says where the other side is, if it is not beside this one. */
  showOther() {
    const { elsewhere, root } = this.parts;
    const { other } = this;
    const side = /** @type {HTMLElement | null} */ (root.closest(".lada-side"));
    const stacked = other !== null && side !== null && other.offsetLeft === side.offsetLeft;
    elsewhere.hidden = !stacked;
    if (stacked) setText(elsewhere, side.nextElementSibling ? "B is below ↓" : "A is above ↑");
  }

  goToOther() {
    this.other?.scrollIntoView({ block: "start" });
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
    parts.row.remove();
    const end = heading.indexOf(" · ");
    setText(parts.name, end < 0 ? heading : heading.slice(0, end));
    setText(parts.told, end < 0 ? "" : heading.slice(end));
    parts.name.title = heading;
    this.showOther();
  }

  /** @param {CompareState} state */
  drawChoice({ choices, choice, cycles, cycle }) {
    const { parts } = this;
    parts.head.remove();
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

  stop() {
    this.resized.disconnect();
  }
}

export default statePage(CompareBar);
