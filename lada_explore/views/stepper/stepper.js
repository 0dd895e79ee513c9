// The stepper: layout and input only. Every word and number comes from the kernel in `state`.

import { withKernel } from "../base/kernel.js";
import { announced, button, make, refill, setAttributes, setText, showText, viewRoot } from "../base/page.js";

const BUTTONS = [
  { name: "step", group: "one", text: "Next stage", title: "Run one stage", primary: true },
  {
    name: "cycle",
    group: "one",
    text: "Next cycle",
    title: "Run to the end of the next acquisition cycle",
    primary: true,
  },
  { name: "run", group: "many", text: "Run", title: "Run this many acquisition cycles" },
  { name: "all", group: "many", text: "Run to the end", title: "Run every cycle that is left" },
  { name: "pause", group: "hold", text: "Pause", title: "Pause the running stage; nothing is lost" },
  {
    name: "stop",
    group: "hold",
    text: "Stop",
    title: "Stop the running stage; nothing of it is kept, and it can be run again",
  },
];
const SLOW_MS = 1500;

function buildButton({ name, text, title, primary = false }, onPress) {
  const made = button(text, title, () => onPress(made), primary ? "lada-button lada-primary" : "lada-button");
  made.dataset.command = name;
  return made;
}

function buildControls(parts, onPress) {
  const bar = make("div", "lada-controls");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Run");
  const groups = {};
  parts.buttons = {};
  for (const item of BUTTONS) {
    const group = (groups[item.group] ??= bar.appendChild(make("div", "lada-group")));
    group.append((parts.buttons[item.name] = buildButton(item, onPress)));
  }
  parts.cycles = make("input", "lada-field lada-cycles");
  Object.assign(parts.cycles, { type: "number", min: "1", step: "1", value: "5" });
  parts.cycles.setAttribute("aria-label", "Cycles to run");
  parts.buttons.run.after(parts.cycles, make("span", "lada-unit", "cycles"));
  return bar;
}

function buildProgress(parts) {
  const row = make("div", "lada-progress-row");
  parts.bar = make("div", "lada-progress");
  parts.bar.setAttribute("role", "progressbar");
  parts.bar.setAttribute("aria-label", "Progress of the stage");
  parts.fill = parts.bar.appendChild(make("div", "lada-fill"));
  parts.amount = make("span", "lada-amount");
  row.append(parts.bar, parts.amount);
  return row;
}

function build(el, onPress) {
  const root = viewRoot(el, "lada-stepper", "Step through the run");
  const parts = { root };
  const head = make("header", "lada-head");
  parts.about = make("span", "lada-about");
  parts.labels = make("span", "lada-labels");
  head.append(parts.about, parts.labels);
  parts.now = announced("lada-now");
  parts.left = make("span", "lada-left");
  const saying = make("div", "lada-saying");
  saying.append(parts.now, parts.left);
  parts.track = make("ol", "lada-track");
  parts.track.setAttribute("aria-label", "Stages of the cycle");
  parts.error = announced("lada-error", "alert");
  parts.log = make("ol", "lada-log");
  parts.log.setAttribute("aria-label", "What the last stages did, newest first");
  root.append(head, buildControls(parts, onPress), parts.track, buildProgress(parts), saying, parts.error, parts.log);
  return parts;
}

function stageItem(stage) {
  const item = make("li", "lada-stage");
  item.dataset.stage = stage.key;
  item.dataset.status = stage.status;
  if (stage.status === "running" || stage.status === "next") item.setAttribute("aria-current", "step");
  item.title = stage.title;
  item.append(
    make("span", "lada-mark", stage.mark),
    make("span", "lada-name", stage.name),
    make("span", "lada-time", stage.time),
  );
  return item;
}

function logItem(entry) {
  const item = make("li", "lada-entry");
  item.append(make("span", "lada-where", entry.where), make("span", "lada-what", entry.text));
  return item;
}

function showProgress(parts, state) {
  const { done, total } = state.progress ?? { done: 0, total: 0 };
  const share = total > 0 ? Math.min(1, done / total) : 0;
  parts.fill.style.width = `${100 * share}%`;
  setAttributes(parts.bar, { "aria-valuemin": 0, "aria-valuemax": total || 1, "aria-valuenow": done });
  setText(parts.amount, state.amount);
  setText(parts.left, state.left);
}

function show(parts, state) {
  setText(parts.about, state.about);
  setText(parts.labels, state.labels);
  setText(parts.now, state.now);
  showText(parts.error, state.error);
  const paused = state.run_state === "paused";
  const hold = parts.buttons.pause;
  hold.dataset.command = paused ? "resume" : "pause";
  setText(hold, paused ? "Resume" : "Pause");
  hold.title = paused ? "Continue where it was paused" : "Pause the running stage; nothing is lost";
  // aria-disabled keeps the focus where it is; a truly disabled button drops it, and the next key goes to the cell.
  for (const one of Object.values(parts.buttons)) {
    one.setAttribute("aria-disabled", String(!state.can[one.dataset.command]));
    one.classList.remove("lada-asked");
  }
  // The state comes ten times a second while a stage runs.
  refill(parts.track, state.stages, () => state.stages.map(stageItem));
  refill(parts.log, state.log, () => state.log.map(logItem));
  showProgress(parts, state);
  parts.root.dataset.state = state.run_state;
  parts.root.dataset.rev = state.revision;
  delete parts.root.dataset.asked;
}

function render({ model, el }) {
  const parts = build(el, (pressed) => ask(pressed));
  parts.log.hidden = !model.get("log_shown");
  let slow = null;
  const draw = () => {
    clearTimeout(slow);
    show(parts, model.get("state"));
  };
  const ask = (pressed) => {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    const name = pressed.dataset.command;
    pressed.classList.add("lada-asked");
    parts.root.dataset.asked = name;
    setText(parts.now, `${pressed.textContent}: asked …`);
    clearTimeout(slow);
    slow = setTimeout(() => setText(parts.now, "The kernel is busy; it will answer when its cell is done."), SLOW_MS);
    model.send(name === "run" ? { type: "command", name, cycles: parts.cycles.value } : { type: "command", name });
  };
  parts.cycles.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask(parts.buttons.run);
  });
  model.on("change:state", draw);
  model.kernel.onGone(draw); // what was asked is not answered any more
  draw();
  return () => {
    clearTimeout(slow);
    model.off("change:state", draw);
  };
}

export default withKernel({ render });
