// The chosen pair of a run: its curve, the look-ahead value against tau, and the tau that is tried. All of a moment is
// in the state, so that a drag of tau asks nobody.

import { button, make, refill, setText } from "../base/page.js";
import { fixed, slider } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { CHART_PX, drawProfile, drawValue, moveTau, nearest, stepOf } from "../pair_mixer/charts.js";
import { heightOf } from "./room.js";
import { chartPair, lamAt, ownLam, pairLines, waitsFor } from "./run_state.js";

/** @import { PathPlots } from "../pair_mixer/charts.js" */
/** @import { ChartPair, Draws, RunState } from "./run_state.js" */

const MIN_PX = 120;
const MAX_PX = 640;
const SHARE = "--lada-pg-share"; // for the style sheet: a chart's share of the height of the window
const LOW_PX = 96; // least height of a chart
const TITLED_PX = 280; // in less, the axis of lam has no room for a sentence
// Places in a pair's table, counted from its end.
const STAR = -2;
const BEST = -1;

/** @typedef {{ pick: (row: number) => void, tau: (place: number) => void }} PairDeeds what a person does */

/**
 * The part of `where` that names the cycle.
 *
 * @param {string} where
 */
const cycleOf = (where) => where.split("·")[0];

function buildCharts() {
  const chart = (/** @type {string} */ label) =>
    shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
  return {
    profile: chart("Entropy along the segment, with the density of λ"),
    value: chart("Look-ahead value against τ"),
  };
}

/**
 * The slider of tau, its two marks, and what is read off.
 *
 * @param {PairDeeds} on
 */
function buildTau(on) {
  const tau = slider("τ of Beta(τ, τ)", { min: 0, max: 1, step: 1, value: 0 }, () => on.tau(Number(tau.value)));
  const slide = make("div", "lada-mix-slide");
  slide.append(tau);
  const star = button("◆ τ*", "The τ that the policy gave this pair", () => on.tau(STAR));
  const best = button("▲ best τ", "The τ whose look-ahead value is highest", () => on.tau(BEST));
  const tauText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(star, best, tauText);
  return { tau, star, best, tauText, rows: [slide, foot] };
}

/**
 * @param {HTMLElement} parent
 * @param {PairDeeds} on
 */
function buildPair(parent, on) {
  const choice = make("select", "lada-field lada-mix-choice");
  choice.setAttribute("aria-label", "Pair, best first; ● is asked about");
  choice.addEventListener("change", () => on.pick(choice.selectedIndex));
  const charts = buildCharts();
  const { rows, ...tau } = buildTau(on);
  const body = make("div", "lada-pg-pair");
  body.dataset.alone = ""; // drawn in the page, with or without a kernel
  body.append(choice, charts.profile, charts.value, ...rows);
  const waits = make("p", "lada-pair-message");
  parent.append(body, waits);
  return { body, waits, choice, ...charts, ...tau };
}

export class PairPanel {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} onChange hears that another pair or tau is shown, or the same anew
   */
  constructor(parent, onChange) {
    this.parent = parent;
    this.onChange = onChange;
    this.parts = buildPair(parent, {
      pick: (row) => this.pick(row),
      tau: (place) => this.tryTau(place),
    });
    /** @type {RunState | null} */
    this.run = null;
    /** @type {Draws | null} */
    this.draws = null;
    this.row = 0; // of the chosen pair
    /** @type {ChartPair | null} */
    this.pair = null;
    /** @type {PathPlots | null} */
    this.plots = null; // scales and moving marks of both charts
    this.tauAt = STAR; // place of the tau that is shown in the pair's table; negative where counted from its end
  }

  /** Row of the pair that is shown; -1 for none. */
  get chosen() {
    return this.run?.pairs?.known ? this.row : -1;
  }

  /**
   * Takes a new state: the choice stays within a cycle, the tau within a moment.
   *
   * @param {RunState} run
   * @param {Draws} draws
   */
  show(run, draws) {
    const before = this.run?.where ?? "";
    if (cycleOf(before) !== cycleOf(run.where) || !run.pairs?.known) this.row = 0;
    if (before !== run.where) this.tauAt = STAR;
    this.run = run;
    this.draws = draws;
    if (run.pairs?.known) {
      const lines = pairLines(run.pairs);
      refill(this.parts.choice, lines, () => lines.map((text) => make("option", "", text)));
    }
    this.draw();
  }

  /**
   * Chooses a pair.
   *
   * @param {number} row
   */
  pick(row) {
    this.row = row;
    this.tauAt = STAR;
    this.draw();
  }

  /**
   * Shows another tau of the chosen pair's table.
   *
   * @param {number} place
   */
  tryTau(place) {
    this.tauAt = place;
    this.drawTau();
  }

  /** The rank of the pair that is shown and the tau that is tried, for the kernel; null for none, and for its own tau*. */
  get told() {
    const own = this.tauAt === STAR || !this.pair;
    const tau = own || !this.pair ? null : this.pair.table.tau[this.tauPlace(this.pair)];
    return { pair: this.chosen < 0 ? null : this.chosen + 1, tau };
  }

  /**
   * Shows what the kernel was asked to begin with.
   *
   * @param {{ pair: number | null, tau: number | null }} begins
   */
  begin({ pair, tau }) {
    if (!this.run?.pairs?.known) return;
    if (pair !== null) this.pick(pair - 1);
    if (tau !== null && this.pair) this.tryTau(nearest(this.pair.table.tau, tau));
  }

  /** Draws the charts for the width there is. */
  draw() {
    const { parts, run } = this;
    if (!run) return;
    const { pairs } = run;
    const known = Boolean(pairs?.known);
    parts.body.hidden = !known;
    parts.waits.hidden = known;
    if (!pairs?.known) {
      this.pair = null;
      setText(parts.waits, waitsFor(run));
      this.onChange();
      return;
    }
    this.row = Math.min(this.row, pairs.queried.length - 1);
    parts.choice.selectedIndex = this.row;
    this.pair = chartPair(pairs, this.row);
    parts.tau.max = String(this.pair.table.tau.length - 3);
    const width = Math.min(MAX_PX, this.parent.clientWidth);
    if (width <= MIN_PX) return;
    const share = Number(getComputedStyle(this.parent).getPropertyValue(SHARE));
    const height = heightOf(this.parent, share, LOW_PX, CHART_PX);
    const { pair } = this;
    this.plots = { profile: drawProfile(parts, pair, width, height), value: drawValue(parts, pair, width, height) };
    const title = parts.profile.querySelector(".lada-axis-title");
    if (title) setText(title, width < TITLED_PX ? "λ" : "λ, the weight of the end marked λ = 1");
    this.plots.profile.guide.remove();
    this.plots.profile.here.remove();
    this.drawTau();
  }

  /** Moves what follows tau. */
  drawTau() {
    const { parts, pair, plots, tauAt } = this;
    if (!pair || !plots) return;
    const { tau, value } = pair.table;
    const at = this.tauPlace(pair);
    moveTau(plots, pair.table, at);
    parts.tau.value = String(stepOf(pair.table, at));
    const words = `τ ${fixed(tau[at], 3)}: V = ${fixed(value[at], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === STAR));
    parts.best.setAttribute("aria-pressed", String(tauAt === BEST));
    this.onChange();
  }

  /** @param {ChartPair} pair */
  tauPlace({ table }) {
    return this.tauAt < 0 ? table.tau.length + this.tauAt : this.tauAt;
  }

  /**
   * lam of the virtual instances of a pair: at the tau that is shown of the chosen one, at tau* of others asked about.
   *
   * @param {number} row
   */
  lamOf(row) {
    const { draws, pair } = this;
    const pairs = this.run?.pairs;
    if (!pairs?.known) return null;
    if (row !== this.row) return pairs.queried[row] ? ownLam(pairs, row) : null;
    if (this.tauAt === STAR || !draws || !pair) return ownLam(pairs, row);
    return lamAt(draws, pair.table.tau[this.tauPlace(pair)], pairs);
  }
}
