// One run: its plane, its pair with tau, and the classes to answer with.

import { button, make, refill, setText, showText } from "../base/page.js";
import { BACKGROUNDS } from "./backgrounds.js";
import { PairPanel } from "./pair_panel.js";
import { Plane } from "./plane.js";
import { classIcon } from "./plane_colours.js";
import { accuracyWords, readRun } from "./run_state.js";

/** @import { Draws, RunState, Sent } from "./run_state.js" */

/**
 * What all runs of the playground share.
 *
 * @typedef {object} Shared
 * @property {string[]} classes names
 * @property {Draws} draws
 * @property {string} mode key of BACKGROUNDS
 */

/** @param {HTMLElement} parent */
function buildPanel(parent) {
  const root = parent.appendChild(make("section", "lada-pg-run"));
  const head = make("header", "lada-pg-head");
  const columns = make("div", "lada-pg-columns");
  const parts = {
    root,
    method: make("span", "lada-pg-method"),
    accuracy: make("span", "lada-pg-accuracy"),
    where: make("p", "lada-pg-where"),
    says: make("p", "lada-pg-says"),
    answer: make("div", "lada-pg-answer"),
    left: make("div", "lada-pg-left"),
    square: make("div", "lada-pg-square"),
    side: make("div", "lada-pg-side"),
    legend: make("ul", "lada-pg-legend"),
    note: make("p", "lada-pg-note"),
  };
  parts.answer.setAttribute("role", "group");
  head.append(parts.method, parts.accuracy);
  columns.append(parts.left, parts.side);
  root.append(head, parts.where, parts.says, parts.answer, columns);
  return parts;
}

/**
 * The question and a button for each class; nothing where no point waits.
 *
 * @param {HTMLElement} place
 * @param {string[]} classes
 * @param {number[]} points that wait, the one that is asked now first
 * @param {(label: number) => void} onAnswer
 */
function fillAnswer(place, classes, [current = -1, ...others], onAnswer) {
  const left = others.length + 1;
  const key = `${current} ${left} ${classes}`;
  if (place.dataset.key === key) return;
  const held = place.contains(document.activeElement);
  place.dataset.key = key;
  place.hidden = current < 0;
  if (current < 0) {
    place.replaceChildren();
    return;
  }
  const buttons = classes.map((name, label) => {
    const made = button(name, `Answer ${name} (key ${label + 1})`, () => onAnswer(label));
    made.prepend(classIcon(label));
    return made;
  });
  const question = `Which class is the point with the ring? (${left} to answer)`;
  place.replaceChildren(make("span", "lada-pg-ask", question), ...buttons);
  if (held) buttons[0].focus();
}

/**
 * The marks that are on the plane, with their words.
 *
 * @param {RunState} run
 * @param {Shared} shared
 * @returns {[HTMLElement, string][]}
 */
function legendRows(run, { classes, mode }) {
  const dot = (/** @type {string} */ className) => make("span", `lada-pg-sample ${className}`);
  /** @type {[HTMLElement, string][]} */
  const rows = classes.map((name, label) => [classIcon(label), `labelled ${name}`]);
  rows.push([dot("lada-pg-dot"), "not labelled"]);
  if (run.candidates.length) rows.push([dot("lada-pg-candidate"), "candidate"]);
  if (run.asked.length) rows.push([dot("lada-pg-ring"), "asked about"]);
  if (run.pairs?.known) {
    rows.push([dot("lada-pg-thick"), "pair, coloured by A(λ)"]);
    rows.push([dot("lada-pg-virtual"), "virtual instance"]);
  }
  const { sample, legend } = BACKGROUNDS[mode];
  if (run.field) rows.push([dot(sample), legend]);
  return rows;
}

/**
 * @param {HTMLElement} list
 * @param {[HTMLElement, string][]} rows
 */
function fillLegend(list, rows) {
  const words = rows.map(([, text]) => text);
  refill(list, words, () =>
    rows.map(([icon, text]) => {
      const made = make("li");
      made.append(icon, make("span", "", text));
      return made;
    }),
  );
}

/**
 * What a run's panel calls.
 *
 * @typedef {object} RunDeeds
 * @property {(message: object) => void} ask sends to the kernel
 * @property {(x: number, y: number) => void} place hears where points are drawn by hand
 * @property {() => void} [looked] hears that another pair or tau may be shown
 */

export class RunPanel {
  /**
   * @param {HTMLElement} parent
   * @param {number} row place of the run among those that are shown
   * @param {RunDeeds} on
   */
  constructor(parent, row, on) {
    this.row = row;
    this.ask = on.ask;
    /** @type {RunState | null} */
    this.run = null;
    /** @type {Shared | null} */
    this.shared = null;
    this.parts = buildPanel(parent);
    this.plane = new Plane(this.parts.square, { pick: (pair) => this.pair.pick(pair), place: on.place });
    this.parts.left.append(this.parts.square, this.parts.legend, this.parts.note);
    this.pair = new PairPanel(this.parts.side, () => {
      this.drawPlane();
      on.looked?.();
    });
  }

  /** Whether it waits for a person. */
  get waiting() {
    return Boolean(this.run?.to_answer.length);
  }

  /** Whether it is at work. */
  get busy() {
    return Boolean(this.run?.busy);
  }

  /**
   * Answers for the point that waits.
   *
   * @param {number} label
   */
  answer(label) {
    const point = this.run?.to_answer[0];
    if (point === undefined || !this.shared || label >= this.shared.classes.length) return;
    this.ask({ type: "answer", run: this.row, point, label });
  }

  /**
   * Takes a new state of this run, and returns it as it is read.
   *
   * @param {Sent<RunState>} state
   * @param {Shared} shared
   */
  show(state, shared) {
    const run = readRun(state);
    this.run = run;
    this.shared = shared;
    const { parts } = this;
    setText(parts.method, run.method);
    setText(parts.where, run.where);
    setText(parts.says, run.says);
    setText(parts.accuracy, accuracyWords(run.accuracy));
    showText(parts.note, run.note);
    fillAnswer(parts.answer, shared.classes, run.to_answer, (label) => this.answer(label));
    fillLegend(parts.legend, legendRows(run, shared));
    this.pair.show(run, shared.draws);
    parts.root.dataset.where = run.where;
    return run;
  }

  /**
   * Shows another background.
   *
   * @param {string} mode
   */
  look(mode) {
    if (!this.shared || !this.run) return;
    this.shared = { ...this.shared, mode };
    fillLegend(this.parts.legend, legendRows(this.run, this.shared));
    this.drawPlane();
  }

  drawPlane() {
    const { run, pair, shared } = this;
    if (!run || !shared) return;
    this.plane.draw({
      ...run,
      mode: shared.mode,
      chosen: pair.chosen,
      current: run.to_answer[0] ?? -1,
      highest: Math.log2(shared.classes.length),
      lamOf: (row) => pair.lamOf(row),
      fallKey: pair.chosen < 0 ? "" : `${run.where} ${pair.chosen}`,
      label: `${run.where}: ${run.labelled.ids.length} labelled points, ${run.asked.length} asked about`,
    });
  }

  /** Draws again what depends on the width or on the theme. */
  again() {
    this.plane.again();
    if (this.run) this.pair.draw();
  }

  /**
   * Shows a chart below the pair.
   *
   * @param {HTMLElement} frame
   */
  take(frame) {
    if (frame.parentElement !== this.parts.side) this.parts.side.append(frame);
  }

  /** Takes it off the page. */
  remove() {
    this.stop();
    this.parts.root.remove();
  }

  stop() {
    this.plane.stop();
  }
}
