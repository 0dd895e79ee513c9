// What is compared, and which; or the images that both sides, or one alone, labelled in a cycle.

import { announced, fillSelect, make, refill, setText, showText, viewRoot, withCode } from "../base/page.js";
import { statePage } from "../base/state_page.js";

/** @import { Model } from "../base/kernel.js" */

/** @typedef {{ id: number, url: string, label: string }} Shown an image; without a url where there is no picture */

/** @typedef {{ title: string, text: string, images: Shown[] }} Column images of both sides, or of one alone */

/**
 * The head has about, sides, pairs and notes; the images have choices and groups.
 *
 * @typedef {object} ComparedState
 * @property {number} revision
 * @property {string} [error]
 * @property {"head" | "images"} part
 * @property {string[]} about the titles of A and of the other side
 * @property {[string, string][]} sides places and titles of all that are compared with A
 * @property {string} side the place that is chosen
 * @property {[string, string][]} pairs places and seeds of the runs that are paired
 * @property {string} pair the place that is chosen
 * @property {string[]} notes
 * @property {[string, string][]} choices of a cycle: numbers and texts
 * @property {string} choice the one that is chosen
 * @property {Column[]} groups
 */

/**
 * A select behind its name.
 *
 * @param {string} name
 * @param {() => void} change
 */
function named(name, change) {
  const label = make("label", "lada-compared-label", `${name} `);
  const select = make("select", "lada-field");
  select.addEventListener("change", change);
  label.append(select);
  return { label, select };
}

/** @param {Shown} image */
function card({ id, url, label }) {
  const figure = make("figure", "lada-compared-card");
  figure.dataset.id = String(id);
  figure.title = `image ${id}, ${label}`;
  if (url) figure.append(Object.assign(make("img", "lada-image"), { src: url, alt: `image ${id}`, draggable: false }));
  else figure.append(make("span", "lada-compared-id", `image ${id}`));
  figure.append(make("figcaption", "", label));
  return figure;
}

/** @param {Column} column */
function columnOf({ title, text, images }) {
  const column = make("section", "lada-compared-column");
  column.setAttribute("aria-label", title);
  const cards = make("div", "lada-compared-cards");
  cards.append(...images.map(card));
  column.append(make("p", "lada-compared-title", title), make("p", "lada-compared-classes", text), cards);
  return column;
}

/** The head or the images in a page. */
class ComparedRuns {
  /**
   * @param {Model<{ state: ComparedState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const isHead = model.get("state").part === "head";
    this.root = viewRoot(el, "lada-compared", isHead ? "Compared runs" : "Images that were labelled");
    this.error = announced("lada-compared-error", "alert");
    this.draw = isHead ? this.head() : this.images();
    this.root.append(this.error);
  }

  /** Builds the head; returns what draws it. */
  head() {
    const { model, root } = this;
    const titles = [make("p", "lada-compared-side lada-compared-a"), make("p", "lada-compared-side lada-compared-b")];
    const row = make("div", "lada-compared-row");
    const send = (/** @type {string} */ side, /** @type {string} */ pair) =>
      model.send({ type: "choose", side: Number(side), pair: Number(pair) });
    const side = named("Compared with A", () => send(side.select.value, "0"));
    const pair = named("Images of", () => send(model.get("state").side, pair.select.value));
    const notes = make("ul", "lada-compared-notes");
    row.append(side.label, pair.label);
    root.append(...titles, row, notes);
    return () => {
      const state = model.get("state");
      titles.forEach((title, place) => setText(title, state.about[place]));
      fillSelect(side.select, state.sides, state.side);
      fillSelect(pair.select, state.pairs, state.pair);
      side.label.hidden = state.sides.length < 2;
      pair.label.hidden = state.pairs.length < 2;
      row.hidden = side.label.hidden && pair.label.hidden;
      refill(notes, state.notes, () => state.notes.map(withCode));
      this.drawn(state);
    };
  }

  /** Builds the images; returns what draws them. */
  images() {
    const { model, root } = this;
    const cycle = named("Images labelled in", () => model.send({ type: "cycle", cycle: Number(cycle.select.value) }));
    const columns = make("div", "lada-compared-columns");
    root.append(cycle.label, columns);
    return () => {
      const state = model.get("state");
      fillSelect(cycle.select, state.choices, state.choice);
      refill(columns, state.groups, () => state.groups.map(columnOf));
      this.drawn(state);
    };
  }

  /** @param {ComparedState} state */
  drawn(state) {
    showText(this.error, state.error ?? "");
    this.root.dataset.rev = String(state.revision);
  }

  stop() {}
}

export default statePage(ComparedRuns);
