// The stepper: layout and input only. Every word and number comes from the kernel in `state`.

const BUTTONS = [
  { name: "step", group: "one", text: "Next stage", title: "Run one stage", primary: true },
  { name: "cycle", group: "one", text: "Next cycle", title: "Run to the end of the next acquisition cycle", primary: true },
  { name: "run", group: "many", text: "Run", title: "Run this many acquisition cycles" },
  { name: "all", group: "many", text: "Run to the end", title: "Run every cycle that is left" },
  { name: "pause", group: "hold", text: "Pause", title: "Hold the running stage; nothing is lost" },
  { name: "stop", group: "hold", text: "Stop", title: "Give up the running stage; it keeps nothing and can be run again" },
];
const SLOW_MS = 1500;

function buildButton({ name, text, title, primary }) {
  const button = make("button", primary ? "lada-button lada-primary" : "lada-button", text);
  button.type = "button";
  button.title = title;
  button.dataset.command = name;
  return button;
}

function buildControls(parts) {
  const bar = make("div", "lada-controls");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Run");
  const groups = {};
  parts.buttons = {};
  for (const item of BUTTONS) {
    const group = (groups[item.group] ??= bar.appendChild(make("div", "lada-group")));
    group.append((parts.buttons[item.name] = buildButton(item)));
  }
  parts.cycles = make("input", "lada-cycles");
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

function build(el) {
  const root = make("section", "lada-stepper");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Step through the run");
  const parts = { root };
  const head = make("header", "lada-head");
  parts.about = make("span", "lada-about");
  parts.labels = make("span", "lada-labels");
  head.append(parts.about, parts.labels);
  parts.now = make("p", "lada-now");
  parts.now.setAttribute("role", "status");
  parts.left = make("span", "lada-left");
  const saying = make("div", "lada-saying");
  saying.append(parts.now, parts.left);
  parts.track = make("ol", "lada-track");
  parts.track.setAttribute("aria-label", "Stages of the cycle");
  parts.error = make("p", "lada-error");
  parts.error.setAttribute("role", "alert");
  parts.log = make("ol", "lada-log");
  parts.log.setAttribute("aria-label", "What the last stages did, newest first");
  root.append(head, buildControls(parts), parts.track, buildProgress(parts), saying, parts.error, parts.log);
  guardKeys(root);
  el.append(root);
  return parts;
}

function stageItem(stage) {
  const item = make("li", "lada-stage");
  item.dataset.stage = stage.key;
  item.dataset.status = stage.status;
  if (stage.status === "running" || stage.status === "next") item.setAttribute("aria-current", "step");
  item.title = stage.title;
  item.append(make("span", "lada-mark", stage.mark), make("span", "lada-name", stage.name), make("span", "lada-time", stage.time));
  return item;
}

function logItem(entry) {
  const item = make("li", "lada-entry");
  item.append(make("span", "lada-where", entry.where), make("span", "lada-what", entry.text));
  return item;
}

/** Replaces a list only when it has changed: the state comes ten times a second while a stage runs. */
function fill(list, entries, item) {
  const key = JSON.stringify(entries);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...entries.map(item));
}

function showProgress(parts, state) {
  const { done, total } = state.progress ?? { done: 0, total: 0 };
  const share = total > 0 ? Math.min(1, done / total) : 0;
  parts.fill.style.width = `${100 * share}%`;
  parts.bar.setAttribute("aria-valuemin", "0");
  parts.bar.setAttribute("aria-valuemax", String(total || 1));
  parts.bar.setAttribute("aria-valuenow", String(done));
  setText(parts.amount, state.amount);
  setText(parts.left, state.left);
}

function show(parts, state) {
  setText(parts.about, state.about);
  setText(parts.labels, state.labels);
  setText(parts.now, state.now);
  setText(parts.error, state.error);
  parts.error.hidden = !state.error;
  const paused = state.run_state === "paused";
  const hold = parts.buttons.pause;
  hold.dataset.command = paused ? "resume" : "pause";
  setText(hold, paused ? "Resume" : "Pause");
  hold.title = paused ? "Go on where it was held" : "Hold the running stage; nothing is lost";
  // aria-disabled keeps the focus where it is; a truly disabled button drops it, and the next key goes to the cell.
  for (const button of Object.values(parts.buttons)) {
    button.setAttribute("aria-disabled", String(!state.can[button.dataset.command]));
    button.classList.remove("lada-asked");
  }
  fill(parts.track, state.stages, stageItem);
  fill(parts.log, state.log, logItem);
  showProgress(parts, state);
  parts.root.dataset.state = state.run_state;
  parts.root.dataset.rev = state.revision;
  delete parts.root.dataset.asked;
}

function render({ model, el }) {
  const parts = build(el);
  parts.log.hidden = !model.get("log_shown");
  let slow = null;
  const draw = () => {
    clearTimeout(slow);
    show(parts, model.get("state"));
  };
  const ask = (button) => {
    if (button.getAttribute("aria-disabled") === "true") return;
    const name = button.dataset.command;
    button.classList.add("lada-asked");
    parts.root.dataset.asked = name;
    setText(parts.now, `${button.textContent}: asked …`);
    clearTimeout(slow);
    slow = setTimeout(() => setText(parts.now, "The kernel is busy; it will answer when its cell is done."), SLOW_MS);
    model.send(name === "run" ? { type: "command", name, cycles: parts.cycles.value } : { type: "command", name });
  };
  for (const button of Object.values(parts.buttons)) button.addEventListener("click", () => ask(button));
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
