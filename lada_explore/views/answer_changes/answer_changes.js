// What would an answer change? A button asks for the fits; each answer is a bar, and a click on it marks what it changes.

import { announced, button, classWords, make, refill, setText, showText } from "../base/page.js";
import { hasBody, pairView, thumbnail, writeSentences } from "../base/pair_parts.js";
import { statePage } from "../base/state_page.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */

/**
 * What one answer would change.
 *
 * @typedef {object} Answer
 * @property {number} label
 * @property {string} name
 * @property {boolean} given whether it is the answer that was given, or the true class
 * @property {string} probability
 * @property {number} changed how many candidates change class
 * @property {number} share of all
 * @property {string} entropy what becomes of their mean entropy
 */

/**
 * @typedef {object} EffectsState
 * @property {number} revision
 * @property {string} title
 * @property {string} [error]
 * @property {string} [note] why the image is not the marked one
 * @property {string} [caption]
 * @property {{ id: number, url: string, known: string, guess: string }} image
 * @property {number} cycle
 * @property {number[]} asked ids of the query
 * @property {string} cost
 * @property {boolean} busy
 * @property {Answer[]} answers
 * @property {string} summary
 * @property {{ count: [number, number] }} spans the largest count, here or in a view beside it too
 */

/**
 * @param {HTMLElement} el
 * @param {AnswerChanges} on
 */
function build(el, on) {
  const frame = pairView(el, "lada-effects", "What would an answer change?");
  const image = make("div", "lada-eff-image");
  const previous = button("‹", "The image before it in the query", () => on.turn(-1));
  const next = button("›", "The next image of the query", () => on.turn(1));
  const fit = button("Refit for each answer", "", () => on.model.send({ type: "refit" }));
  const cost = make("span", "lada-eff-cost");
  const bar = make("div", "lada-eff-bar");
  bar.append(previous, next, image, fit, cost);
  const summary = announced("lada-eff-summary");
  const head = make("div", "lada-eff-head");
  head.append(
    ...["answer", "probability", "candidates that change class", "mean entropy"].map((t) => make("span", "", t)),
  );
  head.setAttribute("aria-hidden", "true"); // each row says all of it in its label
  const answers = make("ul", "lada-eff-answers");
  frame.body.append(bar, summary, head, answers);
  return { ...frame, image, previous, next, fit, cost, summary, head, answers };
}

/**
 * @param {Answer} answer
 * @param {number} largest count of the bar that is as wide as the column
 * @param {(label: number) => void} onPick
 */
function answerRow({ label, name, given, probability, changed, share, entropy }, largest, onPick) {
  const item = make("li");
  const pick = make("button", "lada-eff-answer lada-pair-row");
  pick.type = "button";
  pick.dataset.label = String(label);
  pick.title = "Mark the candidates that it changes, in every view";
  pick.setAttribute(
    "aria-label",
    `${name}, probability ${probability}: ${changed} change class, mean entropy ${entropy}`,
  );
  const bar = make("span", "lada-eff-count");
  const fill = make("span", "lada-eff-fill");
  fill.style.width = `${largest > 0 ? (60 * changed) / largest : 0}%`;
  bar.append(fill, make("span", "", `${changed.toLocaleString("en")} (${(100 * share).toFixed(0)} %)`));
  pick.append(
    make("span", given ? "lada-known" : "", name),
    make("span", "", probability),
    bar,
    make("span", "", entropy),
  );
  pick.addEventListener("click", () => onPick(label));
  item.append(pick);
  return item;
}

/** The bars in a page. */
class AnswerChanges {
  /**
   * @param {Model<{ state: EffectsState | MessageOnly }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    /** @type {EffectsState | null} */
    this.state = null;
  }

  /** @param {number} step to another image of the query */
  turn(step) {
    const id = this.neighbour(step);
    if (id !== undefined) this.model.send({ type: "image", id });
  }

  /** @param {number} step */
  neighbour(step) {
    if (!this.state) return undefined;
    const { asked, image } = this.state;
    const place = asked.indexOf(image.id);
    return place < 0 ? asked[0] : asked[place + step];
  }

  draw() {
    const { model, parts } = this;
    const state = model.get("state");
    writeSentences(parts, state);
    this.state = hasBody(state) ? state : null;
    if (this.state) this.drawBody(this.state);
    parts.root.dataset.rev = String(state.revision);
  }

  /** @param {EffectsState} state */
  drawBody({ image, cycle, cost, busy, answers, summary, spans }) {
    const { parts, model } = this;
    refill(parts.image, [image, cycle], () => {
      const words = make("span", "lada-eff-words");
      words.append(make("span", "", `id ${image.id}, cycle ${cycle}`), classWords(image));
      return [thumbnail(image.url, `image ${image.id}`), words];
    });
    parts.previous.setAttribute("aria-disabled", String(this.neighbour(-1) === undefined));
    parts.next.setAttribute("aria-disabled", String(this.neighbour(1) === undefined));
    setText(parts.fit, busy ? "Refitting …" : "Refit for each answer");
    parts.fit.setAttribute("aria-disabled", String(busy));
    setText(parts.cost, cost);
    showText(parts.summary, summary);
    parts.head.hidden = !answers.length;
    const [, largest] = spans.count;
    const onPick = (/** @type {number} */ label) => model.send({ type: "mark", label });
    refill(parts.answers, [image.id, answers, largest], () => answers.map((one) => answerRow(one, largest, onPick)));
  }

  stop() {
    this.state = null;
  }
}

export default statePage(AnswerChanges);
