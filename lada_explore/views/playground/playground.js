// The playground: controls, play and drawing by hand. What is drawn of a run stands in run_panel.js.

import { withKernel } from "../base/kernel.js";
import { fillSelect, make, setText } from "../base/page.js";
import { pairView, writeSentences } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { onThemeChange } from "../base/theme.js";
import { numbers } from "../base/wire.js";
import { drawAccuracy } from "./accuracy.js";
import { buildControls, fillSketch } from "./controls.js";
import { makeRunPanel } from "./run_panel.js";

const TICK_MS = 60;
const SLOW_MS = 1500; // an answer that takes longer is said to be under way; see showAsked
const THEME_MS = 400; // until the style sheets of a new theme are there
const SPRAY = 0.09;

function render({ model, el }) {
  const parts = pairView(el, "lada-playground", "Playground");
  const panels = [];
  let draws = null;
  let playing = 0;
  let asked = { revision: -1, at: 0 };
  let sketch = null;
  let slow = null;
  /** The button that was pressed, until the kernel answers: it may have a cell to finish first. */
  const showAsked = (made) => {
    forgetAsked();
    if (!made) return;
    made.classList.add("lada-asked");
    parts.root.setAttribute("aria-busy", "true");
    setText(parts.place, `${made.textContent.replace(/[^\p{L} ]/gu, "").trim()}: asked …`);
    slow = setTimeout(() => setText(parts.place, "The kernel is busy; it will answer when its cell is done."), SLOW_MS);
  };
  const forgetAsked = () => {
    clearTimeout(slow);
    for (const made of parts.root.querySelectorAll(".lada-asked")) made.classList.remove("lada-asked");
    parts.root.removeAttribute("aria-busy");
  };
  const ask = (message, made = null) => {
    asked = { revision: model.get("state").revision, at: performance.now() };
    showAsked(made);
    model.send(message);
  };
  const begin = (extra = {}) => {
    hold();
    sketch = null;
    ask(
      {
        type: "begin",
        dataset: parts.dataset.value,
        method: parts.method.value,
        compare_method: parts.compare_method.value,
        seed: parts.seed.value,
        ...extra,
      },
      parts.reset,
    );
  };
  const hold = () => {
    clearInterval(playing);
    playing = 0;
    setText(parts.play, "▶ Play");
    parts.play.setAttribute("aria-pressed", "false");
  };
  const play = () => {
    playing = window.setInterval(tick, TICK_MS);
    setText(parts.play, "❚❚ Pause");
    parts.play.setAttribute("aria-pressed", "true");
    asked.at = 0;
  };
  const tick = () => {
    const state = model.get("state");
    const [what, pace] = parts.pace.value.split(" ");
    if (state.complete && state.shown >= state.count) hold();
    const answered = state.revision !== asked.revision || performance.now() - asked.at > 3000;
    if (
      !playing ||
      !answered ||
      panels.some((panel) => panel.busy || panel.waiting) ||
      performance.now() - asked.at < Number(pace)
    )
      return;
    ask({ type: what });
  };
  buildControls(parts, {
    begin: () => {
      if (parts.dataset.value === "points:drawn" && !model.get("state").drawn) startSketch();
      else begin();
    },
    draw: () => (sketch ? endSketch() : startSketch()),
    back: () => {
      hold();
      ask({ type: "back" }, parts.back);
    },
    step: () => {
      hold();
      ask({ type: "step" }, parts.step);
    },
    cycle: () => {
      hold();
      ask({ type: "cycle" }, parts.cycle);
    },
    play: () => (playing ? hold() : play()),
    mode: () => panels.forEach((panel) => panel.look(parts.mode.value)),
    truth: () => ask({ type: "truth", on: parts.truth.value === "truth" }),
  });
  parts.runRow = make("div", "lada-pg-runs");
  const chart = make("div", "lada-pg-chart");
  parts.chart = shape("svg", {
    class: "lada-plot-svg",
    role: "img",
    "aria-label": "Share of the test points right, against labels",
  });
  chart.append(parts.chart);
  parts.body.append(parts.runRow, chart);

  // Drawing by hand ---

  const sketched = () => {
    const names = model.get("state").palette;
    fillSketch(parts, sketch, names, {
      label: (label) => {
        sketch.label = label;
        sketched();
      },
      brush: () => {
        sketch.brush = sketch.brush > 1 ? 1 : 12;
        sketched();
      },
      undo: () => {
        sketch.points.splice(sketch.points.length - (sketch.strokes.pop() ?? 0));
        sketched();
      },
      clear: () => {
        sketch.points = [];
        sketch.strokes = [];
        sketched();
      },
      use: () => {
        const points = sketch.points;
        endSketch();
        begin({ dataset: "points:drawn", points });
      },
      cancel: () => endSketch(),
    });
    panels[0]?.parts.plane.draw({
      x: sketch.points.map(([x]) => x),
      y: sketch.points.map(([, y]) => y),
      field: null,
      pairs: null,
      chosen: -1,
      asked: [],
      candidates: [],
      labelled: { ids: sketch.points.map((_, id) => id), labels: sketch.points.map(([, , label]) => label), fresh: 0 },
      cross: sketch.cross,
      current: -1,
      highest: 0,
      fallKey: "",
      label: `${sketch.points.length} points drawn`,
    });
  };
  const stroke = (x, y) => {
    if (!sketch) return;
    sketch.cross = [x, y];
    const spread = () =>
      sketch.brush > 1
        ? SPRAY * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
        : 0;
    const put = (value) => Math.round(1e4 * Math.min(1, Math.max(-1, value + spread()))) / 1e4;
    for (let n = 0; n < sketch.brush; n += 1) sketch.points.push([put(x), put(y), sketch.label]);
    sketch.strokes.push(sketch.brush);
    sketched();
  };
  const startSketch = () => {
    hold();
    sketch = { points: [], strokes: [], label: 0, brush: 12, cross: [0, 0] };
    show();
    sketched();
    parts.sketch.querySelector("button").focus();
  };
  const endSketch = () => {
    sketch = null;
    parts.dataset.value = model.get("state").choice.dataset;
    panels.forEach((panel) => panel.parts.plane.again());
    show();
  };

  parts.root.addEventListener("keydown", (event) => {
    if (event.target.matches("select, input")) return;
    const label = Number(event.key) - 1;
    if (sketch) {
      const move = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[
        event.key
      ];
      if (move) {
        sketch.cross = sketch.cross.map((at, axis) => Math.min(1, Math.max(-1, at + move[axis])));
        sketched();
        event.preventDefault();
      } else if (event.key === "Enter" && !event.target.matches("button")) stroke(...sketch.cross);
      else if (label >= 0 && label < model.get("state").palette.length) {
        sketch.label = label;
        sketched();
        parts.root.focus();
      }
    } else if (label >= 0) panels.find((panel) => panel.waiting)?.answer(label);
  });

  // What the kernel shows ---

  const show = () => {
    const state = model.get("state");
    writeSentences(parts, {
      ...state,
      title: state.runs ? "Playground" : "",
      message: state.runs ? "" : "The playground is opening.",
    });
    parts.root.dataset.rev = state.revision;
    if (!state.runs) return;
    fillSelect(
      parts.dataset,
      state.datasets.map(({ name, text }) => [name, text]),
      state.choice.dataset,
    );
    fillSelect(
      parts.method,
      state.methods.map((name) => [name, name]),
      state.choice.method,
    );
    fillSelect(
      parts.compare_method,
      [["", "nothing"], ...state.methods.map((name) => [name, name])],
      state.choice.compare_method,
    );
    if (document.activeElement !== parts.seed) parts.seed.value = state.choice.seed;
    parts.truth.value = state.choice.by_truth ? "truth" : "person";
    while (panels.length > state.runs.length) {
      const gone = panels.pop();
      gone.stop();
      gone.parts.root.remove();
    }
    while (panels.length < state.runs.length) {
      const panel = makeRunPanel(parts.runRow, panels.length, ask);
      panel.parts.onPlace = stroke;
      panels.push(panel);
    }
    parts.runRow.dataset.runs = panels.length;
    parts.root.dataset.sketching = String(Boolean(sketch));
    parts.sketch.hidden = !sketch;
    if (sketch) return;
    draws ??= readDraws();
    state.runs.forEach((run, place) =>
      panels[place].show(run, { classes: state.classes, draws, mode: parts.mode.value }),
    );
    drawAccuracy(
      parts.chart,
      panels.map((panel) => panel.run),
      Math.min(720, parts.runRow.clientWidth),
    );
    const ended = state.complete && state.shown >= state.count;
    const waiting = panels.some((panel) => panel.waiting) && state.shown >= state.count;
    parts.back.setAttribute("aria-disabled", String(state.shown === 0));
    for (const made of [parts.step, parts.cycle]) made.setAttribute("aria-disabled", String(ended || waiting));
    const words =
      state.shown < state.count ? `stage ${state.shown} of ${state.count}, looking back` : `stage ${state.shown}`;
    forgetAsked();
    setText(parts.place, ended ? `${words}, the last one` : words);
    parts.root.dataset.shown = state.shown;
    parts.root.dataset.count = state.count;
  };
  const readDraws = () => {
    const sent = model.get("draws");
    return { tau: numbers(sent.tau), lam: numbers(sent.lam) };
  };
  const freshDraws = () => {
    draws = readDraws();
  };

  let width = 0;
  const resizer = new ResizeObserver(() => {
    if (parts.runRow.clientWidth === width) return;
    width = parts.runRow.clientWidth;
    panels.forEach((panel) => panel.again());
    show();
    if (sketch) sketched();
  });
  resizer.observe(parts.runRow);
  let settled = null;
  const repaint = () => {
    panels.forEach((panel) => panel.again());
    if (sketch) sketched();
  };
  const forgetTheme = onThemeChange(() => {
    clearTimeout(settled);
    repaint();
    settled = setTimeout(repaint, THEME_MS);
  });
  model.on("change:state", show);
  model.on("change:draws", freshDraws);
  model.kernel.onGone(forgetAsked);
  show();
  return () => {
    hold();
    clearTimeout(slow);
    resizer.disconnect();
    forgetTheme();
    clearTimeout(settled);
    panels.forEach((panel) => panel.stop());
    model.off("change:state", show);
    model.off("change:draws", freshDraws);
  };
}

export default withKernel({ render });
