// The mixer's fixed parts: a list of pairs, the path of one with its slider, and V(tau) with another.

import { button, make } from "../base/page.js";
import { pairView, slider } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { buildImages } from "./images.js";

/** @import { PairMixer } from "./mixer.js" */

/** @typedef {ReturnType<typeof build>} Parts */

/**
 * @param {HTMLElement} el
 * @param {PairMixer} on what the controls do
 */
export function build(el, on) {
  const frame = pairView(el, "lada-mixer", "Pair mixer");
  const { chooser, ...inChooser } = buildChooser(on);
  const { left, ...inPath } = buildPath(on);
  const { side, controls, ...inTau } = buildTau(on);
  const columns = make("div", "lada-mix-columns");
  columns.dataset.alone = ""; // drawn in the page, with or without a kernel
  columns.append(left, side);
  const { switcher, sides } = buildSides(on);
  frame.root.dataset.side = "path";
  frame.body.append(chooser, switcher, columns);
  const ofCurves = [inPath.profile, inTau.value, ...controls]; // what is drawn of A and V, and moved along them
  return { ...frame, ...inChooser, ...inPath, ...inTau, left, side, sides, columns, ofCurves };
}

/** @param {PairMixer} on */
function buildChooser(on) {
  const choice = make("select", "lada-field lada-mix-choice");
  choice.setAttribute("aria-label", "Pair, best first; ● was asked about");
  choice.addEventListener("change", () => on.choose(choice.selectedIndex));
  const previous = button("‹", "The previous pair in the list", () => on.choose(choice.selectedIndex - 1));
  const next = button("›", "The next pair in the list", () => on.choose(choice.selectedIndex + 1));
  previous.append(make("span", "lada-mix-word", " Better"));
  next.prepend(make("span", "lada-mix-word", "Worse "));
  previous.setAttribute("aria-label", "‹ Better");
  next.setAttribute("aria-label", "Worse ›");
  const chooser = make("div", "lada-mix-chooser");
  chooser.append(previous, choice, next);
  return { chooser, choice, previous, next };
}

/** @param {PairMixer} on */
function buildSides(on) {
  const switcher = make("div", "lada-mix-sides");
  switcher.dataset.alone = ""; // turned in the page, with or without a kernel
  switcher.setAttribute("role", "group");
  switcher.setAttribute("aria-label", "Shown of the pair");
  const sides = /** @type {const} */ (["path", "tau"]).map((side) => {
    const made = button(side === "path" ? "Mixing path" : "τ and score", "", () => on.turn(side));
    made.dataset.side = side;
    made.setAttribute("aria-pressed", String(side === "path"));
    return made;
  });
  switcher.append(...sides);
  return { switcher, sides };
}

/** @param {PairMixer} on */
function buildPath(on) {
  const { row, figures } = buildImages();
  const lam = slider("λ, the share of the right image", { min: 0, max: 1, step: 0.01, value: 0.5 }, () => on.setLam());
  const play = button("▶ Play", "Let λ go from end to end and back", () => on.playOrHold());
  const lamText = make("output", "lada-mix-readout");
  const profile = chart("Acquisition along the mixing path, with the density of λ");
  const classes = chart("Class probabilities along the mixing path");
  const legend = make("ul", "lada-mix-legend");
  const noClasses = make("p", "lada-pair-message");
  const left = make("div", "lada-mix-path");
  left.append(row, inBox("lada-mix-slide", lam), inBox("lada-mix-foot", play, lamText));
  left.append(profile, classes, legend, noClasses);
  return { left, figures, lam, play, lamText, profile, classes, legend, noClasses };
}

/** @param {PairMixer} on */
function buildTau(on) {
  const value = chart("Look-ahead value against τ");
  const tau = slider("τ of Beta(τ, τ)", { min: 0, max: 1, step: 1, value: 0 }, () => on.setTau(Number(tau.value)));
  const tauText = make("output", "lada-mix-readout");
  const star = button("τ*", "The τ this pair was given", () => on.setTauFromEnd(2));
  const best = button("best τ", "The best τ for this pair in the range searched", () => on.setTauFromEnd(1));
  const facts = make("dl", "lada-mix-facts");
  const side = make("div", "lada-mix-tau");
  const controls = [inBox("lada-mix-slide", tau), inBox("lada-mix-foot", star, best, tauText)];
  side.append(value, ...controls, facts);
  return { side, value, tau, tauText, star, best, facts, controls };
}

/** @param {string} label */
function chart(label) {
  return shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
}

/**
 * @param {string} className
 * @param {HTMLElement[]} children
 */
function inBox(className, ...children) {
  const box = make("div", className);
  box.append(...children);
  return box;
}
