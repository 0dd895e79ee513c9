// The playground: controls, play and drawing by hand. What is drawn in a lane stands in playground_lane.js.

const TICK_MS = 60;
const SLOW_MS = 1500; // an answer that takes longer is said to be under way; see showAsked
const THEME_MS = 400; // until the style sheets of a new theme are there
const SPRAY = 0.09;

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

function fillSelect(select, entries, value) {
  const key = JSON.stringify(entries);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...entries.map(([name, text]) => Object.assign(make("option", "", text), { value: name })));
  }
  select.value = value;
}

function buildControls(parts, on) {
  const choices = make("div", "lada-pg-row");
  parts.dataset = chooser("Data set", on.begin);
  parts.method = chooser("Method", on.begin);
  parts.rival = chooser("Compare with", on.begin);
  parts.seed = Object.assign(make("input", "lada-pg-seed"), { type: "number", min: "0", step: "1" });
  parts.seed.setAttribute("aria-label", "Seed");
  parts.seed.addEventListener("change", on.begin);
  parts.reset = button("Reset", "Begin anew with these choices; the run before stays on disk", on.begin);
  parts.draw = button("Draw points", "Put points of your own on the plane", on.draw);
  choices.append(field("Data", parts.dataset), field("Method", parts.method), field("Beside it", parts.rival), field("Seed", parts.seed), parts.reset, parts.draw);

  const steps = make("div", "lada-pg-row");
  steps.setAttribute("role", "toolbar");
  steps.setAttribute("aria-label", "Step through the run");
  parts.back = button("◀ Back", "The stage before; nothing is undone", on.back);
  parts.step = button("Step ▶", "The next stage", on.step);
  parts.cycle = button("Cycle ▶▶", "To the end of the cycle", on.cycle);
  parts.play = button("▶ Play", "Step by itself", on.play);
  parts.pace = chooser("Pace", () => {});
  fillSelect(parts.pace, [["step 1500", "a stage in 1.5 s"], ["step 400", "a stage in 0.4 s"], ["cycle 700", "a cycle in 0.7 s"]], "step 1500");
  parts.mode = chooser("Background", on.mode);
  fillSelect(parts.mode, [["classes", "Classes, paler where less sure"], ["entropy", "Predictive entropy"]], "classes");
  parts.truth = chooser("Who answers", on.truth);
  fillSelect(parts.truth, [["truth", "The truth"], ["person", "I do"]], "truth");
  parts.place = make("output", "lada-pg-place");
  steps.append(parts.back, parts.step, parts.cycle, parts.play, parts.pace, field("Background", parts.mode), field("Who answers", parts.truth), parts.place);

  parts.sketch = make("div", "lada-pg-row lada-pg-sketch");
  parts.sketch.setAttribute("role", "group");
  parts.sketch.setAttribute("aria-label", "Draw points");
  parts.body.append(choices, steps, parts.sketch);
}

function fillSketch(parts, sketch, names, on) {
  const classes = names.map((name, label) => {
    const made = button(name, `Draw ${name} points (key ${label + 1})`, () => on.label(label));
    made.prepend(classIcon(label));
    made.setAttribute("aria-pressed", String(label === sketch.label));
    return made;
  });
  const brush = button(sketch.brush > 1 ? `${sketch.brush} a click` : "1 a click", "How many points a click puts down", on.brush);
  const use = button("Use these points", "Begin a run on them", on.use);
  const words = `${sketch.points.length} points. Click the plane, or move the cross with the arrow keys and press Enter.`;
  const held = parts.sketch.contains(document.activeElement) ? document.activeElement.textContent : null;
  const all = [...classes, brush, button("Undo", "Take the last click back", on.undo), button("Clear", "Take all points away", on.clear), use, button("Cancel", "Back to the run", on.cancel)];
  parts.sketch.replaceChildren(...all, make("span", "lada-pg-count", words));
  if (held) all.find((made) => made.textContent === held)?.focus();
}

/** Accuracy against labels, a line for each lane. */
function drawAccuracy(svg, lanes, width) {
  const shown = lanes.filter(({ accuracy }) => accuracy.labels.length);
  svg.parentElement.hidden = !shown.length;
  if (!shown.length || width < 160) return;
  const labels = shown.flatMap(({ accuracy }) => accuracy.labels);
  const shares = shown.flatMap(({ accuracy }) => accuracy.share);
  const low = Math.min(0.5, ...shares);
  const plot = drawAxes(svg, {
    width, height: 170, x: [Math.min(...labels) - 2, Math.max(...labels, Math.min(...labels) + 16) + 2], y: [low, 1.02],
    xTitle: "labels", yTitle: "share right",
  });
  shown.forEach(({ method, accuracy }, place) => {
    const [xs, ys] = [accuracy.labels.map(plot.toX), accuracy.share.map(plot.toY)];
    plot.layer.append(shape("path", { class: "lada-class", "data-look": place, d: linePath(xs, ys) }));
    xs.forEach((x, n) => plot.layer.append(mark(MARKS[place], x, ys[n], 3.5, `lada-class-mark lada-look-${place}`)));
    const name = `${place ? "■" : "●"} ${method}`;
    plot.layer.append(shape("text", { class: `lada-class-label lada-look-${place}`, x: plot.box.right - 4, y: plot.box.bottom - 10 - 16 * place, "text-anchor": "end" }, name));
  });
}

function render({ model, el }) {
  const parts = pairView(el, "lada-playground", "Playground");
  let lanes = [];
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
    ask({ type: "begin", dataset: parts.dataset.value, method: parts.method.value, rival: parts.rival.value, seed: parts.seed.value, ...extra }, parts.reset);
  };
  const hold = () => {
    clearInterval(playing);
    playing = 0;
    setText(parts.play, "▶ Play");
    parts.play.setAttribute("aria-pressed", "false");
  };
  const play = () => {
    playing = setInterval(tick, TICK_MS);
    setText(parts.play, "❚❚ Pause");
    parts.play.setAttribute("aria-pressed", "true");
    asked.at = 0;
  };
  const tick = () => {
    const state = model.get("state");
    const [what, pace] = parts.pace.value.split(" ");
    if (state.complete && state.shown >= state.count) hold();
    const answered = state.revision !== asked.revision || performance.now() - asked.at > 3000;
    if (!playing || !answered || lanes.some((lane) => lane.busy || lane.waiting) || performance.now() - asked.at < Number(pace)) return;
    ask({ type: what });
  };
  buildControls(parts, {
    begin: () => {
      if (parts.dataset.value === "points:drawn" && !model.get("state").drawn) startSketch();
      else begin();
    },
    draw: () => (sketch ? endSketch() : startSketch()),
    back: () => { hold(); ask({ type: "back" }, parts.back); },
    step: () => { hold(); ask({ type: "step" }, parts.step); },
    cycle: () => { hold(); ask({ type: "cycle" }, parts.cycle); },
    play: () => (playing ? hold() : play()),
    mode: () => lanes.forEach((lane) => lane.look(parts.mode.value)),
    truth: () => ask({ type: "truth", on: parts.truth.value === "truth" }),
  });
  parts.laneRow = make("div", "lada-pg-lanes");
  const chart = make("div", "lada-pg-chart");
  parts.chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": "Share of the test points right, against labels" });
  chart.append(parts.chart);
  parts.body.append(parts.laneRow, chart);

  // Drawing by hand ---

  const sketched = () => {
    const names = model.get("state").palette;
    fillSketch(parts, sketch, names, {
      label: (label) => { sketch.label = label; sketched(); },
      brush: () => { sketch.brush = sketch.brush > 1 ? 1 : 12; sketched(); },
      undo: () => { sketch.points.splice(sketch.points.length - (sketch.strokes.pop() ?? 0)); sketched(); },
      clear: () => { sketch.points = []; sketch.strokes = []; sketched(); },
      use: () => {
        const points = sketch.points;
        endSketch();
        begin({ dataset: "points:drawn", points });
      },
      cancel: () => endSketch(),
    });
    lanes[0]?.parts.plane.draw({
      x: sketch.points.map(([x]) => x), y: sketch.points.map(([, y]) => y), field: null, pairs: null, chosen: -1, asked: [], candidates: [],
      labelled: { ids: sketch.points.map((_, id) => id), labels: sketch.points.map(([, , label]) => label), fresh: 0 },
      cross: sketch.cross, current: -1, highest: 0, fallKey: "", label: `${sketch.points.length} points drawn`,
    });
  };
  const stroke = (x, y) => {
    if (!sketch) return;
    sketch.cross = [x, y];
    const spread = () => (sketch.brush > 1 ? SPRAY * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()) : 0);
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
    lanes.forEach((lane) => lane.parts.plane.again());
    show();
  };

  parts.root.addEventListener("keydown", (event) => {
    if (event.target.matches("select, input")) return;
    const label = Number(event.key) - 1;
    if (sketch) {
      const move = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
      if (move) {
        sketch.cross = sketch.cross.map((at, axis) => Math.min(1, Math.max(-1, at + move[axis])));
        sketched();
        event.preventDefault();
      } else if (event.key === "Enter" && !event.target.matches("button")) stroke(...sketch.cross);
      else if (label >= 0 && label < model.get("state").palette.length) { sketch.label = label; sketched(); parts.root.focus(); }
    } else if (label >= 0) lanes.find((lane) => lane.waiting)?.answer(label);
  });

  // What the kernel shows ---

  const show = () => {
    const state = model.get("state");
    writeSentences(parts, { ...state, title: state.lanes ? "Playground" : "", message: state.lanes ? "" : "The playground is opening." });
    parts.root.dataset.rev = state.revision;
    if (!state.lanes) return;
    fillSelect(parts.dataset, state.datasets.map(({ name, text }) => [name, text]), state.choice.dataset);
    fillSelect(parts.method, state.methods.map((name) => [name, name]), state.choice.method);
    fillSelect(parts.rival, [["", "nothing"], ...state.methods.map((name) => [name, name])], state.choice.rival);
    if (document.activeElement !== parts.seed) parts.seed.value = state.choice.seed;
    parts.truth.value = state.choice.by_truth ? "truth" : "person";
    while (lanes.length > state.lanes.length) {
      const gone = lanes.pop();
      gone.stop();
      gone.parts.root.remove();
    }
    while (lanes.length < state.lanes.length) {
      const lane = makeLane(parts.laneRow, lanes.length, ask);
      lane.parts.onPlace = stroke;
      lanes.push(lane);
    }
    parts.laneRow.dataset.lanes = lanes.length;
    parts.root.dataset.sketching = String(Boolean(sketch));
    parts.sketch.hidden = !sketch;
    if (sketch) return;
    draws ??= readDraws();
    state.lanes.forEach((lane, place) => lanes[place].show(lane, { classes: state.classes, draws, mode: parts.mode.value }));
    drawAccuracy(parts.chart, lanes.map((lane) => lane.lane), Math.min(720, parts.laneRow.clientWidth));
    const ended = state.complete && state.shown >= state.count;
    const waiting = lanes.some((lane) => lane.waiting) && state.shown >= state.count;
    parts.back.setAttribute("aria-disabled", String(state.shown === 0));
    for (const made of [parts.step, parts.cycle]) made.setAttribute("aria-disabled", String(ended || waiting));
    const words = state.shown < state.count ? `stage ${state.shown} of ${state.count}, looking back` : `stage ${state.shown}`;
    forgetAsked();
    setText(parts.place, ended ? `${words}, the last one` : words);
    parts.root.dataset.shown = state.shown;
    parts.root.dataset.count = state.count;
  };
  const readDraws = () => {
    const sent = model.get("draws");
    return { tau: numbers(sent.tau), lam: numbers(sent.lam) };
  };
  const freshDraws = () => { draws = readDraws(); };

  let width = 0;
  const resizer = new ResizeObserver(() => {
    if (parts.laneRow.clientWidth === width) return;
    width = parts.laneRow.clientWidth;
    lanes.forEach((lane) => lane.again());
    show();
    if (sketch) sketched();
  });
  resizer.observe(parts.laneRow);
  let settled = null;
  const repaint = () => {
    lanes.forEach((lane) => lane.again());
    if (sketch) sketched();
  };
  const themes = new MutationObserver(() => {
    clearTimeout(settled);
    repaint();
    settled = setTimeout(repaint, THEME_MS);
  });
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  model.on("change:state", show);
  model.on("change:draws", freshDraws);
  model.kernel.onGone(forgetAsked);
  show();
  return () => {
    hold();
    clearTimeout(slow);
    resizer.disconnect();
    themes.disconnect();
    clearTimeout(settled);
    lanes.forEach((lane) => lane.stop());
    model.off("change:state", show);
    model.off("change:draws", freshDraws);
  };
}

export default withKernel({ render });
