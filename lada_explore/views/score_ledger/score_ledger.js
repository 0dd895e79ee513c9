// The score ledger: ranks the pairs again in the page whenever a weight moves; only a click on a pair asks the kernel.

import { withKernel } from "../base/kernel.js";
import { announced, button, focusedIn, make, setText } from "../base/page.js";
import { hasBody, pairView, slider, writeSentences } from "../base/pair_parts.js";
import { drawnRows, longestBar, ranked, readLedger, scoreText, summaryOf, TERMS, termText } from "./ledger.js";
import { buildRow, refreshRow, showThumbnails } from "./rows.js";

/** @import { Given, Listener, Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */
/** @import { Ledger, LedgerState } from "./ledger.js" */
/** @import { Row } from "./rows.js" */

const MAX_ASKED = 400; // images at once, as score_ledger.py answers

/**
 * @param {HTMLElement} el
 * @param {ScoreLedger} on what the controls do
 */
function build(el, on) {
  const frame = pairView(el, "lada-ledger", "Score ledger");
  const { bar, weights } = buildWeights(on);
  const summary = announced("lada-led-summary");
  const head = make("div", "lada-led-head");
  const score = make("span");
  head.append(...["", "rank", "pair", "class"].map((text) => make("span", "", text)));
  const total = head.appendChild(make("span"));
  total.before(score);
  head.setAttribute("aria-hidden", "true"); // each row says all of it in its title
  const list = make("ol", "lada-led-rows");
  const cut = make("li", "lada-led-cut");
  const shown = make("span", "lada-led-shown");
  const all = button("Show all", "", () => on.showAll());
  const foot = make("div", "lada-led-foot");
  foot.dataset.alone = ""; // drawn in the page, with or without a kernel
  foot.append(shown, all);
  frame.body.append(bar, summary, head, list, foot);
  return { ...frame, weights, summary, score, total, list, cut, shown, all };
}

/** @param {ScoreLedger} on */
function buildWeights(on) {
  const bar = make("div", "lada-led-weights");
  bar.dataset.alone = ""; // drawn in the page, with or without a kernel
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Weights of the three terms");
  const weights = TERMS.map(({ name, what }, term) => {
    const label = make("label", "lada-led-weight");
    const range = { min: 0, max: 2, step: 0.05, value: 1 };
    const input = slider(`Weight of ${name}, ${what}`, range, () => on.show());
    const amount = make("output", "lada-led-amount", "1.00");
    const sample = make("span", `lada-led-sample lada-led-term-${term}`);
    const words = make("span", "lada-led-what", what);
    label.append(sample, make("span", "lada-led-term", name), input, amount, words);
    bar.append(label);
    return { input, amount, words };
  });
  bar.append(button("Reset", "All weights back to those of the method", () => on.reset()));
  return { bar, weights };
}

/** One ledger in a page: its candidates, their rows, and the images that have come. */
class ScoreLedger {
  /**
   * @param {Model<{ state: LedgerState | MessageOnly }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    /** @type {Ledger | null} */
    this.ledger = null;
    this.isWhole = false; // whether all pairs are shown, not only the best
    this.own = ""; // weights of the method that the sliders began with
    /** @type {Map<number, Row>} rows of this state that were shown */
    this.rows = new Map();
    /** @type {Map<number, string>} data URL by id; empty for one that was asked for, or that the record did not keep */
    this.images = new Map();
  }

  draw() {
    const state = this.model.get("state");
    writeSentences(this.parts, state);
    this.ledger = hasBody(state) ? readLedger(state) : null;
    this.rows = new Map();
    if (this.ledger) this.drawTerms(this.ledger);
    for (const [id, url] of [...this.images]) if (!url) this.images.delete(id);
    this.take(this.ledger?.images ?? {});
    this.parts.root.dataset.rev = String(state.revision);
  }

  /**
   * What the method counts; its weights are set once, so that those of a person stay from cycle to cycle.
   *
   * @param {Ledger} ledger
   */
  drawTerms(ledger) {
    setText(this.parts.score, scoreText(ledger));
    setText(this.parts.total, `score (${ledger.unit})`);
    this.parts.weights.forEach(({ words }, term) => setText(words, termText(ledger, term)));
    const own = ledger.weights.join();
    if (this.own !== own) this.setWeights(ledger);
    this.own = own;
  }

  /** @param {Ledger} ledger whose own weights the sliders take */
  setWeights({ weights }) {
    this.parts.weights.forEach(({ input }, term) => {
      input.value = String(weights[term]);
    });
  }

  /**
   * Thumbnails have come.
   *
   * @param {Record<string, string>} images
   */
  take(images) {
    for (const [id, url] of Object.entries(images)) this.images.set(Number(id), url);
    this.show();
  }

  reset() {
    if (this.ledger) this.setWeights(this.ledger);
    this.show();
  }

  showAll() {
    this.isWhole = !this.isWhole;
    this.show();
  }

  /**
   * @param {number} shown number of pairs
   * @param {number} count of all
   */
  showFoot(shown, count) {
    const { parts } = this;
    const [some, total] = [shown, count].map((n) => n.toLocaleString("en"));
    setText(parts.shown, shown < count ? `${some} of ${total} pairs` : `all ${total} pairs`);
    setText(parts.all, this.isWhole ? "Show the best alone" : "Show all");
    parts.all.hidden = shown === count && !this.isWhole;
  }

  /** Shows the candidates as the weights rank them. */
  show() {
    const { ledger, parts } = this;
    if (!ledger) return;
    const weights = parts.weights.map(({ input }) => Number(input.value));
    parts.weights.forEach(({ amount }, term) => setText(amount, weights[term].toFixed(2)));
    const ranking = ranked(ledger.terms, weights);
    const { rows, left } = drawnRows(ledger, ranking.order, this.isWhole);
    const longest = longestBar(ledger, rows, weights);
    const shown = rows.map((row) => this.rowOf(ledger, row));
    this.askFor(shown.flatMap(({ ids }) => ids));
    shown.forEach((one, place) => {
      refreshRow(one, ledger, rows[place], ranking, weights, longest);
      showThumbnails(one, this.images);
    });
    this.fillList(
      shown.map(({ item }) => item),
      ledger.asked,
      left,
    );
    this.showFoot(rows.length, ranking.order.length);
    setText(parts.summary, summaryOf(ledger, ranking.order, weights));
  }

  /**
   * @param {Ledger} ledger
   * @param {number} row
   */
  rowOf(ledger, row) {
    const made = this.rows.get(row) ?? buildRow(ledger, row, (ids) => this.model.send({ type: "pair", ids }));
    this.rows.set(row, made);
    return made;
  }

  /**
   * Asks once for images that have not come.
   *
   * @param {number[]} ids
   */
  askFor(ids) {
    const missing = ids.filter((id) => !this.images.has(id));
    if (!missing.length) return;
    for (const id of missing) this.images.set(id, ""); // the box says so until it comes
    for (let at = 0; at < missing.length; at += MAX_ASKED) {
      this.model.send({ type: "images", ids: missing.slice(at, at + MAX_ASKED) });
    }
  }

  /**
   * @param {HTMLElement[]} items
   * @param {number} asked after so many the query ends
   * @param {number} left queried pairs that are not among the items
   */
  fillList(items, asked, left) {
    const { cut, list } = this.parts;
    setText(cut, `the query ends here, after ${asked.toLocaleString("en")} pairs`);
    const entries = [...items];
    if (asked < items.length) entries.splice(asked, 0, cut);
    if (left) entries.push(make("li", "lada-led-cut", `and ${left} more that were asked about`));
    const focused = focusedIn(list);
    list.replaceChildren(...entries);
    focused?.focus({ preventScroll: true });
  }
}

/** @param {Given<{ state: LedgerState | MessageOnly }>} given */
function render({ model, el }) {
  const ledger = new ScoreLedger(model, el);
  const draw = () => ledger.draw();
  /** @type {Listener} */
  const handle = (message) => {
    if (message?.type === "images") ledger.take(message.images);
  };
  model.on("change:state", draw);
  model.on("msg:custom", handle);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("msg:custom", handle);
  };
}

export default withKernel({ render });
