// A question: layout and input only; the kernel knows what is right, and tells it after an answer.

let questions = 0; // radio buttons of one question share a name that no other question of the page has

function buildChoices(parts, choices, on) {
  const name = `lada-question-${(questions += 1)}`;
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
  const root = make("section", "lada-question");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Question");
  const parts = { root };
  const button = (text, onClick) => {
    const made = Object.assign(make("button", "lada-q-button", text), { type: "button" });
    made.addEventListener("click", onClick);
    return made;
  };
  parts.check = button("Check", on.check);
  parts.reveal = button("Show the answer", on.reveal);
  parts.verdict = make("p", "lada-q-verdict");
  parts.verdict.setAttribute("role", "status");
  parts.why = make("p", "lada-q-why");
  parts.error = make("p", "lada-q-error");
  parts.error.setAttribute("role", "alert");
  const answers = state.choices.length ? buildChoices(parts, state.choices, on) : buildNumber(parts, state.unit, on);
  const row = make("div", "lada-q-row");
  row.append(parts.check, parts.reveal);
  root.append(make("p", "lada-q-text", state.text), answers, row, parts.error, parts.verdict, parts.why);
  guardKeys(root);
  el.append(root);
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
    setText(parts.verdict, state.verdict ? `${MARKS[state.verdict]} ${state.says}` : "");
    setText(parts.why, state.why);
    setText(parts.error, state.error);
    parts.why.hidden = !state.why;
    parts.error.hidden = !state.error;
    parts.verdict.hidden = !state.verdict;
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
