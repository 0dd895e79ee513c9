// A question: layout and input only; the kernel knows what is right, and tells it after an answer.

import { withKernel } from "../base/kernel.js";
import { announced, button, groupName, make, showText, viewRoot } from "../base/page.js";

function buildChoices(parts, choices, on) {
  const name = groupName(); // radio buttons of one question share a name that no other question of the page has
  const list = make("div", "lada-q-choices");
  parts.inputs = choices.map((choice) => {
    const label = make("label", "lada-q-choice");
    const input = Object.assign(make("input"), { type: "radio", name, value: choice });
    input.addEventListener("change", on.chosen);
    label.append(input, make("span", "", choice));
    list.append(label);
    return input;
  });
  return list;
}

function buildNumber(parts, unit, on) {
  const row = make("label", "lada-q-number");
  parts.number = Object.assign(make("input", "lada-q-input"), { type: "text", inputMode: "decimal" });
  parts.number.setAttribute("aria-label", "Your answer, a number");
  parts.number.addEventListener("input", on.chosen);
  parts.number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") on.check();
  });
  row.append(make("span", "", "Your answer"), parts.number, make("span", "lada-q-unit", unit));
  parts.inputs = [parts.number];
  return row;
}

function build(el, state, on) {
  const root = viewRoot(el, "lada-question", "Question");
  const parts = { root };
  parts.check = button("Check", "", on.check, "lada-q-button");
  parts.reveal = button("Show the answer", "", on.reveal, "lada-q-button");
  parts.verdict = announced("lada-q-verdict");
  parts.why = make("p", "lada-q-why");
  parts.error = announced("lada-q-error", "alert");
  const answers = state.choices.length ? buildChoices(parts, state.choices, on) : buildNumber(parts, state.unit, on);
  const row = make("div", "lada-q-row");
  row.append(parts.check, parts.reveal);
  root.append(make("p", "lada-q-text", state.text), answers, row, parts.error, parts.verdict, parts.why);
  return parts;
}

const MARKS = { right: "✓", wrong: "✕", shown: "→" };

function render({ model, el }) {
  const given = () => {
    if (parts.number) return parts.number.value.trim();
    return parts.inputs.find((input) => input.checked)?.value ?? "";
  };
  const ready = () => parts.check.setAttribute("aria-disabled", String(!given()));
  const parts = build(el, model.get("state"), {
    chosen: () => ready(),
    check: () => {
      if (given()) model.send({ type: "answer", given: given() });
    },
    reveal: () => model.send({ type: "reveal" }),
  });
  const show = () => {
    const state = model.get("state");
    showText(parts.verdict, state.verdict ? `${MARKS[state.verdict]} ${state.says}` : "");
    showText(parts.why, state.why);
    showText(parts.error, state.error);
    parts.reveal.hidden = !state.tries || ["right", "shown"].includes(state.verdict);
    parts.root.dataset.verdict = state.verdict;
    parts.root.dataset.rev = state.revision;
    ready();
  };
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}

export default withKernel({ render });
