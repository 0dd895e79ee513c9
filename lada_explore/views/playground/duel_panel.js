// The duel: first the person picks on the plane, then the method, and both stand side by side. Words and numbers come
// from the kernel, which tells nothing of the method's choice before the person's is fixed.

import { announced, button, make, setAttributes, setText, showText } from "../base/page.js";
import { shape } from "../base/pair_plot.js";
import { fillBoard } from "../duel/board.js";
import { drawAccuracy } from "./accuracy.js";
import { BACKGROUNDS } from "./backgrounds.js";
import { chooserOf, field } from "./controls.js";
import { Picker } from "./picker.js";
import { Plane } from "./plane.js";
import { heightOf } from "./room.js";
import { ownLam, readRun, withArrays } from "./run_state.js";

/** @import { Line } from "../duel/board.js" */
/** @import { RunState, Sent } from "./run_state.js" */

/** @typedef {Pick<RunState, "x" | "y" | "field" | "labelled" | "candidates" | "asked" | "where">} Board the plane before */

/**
 * What the kernel shows of a duel.
 *
 * @typedef {object} DuelState
 * @property {"opening" | "picking" | "training" | "stopped" | "shown" | "over"} phase
 * @property {number} revision
 * @property {string} title
 * @property {number} seed
 * @property {string} method
 * @property {boolean} pairs
 * @property {number} wanted how many are to be picked
 * @property {string} task
 * @property {string} says
 * @property {string} [note]
 * @property {string} error
 * @property {"chosen" | "trained"} look
 * @property {Line[]} board
 * @property {RunState["accuracy"][]} accuracy of the person and of the method
 * @property {string[]} classes
 * @property {number[][]} items ids of each candidate
 * @property {Sent<Board> | null} plane
 * @property {Sent<RunState>[]} runs of the person and of the method
 */

/** @typedef {"play" | "next" | "restart" | "reseed" | "clear" | "look" | "toggle"} Deed */

const CHART_PX = 560;
const [LOW_PX, HIGH_PX] = [120, 180]; // of the chart
/** @type {[string, string][]} */
const LOOKS = [
  ["trained", "after training"],
  ["chosen", "what each asked"],
];

/** @param {(what: Deed, more?: object, pressed?: HTMLElement) => void} ask */
function buildBar(ask) {
  const bar = make("div", "lada-pg-row lada-pg-duel-bar");
  const made = {
    bar,
    title: make("strong", "lada-pg-duel-title"),
    count: make("span", "lada-pg-duel-count"),
    play: button("That is my choice", "Then the method picks, and both train", () => ask("play"), "lada-button"),
    clear: button("Put all back", "", () => ask("clear"), "lada-button"),
    next: button("Next round ▶", "Both go on from what they have", () => ask("next"), "lada-button"),
    restart: button(
      "Restart",
      "The same start again; you know what was asked there",
      () => ask("restart"),
      "lada-button",
    ),
    reseed: button("Another seed", "A start whose choices were not shown", () => ask("reseed"), "lada-button"),
    look: chooserOf("What to look at", LOOKS, () => ask("look", { at: made.look.value })),
    mode: chooserOf(
      "Background of both",
      Object.entries(BACKGROUNDS).map(([name, { title }]) => [name, title]),
    ),
  };
  const looks = make("span", "lada-pg-duel-looks");
  looks.append(field("Look at", made.look), field("Background", made.mode));
  bar.append(made.title, made.count, made.play, made.clear, made.next, looks, made.restart, made.reseed);
  return { ...made, looks };
}

/** @param {HTMLElement} parent */
function buildSide(parent) {
  const root = parent.appendChild(make("section", "lada-pg-duel-side"));
  const head = root.appendChild(make("h4", "lada-pg-duel-name"));
  const nothing = () => {};
  return { root, head, plane: new Plane(root, { pick: nothing, place: nothing }) };
}

export class DuelPanel {
  /**
   * @param {HTMLElement} parent
   * @param {{ ask: (message: object, pressed?: HTMLElement) => void }} on
   */
  constructor(parent, on) {
    const ask = (/** @type {Deed} */ what, more = {}) => {
      const pressed = { play: this.bar.play, next: this.bar.next, restart: this.bar.restart, reseed: this.bar.reseed };
      const made = /** @type {Record<string, HTMLElement>} */ (pressed)[what];
      if (made?.getAttribute("aria-disabled") !== "true") on.ask({ type: "duel", do: what, ...more }, made);
    };
    this.root = parent.appendChild(make("div", "lada-pg-duel"));
    this.bar = buildBar(ask);
    this.task = make("p", "lada-pg-duel-task");
    this.says = announced("lada-pg-duel-says");
    this.note = make("p", "lada-pg-duel-note");
    this.error = announced("lada-pair-error", "alert");
    const columns = make("div", "lada-pg-duel-columns");
    this.sidesRow = columns.appendChild(make("div", "lada-pg-duel-sides"));
    this.sides = [buildSide(this.sidesRow), buildSide(this.sidesRow)];
    this.picker = new Picker(this.sides[0].plane, (ids) => ask("toggle", { ids }));
    const scores = columns.appendChild(make("div", "lada-pg-duel-scores"));
    const label = "Share of the test points right of both, against labels";
    this.chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
    this.chartFrame = scores.appendChild(make("div", "lada-pg-duel-chart"));
    this.chartFrame.append(this.chart);
    const frame = scores.appendChild(make("div", "lada-duel-scores"));
    setAttributes(frame, { tabindex: 0, role: "group", "aria-label": "Scoreboard" }); // keys scroll it where it is wide
    this.board = frame.appendChild(make("table", "lada-duel-board"));
    this.root.append(this.bar.bar, this.error, this.task, this.says, this.note, columns);
    /** @type {DuelState | null} */
    this.state = null;
    /** @type {number[]} */
    this.picked = [];
    /** @type {(Board | RunState)[]} */
    this.shown = [];
    this.bar.mode.addEventListener("change", () => this.draw());
  }

  /**
   * Takes what the kernel shows.
   *
   * @param {DuelState | {}} state empty before there is a duel
   * @param {number[]} picked
   */
  show(state, picked) {
    this.picked = picked;
    if (!("phase" in state)) {
      this.root.dataset.phase = "";
      return;
    }
    this.state = state;
    this.root.dataset.phase = state.phase;
    this.root.dataset.rev = String(state.revision);
    showText(this.error, state.error);
    showText(this.says, state.says);
    showText(this.task, state.task ?? "");
    showText(this.note, state.note ?? "");
    this.showBar(state);
    if (state.phase === "opening") {
      this.shown = [];
    } else {
      this.shown = state.runs.length ? state.runs.map(readRun) : state.plane ? [withArrays(state.plane)] : [];
      fillBoard(this.board, state.method, state.board);
    }
    this.draw();
  }

  /** @param {number[]} picked ids */
  showPicked(picked) {
    this.picked = picked;
    if (!this.state) return;
    this.showBar(this.state);
    this.drawPicker();
  }

  /** @param {DuelState} state */
  showBar(state) {
    const { bar } = this;
    const { phase } = state;
    const picking = phase === "picking";
    const ended = phase === "shown" || phase === "over";
    const n = this.picked.length / (state.pairs ? 2 : 1);
    const seed = state.seed === undefined ? "" : `, seed ${state.seed}`;
    setText(bar.title, phase === "opening" ? "The duel begins …" : `${state.title}${seed}`);
    showText(bar.count, picking ? `${n} of ${state.wanted} picked` : "");
    setText(bar.play, phase === "stopped" ? "Go on with the round" : "That is my choice");
    bar.play.hidden = !picking && phase !== "stopped";
    bar.play.setAttribute("aria-disabled", String(picking && n !== state.wanted));
    bar.clear.hidden = !picking;
    bar.clear.setAttribute("aria-disabled", String(!n));
    bar.next.hidden = phase !== "shown";
    bar.looks.hidden = !ended;
    bar.restart.hidden = bar.reseed.hidden = phase === "opening" || phase === "training";
    if (ended) bar.look.value = state.look;
  }

  /** Draws what depends on the width or on the theme. */
  draw() {
    const { state, shown } = this;
    const { clientWidth } = this.sidesRow;
    if (!state || !clientWidth) return;
    this.sidesRow.dataset.sides = String(shown.length);
    this.sides.forEach(({ root, head, plane }, row) => {
      root.hidden = row >= shown.length;
      setText(head, shown.length < 2 ? "" : row === 0 ? "You" : state.method);
      head.hidden = shown.length < 2;
      if (row < shown.length) plane.draw(this.sceneOf(state, shown[row]));
    });
    this.drawPicker();
    const names = ["you", state.method];
    const runs = (state.accuracy ?? []).map((accuracy, row) => ({ method: names[row], accuracy }));
    this.chartFrame.hidden = false; // to measure its place
    const width = Math.min(CHART_PX, this.chartFrame.clientWidth);
    drawAccuracy(this.chart, runs, width, heightOf(this.root, 0.19, LOW_PX, HIGH_PX));
  }

  drawPicker() {
    const { state, shown, picker } = this;
    if (!state || !shown.length) return;
    picker.show(shown[0], state.phase === "picking" || state.phase === "training" ? state.items : [], this.picked);
    picker.svg.classList.toggle("lada-full", this.picked.length >= state.wanted * (state.pairs ? 2 : 1));
  }

  /**
   * @param {DuelState} state
   * @param {Board | RunState} run
   * @returns {import("./plane.js").PlaneScene}
   */
  sceneOf(state, run) {
    const pairs = "pairs" in run ? run.pairs : null;
    const known = "pairs" in run;
    return {
      ...run,
      pairs,
      mode: known ? this.bar.mode.value : "classes",
      chosen: -1,
      current: -1,
      highest: known ? Math.log2(state.classes.length) : 0,
      lamOf: (row) => (pairs?.known && pairs.queried[row] ? ownLam(pairs, row) : null),
      fallKey: `${run.where} ${state.look}`,
      label: `${run.where}: ${run.labelled.ids.length} labelled points`,
    };
  }

  /** Draws anew what is drawn for a width or in the colours of a theme. */
  again() {
    for (const { plane } of this.sides) plane.again();
    this.draw();
  }

  stop() {
    for (const { plane } of this.sides) plane.stop();
  }
}
