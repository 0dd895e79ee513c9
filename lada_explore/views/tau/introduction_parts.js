// The fixed parts of the introduction: three shapes and two gains to choose, three handles, a slider, three charts.

import { announced, button, make, setAttributes } from "../base/page.js";
import { pairView, slider } from "../base/pair_parts.js";
import { MARGIN, shape } from "../base/pair_plot.js";

/** @import { Introduction } from "./introduction.js" */

/** @typedef {keyof typeof SHAPES} ShapeName */

/** Profiles to begin with: the heights of A(0), A(1/2) and A(1), in shares of the axis. */
export const SHAPES = {
  stay: { text: "Stay near the parents", heights: [0.15, 0.36, 0.88] },
  spread: { text: "Spread out", heights: [0.28, 0.88, 0.4] },
  sag: { text: "The middle sags", heights: [0.8, 0.2, 0.66] },
};

const POINTS = ["A(0), one image", "A(1/2), halfway", "A(1), the other image"];
const KEYS = { ArrowUp: 0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowLeft: -0.02, PageUp: 0.1, PageDown: -0.1 };
const AXIS_SHARE = 1 / 1.12; // of the height of the chart of A, up to the largest entropy; see drawProfile

/**
 * @param {HTMLElement} el
 * @param {Introduction} on what the controls do
 */
export function build(el, on) {
  const frame = pairView(el, "lada-ti", "Five minutes to τ*");
  const { row, shapes, gains } = buildChoices(on);
  const says = announced("lada-ti-says");
  const { left, ...inLeft } = buildLeft(on);
  const { side, ...inSide } = buildSide(on);
  const columns = make("div", "lada-ti-columns");
  columns.append(left, side);
  frame.body.dataset.alone = ""; // drawn in the page, with or without a kernel
  frame.body.append(row, says, columns);
  frame.title.after(frame.caption);
  return { ...frame, shapes, gains, says, columns, left, side, ...inLeft, ...inSide };
}

/** @param {Introduction} on */
function buildChoices(on) {
  const names = /** @type {ShapeName[]} */ (Object.keys(SHAPES));
  const shapes = names.map((name) => /** @type {const} */ ([name, button(SHAPES[name].text, "", () => on.take(name))]));
  const gains = [false, true].map(
    (tiny) => /** @type {const} */ ([tiny, button(tiny ? "tiny, a hundredth" : "large", "", () => on.setGain(tiny))]),
  );
  const row = make("div", "lada-ti-choices");
  const group = (/** @type {string} */ label, /** @type {HTMLElement[]} */ buttons) => {
    const box = make("div", "lada-ti-group");
    setAttributes(box, { role: "group", "aria-label": label });
    box.append(make("span", "lada-ti-label", label), ...buttons);
    row.append(box);
  };
  group(
    "Profile",
    shapes.map(([, one]) => one),
  );
  group(
    "Differences in A",
    gains.map(([, one]) => one),
  );
  return { row, shapes, gains };
}

/** @param {Introduction} on */
function buildLeft(on) {
  const profile = chart("Acquisition along the mixing path, with the density of λ and its draws");
  const board = make("div", "lada-ti-board");
  const handles = POINTS.map((name, place) => buildHandle(name, place, board, on));
  board.append(profile, ...handles);
  const drawsText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(
    button("New draws", "Draw λ again from Beta(τ, τ)", () => on.drawAgain()),
    drawsText,
  );
  const left = make("div", "lada-ti-left");
  left.append(board, foot);
  return { left, profile, handles, drawsText };
}

/**
 * A point of the profile: dragged up and down by a pointer, or moved by keys.
 *
 * @param {string} name
 * @param {number} place
 * @param {HTMLElement} board
 * @param {Introduction} on
 */
function buildHandle(name, place, board, on) {
  const handle = make("div", "lada-ti-handle");
  handle.tabIndex = 0;
  const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0, "aria-orientation": "vertical" };
  setAttributes(handle, { role: "slider", "aria-label": name, ...range });
  const heightAt = (/** @type {PointerEvent} */ { clientY }) => {
    const box = board.getBoundingClientRect();
    const bottom = box.bottom - MARGIN.bottom;
    return (bottom - clientY) / ((bottom - box.top - MARGIN.top) * AXIS_SHARE);
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) on.move(place, heightAt(event));
  });
  handle.addEventListener("keydown", (event) => {
    const now = on.heights[place];
    const step = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    const to = event.key === "Home" ? 0 : event.key === "End" ? 1 : now + step;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    on.move(place, to);
  });
  return handle;
}

/** @param {Introduction} on */
function buildSide(on) {
  const value = chart("Look-ahead value against τ, with its slope");
  const range = { min: 0.01, max: 1, step: 0.01, value: 0.5 };
  const tau = slider("τ of Beta(τ, τ)", range, () => on.setTau(Number(tau.value)));
  tau.step = "any"; // an optimiser leaves it between two steps
  const slide = make("div", "lada-mix-slide");
  slide.append(tau);
  const [tauText, slopeText] = [make("output", "lada-mix-readout"), make("output", "lada-mix-readout")];
  const words = make("div", "lada-mix-foot");
  words.append(tauText, slopeText);
  const steps = chart("τ by the steps of the optimiser: Adam and plain gradient ascent");
  const run = button("▶ Run", "Let both optimisers go on, to step 300", () => on.runOrHold());
  const one = button("One step", "", () => on.oneStep());
  const restart = button("↺ Start", "Back to τ = 0.5", () => on.restart());
  restart.setAttribute("aria-label", "Back to the start, τ = 0.5");
  const legend = make("span", "lada-ti-legend");
  legend.append(make("span", "lada-ti-of-adam", "● Adam"), make("span", "lada-ti-of-ascent", "■ gradient ascent"));
  const foot = make("div", "lada-mix-foot");
  foot.append(run, one, restart, legend);
  const result = announced("lada-ti-result");
  const side = make("div", "lada-ti-side");
  side.append(value, slide, words, steps, foot, result);
  return { side, value, tau, tauText, slopeText, steps, run, result };
}

/** @param {string} label */
const chart = (label) => shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
