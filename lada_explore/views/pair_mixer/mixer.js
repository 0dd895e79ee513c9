// One mixer in a page: everything of a pair is in `state`, so a drag of lam or tau is drawn here and asks nobody.

import { make, refill, setText } from "../base/page.js";
import { fixed, hasBody, writeSentences } from "../base/pair_parts.js";
import { interpolate } from "../base/pair_plot.js";
import { CHART_PX, drawProfile, drawValue, moveLam, moveTau, nearest, stepOf } from "./charts.js";
import { drawClasses, moveClasses } from "./class_chart.js";
import { showImages } from "./images.js";
import { factRows, readPair, tauText } from "./pair.js";
import { build } from "./parts.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */
/** @import { PathPlots } from "./charts.js" */
/** @import { MixerState, Pair } from "./pair.js" */
/** @import { Parts } from "./parts.js" */

const SWEEP_MS = 4000;
const TAU_MS = 250; // until a tau that is dragged is told
const LOWEST_PX = 132;
const AROUND_PX = 350; // of the path's two charts: title, list of pairs, images, slider, legend

/** The pair that a mixer shows, and where lam and tau stand. */
export class PairMixer {
  /**
   * @param {Model<{ state: MixerState | MessageOnly }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    /** @type {Pair | null} */
    this.pair = null;
    /** @type {{ classes: ReturnType<typeof drawClasses>, curves: PathPlots | null } | null} */
    this.plots = null;
    this.tauAt = 0; // place in the table; the last two are tau* and the best tau
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.tauTimer = undefined;
    this.playing = 0;
    this.size = "";
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this.parts.columns);
    this.resizer.observe(this.parts.root);
  }

  // What a person does

  /** @param {number} place of a pair in the list */
  choose(place) {
    const choice = this.pair?.choices[place];
    if (choice) this.model.send({ type: "pair", ids: choice.ids });
  }

  setLam() {
    this.hold();
    this.showLam();
  }

  /** @param {number} place in the table */
  setTau(place) {
    this.tauAt = place;
    this.showTau();
    this.tellTau();
  }

  /** @param {number} places counted from the end of the table */
  setTauFromEnd(places) {
    if (this.pair) this.setTau(this.pair.table.tau.length - places);
  }

  /** Tells the kernel which tau is tried, once it stays. */
  tellTau() {
    clearTimeout(this.tauTimer);
    this.tauTimer = setTimeout(() => {
      if (!this.pair) return;
      const { tau } = this.pair.table;
      this.model.send({ type: "tau", tau: this.tauAt === tau.length - 2 ? null : tau[this.tauAt] });
    }, TAU_MS);
  }

  playOrHold() {
    if (this.playing) this.hold();
    else this.play();
  }

  hold() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    setText(this.parts.play, "▶ Play");
  }

  play() {
    const { lam, play } = this.parts;
    const began = performance.now() - (Math.acos(1 - 2 * Number(lam.value)) / Math.PI) * SWEEP_MS;
    const move = (/** @type {number} */ now) => {
      lam.value = String((1 - Math.cos(((now - began) / SWEEP_MS) * Math.PI)) / 2);
      this.showLam();
      this.playing = requestAnimationFrame(move);
    };
    this.playing = requestAnimationFrame(move);
    setText(play, "❚❚ Pause");
  }

  // Drawing

  draw() {
    const state = this.model.get("state");
    const before = this.pair;
    writeSentences(this.parts, state);
    this.pair = hasBody(state) ? readPair(state) : null;
    if (this.pair) this.drawPair(this.pair, before);
    else this.hold();
    this.parts.root.dataset.rev = String(state.revision);
  }

  /**
   * @param {Pair} pair
   * @param {Pair | null} before the one shown until now, which keeps its tau
   */
  drawPair(pair, before) {
    const { tau } = pair.table;
    const { length } = tau;
    this.parts.tau.max = String(length - 3);
    const shown = (/** @type {Pair | null} */ one) => `${one?.cycle} ${one?.pair} ${one?.tau}`;
    if (shown(before) !== shown(pair)) this.tauAt = pair.tau == null ? length - 2 : nearest(tau, pair.tau);
    for (const part of this.parts.ofCurves) part.toggleAttribute("hidden", pair.drawn);
    fillChoices(this.parts, pair);
    writeFacts(this.parts.facts, pair);
    this.drawPlots();
  }

  /**
   * Shows the path or tau, where there is no room for both.
   *
   * @param {"path" | "tau"} side
   */
  turn(side) {
    const { root, sides } = this.parts;
    root.dataset.side = side;
    for (const one of sides) one.setAttribute("aria-pressed", String(one.dataset.side === side));
  }

  /** Draws anew when there is more room, or less. */
  fit() {
    const size = `${this.parts.columns.clientWidth} ${this.chartHeight()}`;
    if (size === this.size) return;
    this.size = size;
    this.drawPlots();
  }

  /** Lower in an explorer, whose height is that of its window. */
  chartHeight() {
    const { root } = this.parts;
    if (!root.closest(".lada-main") || getComputedStyle(root).overflowY === "visible") return CHART_PX;
    return Math.round(Math.max(LOWEST_PX, Math.min(CHART_PX, (root.clientHeight - AROUND_PX) / 1.9)));
  }

  drawPlots() {
    const { parts, pair } = this;
    const whole = parts.columns.clientWidth;
    if (!pair || !whole) return;
    // Of the two that share one place, the one that is not shown has no width.
    const [left, right] = [parts.left.clientWidth || whole, parts.side.clientWidth || whole];
    const height = this.chartHeight();
    const curves = () => ({
      profile: drawProfile(parts, pair, left, height),
      value: drawValue(parts, pair, right, height),
    });
    this.plots = {
      classes: drawClasses(parts, pair, left, Math.round(0.9 * height)),
      curves: pair.drawn ? null : curves(),
    };
    this.showLam();
    this.showTau();
  }

  showLam() {
    const { parts, pair, plots } = this;
    if (!pair || !plots) return;
    const lam = Number(parts.lam.value);
    const value = interpolate(pair.grid, pair.profile, lam);
    showImages(parts.figures, pair, lam);
    moveClasses(plots.classes, pair, lam);
    if (plots.curves) moveLam(plots.curves.profile, lam, value);
    const words = plots.curves ? `: A = ${fixed(value, 3)} ${pair.unit}` : "";
    say(parts.lam, parts.lamText, `λ = ${fixed(lam)}${words}`);
  }

  showTau() {
    const { parts, pair, plots, tauAt } = this;
    if (!pair || !plots?.curves) return;
    const { tau, value } = pair.table;
    const count = tau.length - 2;
    parts.root.dataset.tau = tauAt === count ? "" : tauText(tau[tauAt]);
    moveTau(plots.curves, pair.table, tauAt);
    parts.tau.value = String(stepOf(pair.table, tauAt));
    say(parts.tau, parts.tauText, `τ = ${tauText(tau[tauAt])}: V = ${fixed(value[tauAt], 3)} ${pair.unit}`);
    parts.star.setAttribute("aria-pressed", String(tauAt === count));
    parts.best.setAttribute("aria-pressed", String(tauAt === count + 1));
  }

  stop() {
    this.hold();
    clearTimeout(this.tauTimer);
    this.resizer.disconnect();
  }
}

/**
 * What a slider stands for, beside it and for a screen reader.
 *
 * @param {HTMLElement} slider
 * @param {HTMLElement} readout
 * @param {string} words
 */
function say(slider, readout, words) {
  setText(readout, words);
  slider.setAttribute("aria-valuetext", words);
}

/**
 * @param {HTMLElement} facts
 * @param {Pair} pair
 */
function writeFacts(facts, pair) {
  const look = (/** @type {string} */ what) => (what.startsWith("=") ? "lada-mix-sum" : "");
  facts.replaceChildren(
    ...factRows(pair).flatMap(([what, amount]) => [make("dt", look(what), what), make("dd", look(what), amount)]),
  );
}

/**
 * @param {Parts} parts
 * @param {Pair} pair
 */
function fillChoices({ choice, previous, next }, { choices, pair }) {
  refill(choice, choices, () => choices.map(({ text }) => make("option", "", text)));
  const at = choices.findIndex(({ ids }) => ids[0] === pair[0] && ids[1] === pair[1]);
  choice.selectedIndex = at;
  previous.setAttribute("aria-disabled", String(at <= 0));
  next.setAttribute("aria-disabled", String(at >= choices.length - 1));
}
