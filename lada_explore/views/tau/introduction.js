// Five minutes to tau*: three points of a profile to drag, V(tau) with its slope, and an optimiser that follows it. The page
// does all of it, so it works without a kernel.

import { betaQuantile, logBeta } from "../base/beta.js";
import { setAttributes, setText } from "../base/page.js";
import { fixed, writeSentences } from "../base/pair_parts.js";
import { interpolate, shape } from "../base/pair_plot.js";
import { drawProfile, moveTau } from "../pair_mixer/charts.js";
import { drawSteps, drawValueAt } from "./introduction_charts.js";
import { build, SHAPES } from "./introduction_parts.js";
import { GRID, NODES, profileThrough, shapeOf, slopeAt, TAUS, valueAt, valuesOf } from "./look_ahead.js";
import { adam, ascent, Climb, MAX_STEPS } from "./optimiser.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { PathPlots } from "../pair_mixer/charts.js" */
/** @import { ShapeName } from "./introduction_parts.js" */
/** @import { Three } from "./look_ahead.js" */

/**
 * @typedef {object} IntroductionState
 * @property {number} revision
 * @property {string} title
 * @property {string} caption
 * @property {[number, number, number]} values A(0), A(1/2), A(1), where they stand first, in bits
 * @property {number} highest the largest entropy, in bits
 */

const TINY = 0.01; // of the large gain
const DRAWS = 24;
const PX = { profile: 268, value: 168, steps: 168 };

const SAYS = {
  rises:
    "Spread out: the middle of the path is worth more than the two images are on average, so V rises with τ. τ* goes to the " +
    "upper end, 1, where λ is spread evenly over the path.",
  falls:
    "Stay near the parents: the middle is worth less than the two images are on average, so V falls with τ. τ* goes to 0, " +
    "where nearly every virtual instance is one of the two images.",
  sags:
    "The middle sags: halfway the classifier is surer than at either image. V falls with τ, and τ* goes to 0; this pair " +
    "would best not be mixed at all.",
  level: "Level: V is nearly the same at every τ, so where an optimiser leaves τ says nothing about the pair.",
};

/** The page of the view. */
export class Introduction {
  /**
   * @param {Model<{ state: IntroductionState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const { highest, values } = model.get("state");
    this.highest = highest;
    this.parts = build(el, this);
    /** @type {Three} the heights of the points, in shares of the axis */
    this.heights = [values[0] / highest, values[1] / highest, values[2] / highest];
    this.tiny = false;
    this.tau = 0.5;
    /** @type {{ adam: Climb, ascent: Climb } | null} */
    this.climbs = null;
    this.playing = 0;
    this.ranks = Array.from({ length: DRAWS }, () => 1 - Math.random());
    /** @type {Pick<PathPlots, "profile"> | null} */
    this.plots = null;
    this.profile = profileThrough(this.values);
    this.resizer = new ResizeObserver(() => this.drawAll());
    this.resizer.observe(this.parts.columns);
  }

  /** From where to where the axis of A goes, in bits: a tiny gain is near the largest entropy, as with few labels. */
  get span() {
    return [this.tiny ? this.highest * (1 - TINY) : 0, this.highest];
  }

  /** @returns {Three} A at the three points, in bits */
  get values() {
    const [low, high] = this.span;
    const [own, middle, other] = this.heights.map((height) => low + height * (high - low));
    return [own, middle, other];
  }

  get digits() {
    return this.tiny ? 5 : 3;
  }

  // What a person does

  /** @param {ShapeName} name */
  take(name) {
    const [own, middle, other] = SHAPES[name].heights;
    this.heights = [own, middle, other];
    this.changed();
  }

  /** @param {boolean} tiny */
  setGain(tiny) {
    this.tiny = tiny;
    this.changed();
  }

  /**
   * Moves one of the three points.
   *
   * @param {number} place
   * @param {number} height in shares of the axis
   */
  move(place, height) {
    this.heights[place] = Math.min(1, Math.max(0, height));
    this.changed();
  }

  changed() {
    this.profile = profileThrough(this.values);
    if (!this.playing) this.climbs = null;
    this.drawAll();
  }

  /** @param {number} tau */
  setTau(tau) {
    this.hold();
    this.climbs = null;
    this.tau = tau;
    this.drawTau();
  }

  drawAgain() {
    this.ranks = this.ranks.map(() => 1 - Math.random());
    this.drawTau();
  }

  /** One step of both optimisers; returns whether there is another. */
  step() {
    if (!this.climbs || this.climbs.adam.taus.length > MAX_STEPS) {
      this.climbs = { adam: new Climb(adam()), ascent: new Climb(ascent()) };
    }
    const slope = (/** @type {number} */ tau) => slopeAt(this.profile, tau);
    this.climbs.adam.step(slope);
    this.climbs.ascent.step(slope);
    this.tau = this.climbs.adam.tau;
    return this.climbs.adam.taus.length <= MAX_STEPS;
  }

  runOrHold() {
    if (this.playing) return this.hold();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (this.step());
      return this.drawTau();
    }
    const move = () => {
      const more = this.step() && this.step();
      this.playing = more ? requestAnimationFrame(move) : 0;
      this.drawTau();
    };
    this.playing = requestAnimationFrame(move);
    this.drawTau();
  }

  hold() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.drawTau();
  }

  oneStep() {
    this.hold();
    this.step();
    this.drawTau();
  }

  restart() {
    this.climbs = null;
    this.tau = 0.5;
    this.hold();
  }

  // Drawing

  draw() {
    const state = this.model.get("state");
    writeSentences(this.parts, state);
    this.drawAll();
    this.parts.root.dataset.rev = String(state.revision);
  }

  drawAll() {
    const { parts, profile, values } = this;
    const width = parts.left.clientWidth;
    if (!width) return;
    const [low, high] = this.span;
    const table = { tau: new Float32Array([1]), value: new Float32Array([0]), log_beta: new Float32Array([0]) };
    const spans = { profile: /** @type {[number, number]} */ ([low, high]) };
    const path = { unit: "bits", grid: GRID, profile, nodes: NODES, tau_max: 1, spans, table };
    this.plots = { profile: drawProfile(parts, path, width, PX.profile) };
    const drawn = this.plots.profile;
    drawn.guide.remove();
    drawn.here.remove();
    const title = parts.profile.querySelector(".lada-axis-title");
    if (title) setText(title, "λ, the share of the image at λ = 1");
    parts.handles.forEach((handle, place) => {
      handle.style.left = `${drawn.toX(NODES[place])}px`;
      handle.style.top = `${drawn.toY(values[place])}px`;
      const words = `${fixed(values[place], this.digits)} bits`;
      setAttributes(handle, { "aria-valuenow": Math.round(100 * this.heights[place]), "aria-valuetext": words });
    });
    const found = shapeOf(values);
    setText(parts.says, SAYS[found]);
    parts.root.dataset.shape = found;
    for (const [name, one] of parts.shapes) one.setAttribute("aria-pressed", String(isAt(this.heights, name)));
    for (const [tiny, one] of parts.gains) one.setAttribute("aria-pressed", String(tiny === this.tiny));
    this.drawTau();
  }

  drawTau() {
    const { parts, plots, profile, tau, climbs, digits } = this;
    if (!plots) return;
    const [value, slope] = [valueAt(profile, tau), slopeAt(profile, tau)];
    const size = this.span[1] - this.span[0];
    const curve = { taus: TAUS, values: valuesOf(profile), size };
    const marks = drawValueAt(parts.value, curve, { tau, value, slope }, parts.side.clientWidth, PX.value);
    const one = { tau: [tau], value: [value], log_beta: [logBeta(tau)] };
    moveTau(/** @type {any} */ ({ profile: plots.profile, value: marks }), /** @type {any} */ (one), 0);
    const mean = this.drawDraws(plots.profile);
    drawSteps(parts.steps, climbs, parts.side.clientWidth, PX.steps);
    parts.tau.value = String(tau);
    const words = `τ = ${fixed(tau)}: V = ${fixed(value, digits)} bits`;
    parts.tau.setAttribute("aria-valuetext", words);
    setText(parts.tauText, words);
    setText(parts.slopeText, `slope dV/dτ = ${fixed(slope, digits)} bits`);
    setText(parts.drawsText, `mean of A over these ${DRAWS} draws: ${fixed(mean, digits)}`);
    setText(parts.run, this.playing ? "❚❚ Pause" : "▶ Run");
    if (!this.playing) setText(parts.result, this.result());
    parts.root.dataset.steps = String(climbs ? climbs.adam.taus.length - 1 : 0);
  }

  /**
   * The draws of lam, as dots on the curve and lines below it; returns the mean of A over them.
   *
   * @param {PathPlots["profile"]} plot
   */
  drawDraws({ layer, toX, toY, box }) {
    layer.querySelector(".lada-ti-draws")?.remove();
    const drawn = shape("g", { class: "lada-ti-draws" });
    let sum = 0;
    for (const rank of this.ranks) {
      const lam = betaQuantile(this.tau, Math.min(rank, 1 - 1e-12));
      const value = interpolate(GRID, this.profile, lam);
      sum += value;
      const x = toX(lam);
      drawn.append(shape("line", { class: "lada-ti-draw", x1: x, x2: x, y1: box.bottom, y2: box.bottom - 9 }));
      drawn.append(shape("circle", { class: "lada-ti-dot", cx: x, cy: toY(value), r: 3 }));
    }
    layer.append(drawn);
    return sum / DRAWS;
  }

  result() {
    const { climbs, profile, digits } = this;
    if (!climbs) return "";
    const gain = valueAt(profile, climbs.adam.tau) - valueAt(profile, 0.5);
    return (
      `After ${climbs.adam.taus.length - 1} steps Adam is at τ = ${fixed(climbs.adam.tau)} and has gained ` +
      `${fixed(gain, digits)} bits; gradient ascent is at ${fixed(climbs.ascent.tau)}.`
    );
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.resizer.disconnect();
  }
}

/**
 * @param {number[]} heights
 * @param {ShapeName} name
 */
const isAt = (heights, name) =>
  heights.every((height, place) => Math.abs(height - SHAPES[name].heights[place]) < 0.005);
