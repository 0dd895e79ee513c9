// A question: layout and input only; the kernel knows what is right, and tells it after an answer.

import { withKernel } from "../base/kernel.js";
import { announced, button, groupName, make, setText, showText, viewRoot } from "../base/page.js";

/** @import { Given } from "../base/kernel.js" */

/**
 * @typedef {object} QuestionState
 * @property {number} revision
 * @property {string} text
 * @property {string[]} choices none for a question that a number answers
 * @property {string} unit
 * @property {"" | "right" | "wrong" | "shown"} verdict
 * @property {string} says
 * @property {string} why
 * @property {number} tries
 * @property {string} waiting what is said of a result that waits for an answer; empty where none does
 * @property {string} error
 */

/** @typedef {{ box: HTMLElement, given: () => string }} Answer where it is given, and what is given so far */

/** @typedef {{ chosen: () => void, check: () => void, reveal: () => void }} Deeds what a person does */

/**
 * @param {string[]} choices
 * @param {Deeds} on
 * @returns {Answer}
 */
function buildChoices(choices, on) {
  const name = groupName(); // radio buttons of one question share a name that no other question of the page has
  const list = make("div", "lada-q-choices");
  const inputs = choices.map((choice) => {
    const label = make("label", "lada-q-choice");
    const input = Object.assign(make("input"), { type: "radio", name, value: choice });
    input.addEventListener("change", on.chosen);
    label.append(input, make("span", "", choice));
    list.append(label);
    return input;
  });
  return { box: list, given: () => inputs.find((input) => input.checked)?.value ?? "" };
}

/**
 * @param {string} unit
 * @param {Deeds} on
 * @returns {Answer}
 */
function buildNumber(unit, on) {
  const row = make("label", "lada-q-number");
  const number = Object.assign(make("input", "lada-q-input"), { type: "text", inputMode: "decimal" });
  number.setAttribute("aria-label", "Your answer, a number");
  number.addEventListener("input", on.chosen);
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") on.check();
  });
  row.append(make("span", "", "Your answer"), number, make("span", "lada-q-unit", unit));
  return { box: row, given: () => number.value.trim() };
}

/**
 * @param {HTMLElement} el
 * @param {QuestionState} state
 * @param {Deeds} on
 */
function build(el, state, on) {
  const root = viewRoot(el, "lada-question", "Question");
  const check = button("Check", "", on.check, "lada-q-button");
  const reveal = button("Show the answer", "", on.reveal, "lada-q-button");
  const verdict = announced("lada-q-verdict");
  const why = make("p", "lada-q-why");
  const error = announced("lada-q-error", "alert");
  const { box, given } = state.choices.length ? buildChoices(state.choices, on) : buildNumber(state.unit, on);
  const row = make("div", "lada-q-row");
  const waiting = make("span", "lada-q-waiting");
  row.append(check, reveal, waiting);
  root.append(make("p", "lada-q-text", state.text), box, row, error, verdict, why);
  return { root, check, reveal, waiting, verdict, why, error, given };
}

const MARKS = { right: "✓", wrong: "✕", shown: "→" };

/** @param {Given<{ state: QuestionState }>} given */
function render({ model, el }) {
  const parts = build(el, model.get("state"), {
    chosen: () => ready(),
    check: () => {
      if (parts.given()) model.send({ type: "answer", given: parts.given() });
    },
    reveal: () => model.send({ type: "reveal" }),
  });
  const ready = () => parts.check.setAttribute("aria-disabled", String(!parts.given()));
  const show = () => {
    const state = model.get("state");
    showText(parts.verdict, state.verdict ? `${MARKS[state.verdict]} ${state.says}` : "");
    showText(parts.why, state.why);
    showText(parts.error, state.error);
    showText(parts.waiting, state.waiting);
    setText(parts.reveal, state.tries ? "Show the answer" : "Show me");
    parts.reveal.hidden = !(state.tries || state.waiting) || ["right", "shown"].includes(state.verdict);
    parts.root.dataset.verdict = state.verdict;
    parts.root.dataset.rev = String(state.revision);
    ready();
  };
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}

export default withKernel({ render });
