// What drives the playground, and what points are drawn with.

import { button, fillSelect, make } from "../base/page.js";
import { classIcon } from "./plane.js";

function field(label, control) {
  const made = make("label", "lada-pg-field");
  made.append(make("span", "", label), control);
  return made;
}

function chooser(label, on) {
  const made = make("select", "lada-pg-select");
  made.setAttribute("aria-label", label);
  made.addEventListener("change", on);
  return made;
}

export function buildControls(parts, on) {
  const choices = make("div", "lada-pg-row");
  parts.dataset = chooser("Data set", on.begin);
  parts.method = chooser("Method", on.begin);
  parts.compare_method = chooser("Compare with", on.begin);
  parts.seed = Object.assign(make("input", "lada-pg-seed"), { type: "number", min: "0", step: "1" });
  parts.seed.setAttribute("aria-label", "Seed");
  parts.seed.addEventListener("change", on.begin);
  parts.reset = button("Reset", "Begin anew with these choices; the run before stays on disk", on.begin);
  parts.draw = button("Draw points", "Put points of your own on the plane", on.draw);
  choices.append(
    field("Data", parts.dataset),
    field("Method", parts.method),
    field("Beside it", parts.compare_method),
    field("Seed", parts.seed),
    parts.reset,
    parts.draw,
  );

  const steps = make("div", "lada-pg-row");
  steps.setAttribute("role", "toolbar");
  steps.setAttribute("aria-label", "Step through the run");
  parts.back = button("◀ Back", "The stage before; nothing is undone", on.back);
  parts.step = button("Step ▶", "The next stage", on.step);
  parts.cycle = button("Cycle ▶▶", "To the end of the cycle", on.cycle);
  parts.play = button("▶ Play", "Step by itself", on.play);
  parts.pace = chooser("Pace", () => {});
  fillSelect(
    parts.pace,
    [
      ["step 1500", "a stage in 1.5 s"],
      ["step 400", "a stage in 0.4 s"],
      ["cycle 700", "a cycle in 0.7 s"],
    ],
    "step 1500",
  );
  parts.mode = chooser("Background", on.mode);
  fillSelect(
    parts.mode,
    [
      ["classes", "Classes, paler where less sure"],
      ["entropy", "Predictive entropy"],
    ],
    "classes",
  );
  parts.truth = chooser("Who answers", on.truth);
  fillSelect(
    parts.truth,
    [
      ["truth", "The truth"],
      ["person", "I do"],
    ],
    "truth",
  );
  parts.place = make("output", "lada-pg-place");
  steps.append(
    parts.back,
    parts.step,
    parts.cycle,
    parts.play,
    parts.pace,
    field("Background", parts.mode),
    field("Who answers", parts.truth),
    parts.place,
  );

  parts.sketch = make("div", "lada-pg-row lada-pg-sketch");
  parts.sketch.setAttribute("role", "group");
  parts.sketch.setAttribute("aria-label", "Draw points");
  parts.body.append(choices, steps, parts.sketch);
}

export function fillSketch(parts, sketch, names, on) {
  const classes = names.map((name, label) => {
    const made = button(name, `Draw ${name} points (key ${label + 1})`, () => on.label(label));
    made.prepend(classIcon(label));
    made.setAttribute("aria-pressed", String(label === sketch.label));
    return made;
  });
  const brush = button(
    sketch.brush > 1 ? `${sketch.brush} a click` : "1 a click",
    "How many points a click puts down",
    on.brush,
  );
  const use = button("Use these points", "Begin a run on them", on.use);
  const words = `${sketch.points.length} points. Click the plane, or move the cross with the arrow keys and press Enter.`;
  const held = parts.sketch.contains(document.activeElement) ? document.activeElement.textContent : null;
  const all = [
    ...classes,
    brush,
    button("Undo", "Take the last click back", on.undo),
    button("Clear", "Take all points away", on.clear),
    use,
    button("Cancel", "Back to the run", on.cancel),
  ];
  parts.sketch.replaceChildren(...all, make("span", "lada-pg-count", words));
  if (held) all.find((made) => made.textContent === held)?.focus();
}
