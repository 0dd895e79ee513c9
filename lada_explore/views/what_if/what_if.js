// Another rule: a choice of rule goes to the kernel, which answers with the whole picture. A click on an image marks it.

import { announced, button, classWords, groupName, make, refill, setText } from "../base/page.js";
import { hasBody, pairView, slider, thumbnail, writeSentences } from "../base/pair_parts.js";
import { statePage } from "../base/state_page.js";

const SEND_EVERY_MS = 100;
const AMOUNTS = ["asked about", "other rule", "difference"];

/** @import { Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */

/** @typedef {{ id: number, url: string, known: string, guess: string }} SwappedImage */

/** @typedef {{ count: number, images: SwappedImage[] }} Swapped how many leave or enter, and those that are drawn */

/** @typedef {{ kind: string, text: string, takes: string }} RuleChoice `takes`: what it has to be told, if anything */

/**
 * The whole picture where a cycle has chosen its query.
 *
 * @typedef {object} WhatIfState
 * @property {number} revision
 * @property {string} title
 * @property {string} [error]
 * @property {string} [message]
 * @property {string} [caption]
 * @property {RuleChoice[]} rules
 * @property {{ kind: string, tau: number, seed: number }} rule
 * @property {number} tau_end end of the slider
 * @property {number} kept
 * @property {number} total
 * @property {string} headline
 * @property {Swapped} leaving
 * @property {Swapped} entering
 * @property {string[][]} numbers rows of the table
 */

/** @typedef {ReturnType<typeof build>} Parts */

/** @typedef {{ name: "leaving" | "entering", side: HTMLElement, head: HTMLElement, images: HTMLElement }} Side */

/**
 * @param {HTMLElement} el
 * @param {() => void} onRule
 */
function build(el, onRule) {
  const frame = pairView(el, "lada-what-if", "Another rule");
  const rules = make("fieldset", "lada-wi-rules");
  const choices = make("div", "lada-wi-choices");
  rules.append(make("legend", "", "Another rule, same classifier, same candidates"), choices);
  const headline = announced("lada-wi-headline");
  const overlap = make("div", "lada-wi-overlap");
  overlap.setAttribute("aria-hidden", "true");
  const sides = [buildSide("leaving"), buildSide("entering")];
  const swapped = make("div", "lada-wi-swapped");
  swapped.append(...sides.map(({ side }) => side));
  const table = make("table", "lada-wi-table");
  frame.body.append(rules, headline, overlap, swapped, table);
  return { ...frame, ...buildExtras(onRule), choices, headline, overlap, sides, swapped, table };
}

/**
 * What some rules ask for besides: a tau, or a seed.
 *
 * @param {() => void} onRule
 */
function buildExtras(onRule) {
  const tau = slider("τ of every pair", { min: 0.05, max: 5, step: 0.05, value: 2 }, onRule);
  const tauText = make("output", "lada-wi-amount");
  const tauBox = make("span", "lada-wi-extra");
  tauBox.append(tau, tauText);
  const seed = make("input", "lada-field lada-wi-seed");
  Object.assign(seed, { type: "number", min: "0", step: "1", value: "0" });
  seed.setAttribute("aria-label", "Seed of the random draw");
  seed.addEventListener("input", onRule);
  const seedBox = make("label", "lada-wi-extra", "seed ");
  seedBox.append(seed);
  return { tau, tauText, tauBox, seed, seedBox };
}

/**
 * @param {Side["name"]} name
 * @returns {Side}
 */
function buildSide(name) {
  const side = make("div", "lada-wi-side");
  side.dataset.name = name;
  const head = make("p", "lada-wi-head");
  const images = make("ul", "lada-wi-images");
  side.append(head, images);
  return { name, side, head, images };
}

/**
 * @param {SwappedImage} image
 * @param {(id: number) => void} onPick
 */
function imageItem({ id, url, known, guess }, onPick) {
  const item = make("li");
  const pick = button("", "Mark this image in every view", () => onPick(id), "lada-pair-row lada-wi-image");
  pick.dataset.id = String(id);
  const words = make("span", "lada-wi-words");
  words.append(classWords({ known, guess }), make("span", "lada-wi-id", `id ${id}`));
  pick.append(thumbnail(url, `image ${id}`), words);
  item.append(pick);
  return item;
}

/**
 * @param {Side} side
 * @param {Swapped} swapped
 * @param {(id: number) => void} onPick
 */
function showSide({ name, head, images }, { count, images: shown }, onPick) {
  const words = name === "leaving" ? "▼ would leave" : "▲ would enter";
  const left = count > shown.length ? `, ${shown.length} drawn` : "";
  setText(head, `${words}: ${count.toLocaleString("en")}${left}`);
  refill(images, shown, () => shown.map((image) => imageItem(image, onPick)));
}

/**
 * @param {string} amount
 * @param {number} place
 */
function amountCell(amount, place) {
  const cell = make("td", "", amount);
  cell.dataset.what = AMOUNTS[place];
  return cell;
}

/**
 * @param {HTMLTableElement} table
 * @param {string[][]} rows
 */
function showTable(table, rows) {
  const head = make("tr");
  for (const text of ["mean", ...AMOUNTS]) head.append(make("th", "", text));
  const lines = rows.map(([what, ...amounts]) => {
    const line = make("tr");
    line.append(make("th", "", what), ...amounts.map(amountCell));
    return line;
  });
  table.replaceChildren(head, ...lines);
}

/** The rule that is asked about: what is chosen here goes to the kernel, at most ten times a second. */
class WhatIf {
  /**
   * @param {Model<{ state: WhatIfState | MessageOnly, marked: number[] }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.onMarked = () => this.showMarked();
    model.on("change:marked", this.onMarked);
    this.parts = build(el, () => this.ask());
    /** @type {{ kind: string, takes: string, radio: HTMLInputElement }[]} */
    this.radios = [];
    /** @type {ReturnType<typeof setTimeout> | null} until then the page knows better than the state what is asked */
    this.timer = null;
  }

  get chosen() {
    return this.radios.find(({ radio }) => radio.checked)?.kind;
  }

  /** What the chosen rule has to be told. */
  get takes() {
    return this.radios.find(({ radio }) => radio.checked)?.takes;
  }

  ask() {
    this.showInputs();
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const { tau, seed } = this.parts;
      this.model.send({ type: "rule", kind: this.chosen, tau: Number(tau.value), seed: seed.value });
    }, SEND_EVERY_MS);
  }

  showInputs() {
    const { tau, tauText, tauBox, seedBox } = this.parts;
    setText(tauText, `τ = ${Number(tau.value).toFixed(2)}`);
    tauBox.hidden = this.takes !== "tau";
    seedBox.hidden = this.takes !== "seed";
  }

  draw() {
    const { model, parts } = this;
    const state = model.get("state");
    writeSentences(parts, state);
    parts.root.dataset.rev = String(state.revision);
    if (!hasBody(state)) return;
    refill(parts.choices, state.rules, () => this.buildChoices(state.rules));
    if (this.timer === null) this.takeRule(state);
    this.showInputs();
    setText(parts.headline, state.headline);
    parts.overlap.style.setProperty("--kept", `${(100 * state.kept) / Math.max(1, state.total)}%`);
    parts.root.dataset.kept = String(state.kept);
    parts.root.dataset.rule = state.rule.kind;
    parts.swapped.hidden = state.kept === state.total;
    const onPick = (/** @type {number} */ id) => model.send({ type: "image", id });
    for (const side of parts.sides) showSide(side, state[side.name], onPick);
    this.showMarked();
    showTable(parts.table, state.numbers);
  }

  showMarked() {
    const marked = this.model.get("marked");
    for (const { images } of this.parts.sides) {
      for (const pick of images.querySelectorAll("button")) {
        pick.setAttribute("aria-pressed", String(marked.includes(Number(pick.dataset.id))));
      }
    }
  }

  /** @param {RuleChoice[]} rules */
  buildChoices(rules) {
    const name = groupName();
    this.radios = [];
    return rules.map(({ kind, text, takes }) => {
      const radio = Object.assign(make("input"), { type: "radio", name, value: kind });
      radio.addEventListener("change", () => this.ask());
      this.radios.push({ kind, takes, radio });
      const label = make("label", "lada-wi-rule");
      label.append(radio, make("span", "", text));
      const item = make("div", "lada-wi-choice");
      item.append(label);
      if (takes === "tau") item.append(this.parts.tauBox);
      if (takes === "seed") item.append(this.parts.seedBox);
      return item;
    });
  }

  /** @param {WhatIfState} state whose rule the controls take */
  takeRule({ rule, tau_end: end }) {
    const { tau, seed } = this.parts;
    tau.max = String(end);
    tau.value = String(rule.tau);
    if (document.activeElement !== seed) seed.value = String(rule.seed);
    for (const { kind, radio } of this.radios) radio.checked = kind === rule.kind;
  }

  stop() {
    this.model.off("change:marked", this.onMarked);
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

export default statePage(WhatIf);
