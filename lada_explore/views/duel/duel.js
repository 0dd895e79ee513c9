// A duel: the candidates, of which a person picks some, and the scoreboard. Numbers and sentences come from the kernel.

import { withKernel } from "../base/kernel.js";
import { announced, button, make, refill, setAttributes, setText, showText, viewRoot } from "../base/page.js";
import { classColour, css } from "../playground/plane_colours.js";
import { fillBoard } from "./board.js";

/** @import { Given, Model } from "../base/kernel.js" */
/** @import { Line } from "./board.js" */

/** @typedef {{ id: number, url: string }} Card a candidate; the picture of a point is empty */

/** @typedef {{ x: number[], y: number[], labelled: { x: number, y: number, label: number }[] }} Plane of points */

/**
 * @typedef {object} DuelState
 * @property {number} revision
 * @property {"picking" | "training" | "labelling" | "stopped" | "over"} phase
 * @property {string} title
 * @property {string} task
 * @property {string} says
 * @property {string} error
 * @property {number} budget
 * @property {string} method
 * @property {Card[]} cards
 * @property {Plane | null} plane
 * @property {Line[]} board
 * @property {{ name: string, urls: string[] }[]} asked what each side asked about in the last round
 */

/** @typedef {{ state: DuelState, picked: number[] }} DuelTraits */

const AT_ONCE = 120; // more candidates are behind a button
const SIDE = 400; // of the plane, in its own units
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  return made;
}

/**
 * A thing that can be picked: by a click, Enter or Space.
 *
 * @param {Element} element
 * @param {string} name
 * @param {() => void} toggle
 */
function pickable(element, name, toggle) {
  setAttributes(element, { role: "button", tabindex: 0, "aria-label": name, "aria-pressed": "false" });
  element.addEventListener("click", toggle);
  element.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== "Enter" && key !== " ") return;
    event.preventDefault();
    toggle();
  });
}

class DuelPage {
  /**
   * @param {Model<DuelTraits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.root = viewRoot(el, "lada-duel", "Duel");
    this.title = make("strong", "lada-duel-title");
    this.task = make("span", "lada-duel-task");
    this.count = make("span", "lada-duel-count");
    this.go = button("Let both train", "", () => this.ready() && model.send({ type: "play" }), "lada-button");
    this.clear = button("Put all back", "", () => model.send({ type: "clear" }), "lada-button");
    this.says = announced("lada-duel-says");
    this.error = announced("lada-duel-error", "alert");
    this.field = make("div", "lada-duel-field");
    this.more = button("", "", () => this.showMore(), "lada-button");
    this.board = make("table", "lada-duel-board");
    this.asked = make("div", "lada-duel-asked");
    const head = make("div", "lada-duel-head");
    head.append(this.title, this.task, this.count, this.go, this.clear);
    const scores = make("div", "lada-duel-scores");
    scores.append(this.board);
    this.root.append(head, this.says, this.error, this.field, this.more, scores, this.asked);
    /** @type {Map<number, Element>} */
    this.items = new Map();
    this.shown = AT_ONCE;
    this.cards = "";
  }

  ready() {
    return this.go.getAttribute("aria-disabled") !== "true";
  }

  /** @param {number} id */
  toggle(id) {
    this.model.send({ type: "toggle", id });
  }

  showMore() {
    this.shown += AT_ONCE;
    this.cards = "";
    this.draw();
  }

  /** @param {DuelState} state */
  drawField(state) {
    const key = JSON.stringify([state.phase, state.cards.map(({ id }) => id), this.shown]);
    if (key === this.cards) return;
    this.cards = key;
    this.items.clear();
    this.field.replaceChildren(...(state.plane ? [this.plane(state, state.plane)] : this.pictures(state)));
    const left = state.plane ? 0 : Math.max(0, state.cards.length - this.shown);
    this.more.hidden = !left;
    setText(this.more, `Show ${Math.min(left, AT_ONCE)} more of ${left}`);
  }

  /** @param {DuelState} state */
  pictures(state) {
    return state.cards.slice(0, this.shown).map(({ id, url }) => {
      const card = make("div", "lada-duel-card");
      if (url)
        card.append(Object.assign(make("img", "lada-pixels lada-image"), { src: url, alt: "", draggable: false }));
      else card.append(make("span", "", `image ${id}`));
      pickable(card, `image ${id}`, () => this.toggle(id));
      this.items.set(id, card);
      return card;
    });
  }

  /**
   * @param {DuelState} state
   * @param {Plane} plane
   */
  plane(state, plane) {
    const svg = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "lada-duel-plane", role: "group" });
    svg.setAttribute("aria-label", "Points of the plane: labelled ones in the colour of their class, candidates open");
    /** @type {(x: number, y: number) => { cx: number, cy: number }} */
    const at = (x, y) => ({ cx: ((x + 1) / 2) * SIDE, cy: ((1 - y) / 2) * SIDE });
    for (const { x, y, label } of plane.labelled) {
      const dot = shape("circle", { ...at(x, y), r: 8, fill: css(/** @type {any} */ (classColour(label))) });
      dot.append(Object.assign(shape("title", {}), { textContent: `labelled, class ${label}` }));
      svg.append(dot);
    }
    state.cards.forEach(({ id }, row) => {
      const dot = shape("circle", { ...at(plane.x[row], plane.y[row]), r: 5, class: "lada-duel-dot" });
      pickable(dot, `point ${id}`, () => this.toggle(id));
      this.items.set(id, dot);
      svg.append(dot);
    });
    return svg;
  }

  /** @param {DuelState} state */
  drawAsked(state) {
    refill(this.asked, JSON.stringify(state.asked), () =>
      state.asked.map(({ name, urls }) => {
        const line = make("div", "lada-duel-line");
        const pictures = urls.map((src) => Object.assign(make("img", "lada-pixels lada-image"), { src, alt: "" }));
        line.append(make("span", "lada-duel-name", `${name} asked`), ...pictures);
        return line;
      }),
    );
  }

  marks() {
    const state = this.model.get("state");
    const picked = this.model.get("picked");
    const full = picked.length === state.budget;
    for (const [id, item] of this.items) {
      const is = picked.includes(id);
      item.setAttribute("aria-pressed", String(is));
      item.classList.toggle("lada-picked", is);
    }
    this.root.classList.toggle("lada-full", full);
    const picking = state.phase === "picking";
    showText(this.count, picking ? `${picked.length} of ${state.budget} picked` : "");
    const stopped = state.phase === "stopped";
    setText(this.go, stopped ? "Go on with the round" : "Let both train");
    this.go.setAttribute("aria-disabled", String(!stopped && (!picking || !full)));
    this.clear.setAttribute("aria-disabled", String(!picking || !picked.length));
    this.go.hidden = this.clear.hidden = state.phase === "over";
  }

  draw() {
    const state = this.model.get("state");
    setText(this.title, state.title);
    showText(this.task, state.task);
    showText(this.says, state.says);
    showText(this.error, state.error);
    this.drawField(state);
    fillBoard(this.board, state.method, state.board);
    this.drawAsked(state);
    this.marks();
    this.root.dataset.phase = state.phase;
    this.root.dataset.rev = String(state.revision);
  }
}

/** @param {Given<DuelTraits>} given */
function render({ model, el }) {
  const page = new DuelPage(model, el);
  const draw = () => page.draw();
  const mark = () => page.marks();
  model.on("change:state", draw);
  model.on("change:picked", mark);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:picked", mark);
  };
}

export default withKernel({ render });
