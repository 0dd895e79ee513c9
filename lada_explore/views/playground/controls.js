// What the playground is driven with.

import { button, fillSelect, make } from "../base/page.js";
import { BACKGROUNDS } from "./backgrounds.js";

/** @import { PairFrame } from "../base/pair_parts.js" */
/** @import { PlaygroundState } from "./playground.js" */

/** @typedef {[string, string]} Entry value and text of an entry to choose */

/** @type {Entry[]} */
const PACES = [
  ["step 1500", "a stage in 1.5 s"],
  ["step 400", "a stage in 0.4 s"],
  ["cycle 700", "a cycle in 0.7 s"],
];
/** @type {Entry[]} */
const ANSWERERS = [
  ["truth", "The truth"],
  ["person", "I do"],
];

/**
 * What the controls call.
 *
 * @typedef {object} Actions
 * @property {() => void} begin another choice, or Reset
 * @property {() => void} draw
 * @property {() => void} back
 * @property {() => void} step
 * @property {() => void} cycle
 * @property {() => void} play
 * @property {() => void} mode another background
 * @property {() => void} truth another one answers
 * @property {(mode: string) => void} turn another mode
 */

/**
 * @param {string} label
 * @param {HTMLElement} control
 */
export function field(label, control) {
  const made = make("label", "lada-pg-field");
  made.append(make("span", "", label), control);
  return made;
}

/**
 * @param {string} label
 * @param {() => void} on
 */
function chooser(label, on) {
  const made = make("select", "lada-pg-select");
  made.setAttribute("aria-label", label);
  made.addEventListener("change", on);
  return made;
}

/**
 * A chooser whose first entry is chosen.
 *
 * @param {string} label
 * @param {Entry[]} entries
 */
export function chooserOf(label, entries, on = () => {}) {
  const made = chooser(label, on);
  fillSelect(made, entries, entries[0][0]);
  return made;
}

/**
 * What a run begins with.
 *
 * @param {Actions} on
 */
function buildChoices(on) {
  const made = {
    dataset: chooser("Data set", on.begin),
    method: chooser("Method", on.begin),
    compare_method: chooser("Compare with", on.begin),
    seed: Object.assign(make("input", "lada-pg-seed"), { type: "number", min: "0", step: "1" }),
    reset: button("Reset", "Start new runs with these choices; the earlier ones stay on disk", on.begin),
    draw: button("Draw points", "Put points of your own on the plane", on.draw),
  };
  made.seed.setAttribute("aria-label", "Seed");
  made.seed.addEventListener("change", on.begin);
  const row = make("div", "lada-pg-row");
  const beside = field("Beside it", made.compare_method);
  const seed = field("Seed", made.seed);
  beside.dataset.not = "duel";
  for (const part of [seed, made.reset, made.draw]) part.dataset.not = "duel seeds";
  row.append(field("Data", made.dataset), field("Method", made.method), beside, seed, made.reset, made.draw);
  return { row, made };
}

/**
 * What leads through a run.
 *
 * @param {Actions} on
 */
function buildSteps(on) {
  /** @type {Entry[]} */
  const backgrounds = Object.entries(BACKGROUNDS).map(([name, { title }]) => [name, title]);
  const made = {
    back: button("◀ Back", "The previous stage; nothing is undone", on.back),
    step: button("Step ▶", "The next stage", on.step),
    cycle: button("Cycle ▶▶", "To the end of the cycle", on.cycle),
    play: button("▶ Play", "Step by itself", on.play),
    pace: chooserOf("Pace", PACES),
    mode: chooserOf("Background", backgrounds, on.mode),
    truth: chooserOf("Who answers", ANSWERERS, on.truth),
    place: make("output", "lada-pg-place"),
  };
  const row = make("div", "lada-pg-row");
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", "Step through the run");
  const fields = [field("Background", made.mode), field("Who answers", made.truth)];
  row.append(made.back, made.step, made.cycle, made.play, made.pace, ...fields);
  return { row, made };
}

/** @type {Entry[]} */
const MODES = [
  ["step", "Step through it"],
  ["duel", "Play against the method"],
  ["seeds", "Run 20 seeds"],
];

/**
 * What is done with the plane.
 *
 * @param {Actions} on
 */
function buildModes(on) {
  const bar = make("div", "lada-pg-modes");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "What to do with the plane");
  const modes = MODES.map(([mode, text]) => {
    const made = button(text, "", () => on.turn(mode));
    made.dataset.mode = mode;
    return made;
  });
  bar.append(...modes);
  return { bar, modes };
}

/**
 * Builds the controls into the body of a view; they become parts of it by their names.
 *
 * @param {PairFrame} parts
 * @param {Actions} on
 */
export function buildControls(parts, on) {
  const [choices, steps] = [buildChoices(on), buildSteps(on)];
  const sketch = make("div", "lada-pg-row lada-pg-sketch");
  sketch.setAttribute("role", "group");
  sketch.setAttribute("aria-label", "Draw points");
  const top = make("div", "lada-pg-top");
  parts.title.before(top);
  const { bar, modes } = buildModes(on);
  top.append(parts.title, bar, steps.made.place);
  choices.row.classList.add("lada-pg-choices");
  steps.row.classList.add("lada-pg-steps");
  parts.body.append(choices.row, steps.row, sketch);
  return { ...parts, ...choices.made, ...steps.made, modes, sketch };
}

/**
 * Shows what can be chosen, and what is.
 *
 * @param {ReturnType<typeof buildControls>} parts
 * @param {Pick<PlaygroundState, "datasets" | "methods" | "choice">} state
 */
export function fillChoices(parts, { datasets, methods, choice }) {
  /** @type {Entry[]} */
  const sets = datasets.map(({ name, text }) => [name, text]);
  /** @type {Entry[]} */
  const offered = methods.map((name) => [name, name]);
  fillSelect(parts.dataset, sets, choice.dataset);
  fillSelect(parts.method, offered, choice.method);
  fillSelect(parts.compare_method, [["", "nothing"], ...offered], choice.compare_method);
  if (document.activeElement !== parts.seed) parts.seed.value = String(choice.seed);
  parts.truth.value = choice.by_truth ? "truth" : "person";
}
