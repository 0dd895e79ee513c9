// The stepper: layout and input only. Every word and number comes from the kernel in `state`.

import { withKernel } from "../base/kernel.js";
import {
  announced,
  button,
  make,
  progressBar,
  refill,
  setAttributes,
  setText,
  setWithCode,
  showProgress,
  showText,
  viewRoot,
  withCode,
} from "../base/page.js";

/** @import { Given } from "../base/kernel.js" */

/** @typedef {{ key: string, name: string, title: string, status: string, mark: string, time: string }} StageView */

/** @typedef {{ where: string, text: string }} LogEntry */

/**
 * The stepper's whole picture.
 *
 * @typedef {object} StepperState
 * @property {number} revision
 * @property {string} run_state
 * @property {string} about
 * @property {string} labels
 * @property {number} [cycles_left]
 * @property {string} now
 * @property {string[]} notes
 * @property {{ title: string, notes: string[] }} images
 * @property {string} error
 * @property {string} amount
 * @property {string} left
 * @property {{ done: number, total: number } | null} progress
 * @property {StageView[]} stages
 * @property {LogEntry[]} log
 * @property {Record<string, boolean>} can which commands can be given
 */

/** @typedef {(pressed: HTMLButtonElement) => void} Press */

/** @typedef {ReturnType<typeof build>} Parts */

const HOLD = { command: "pause", text: "Pause", icon: "❚❚", title: "Pause the running stage; nothing is lost" };
const RESUME = { command: "resume", text: "Continue", icon: "▶", title: "Go on where it was paused" };
const ASKING = {
  step: "Asking for the next stage …",
  cycle: "Asking for the next cycle …",
  run: "Asking for these cycles …",
  all: "Asking for all cycles that are left …",
  pause: "Asking for a pause …",
  resume: "Asking to continue …",
  stop: "Asking to stop …",
};
const SLOW_MS = 1500;
const CYCLES = 5; // that are run at once, unless a person types another number

/** @param {Press} onPress */
function buildButtons(onPress) {
  /**
   * @param {string} command
   * @param {string} icon stands for the text on a narrow page
   * @param {string} text
   * @param {string} title
   */
  const command = (command, icon, text, title, className = "lada-button") => {
    const made = button(text, title, () => onPress(made), className);
    setAttributes(made, { "data-command": command, "data-icon": icon, "aria-label": text });
    return made;
  };
  const primary = "lada-button lada-primary";
  return {
    step: command("step", "▸❘", "Next stage", "Run one stage", primary),
    cycle: command("cycle", "▸▸❘", "Next cycle", "Run to the end of the next acquisition cycle", primary),
    run: command("run", "▶", "Run", "Run this many acquisition cycles"),
    all: command("all", "▶❘", "Run to the end", "Run every cycle that is left"),
    pause: command(HOLD.command, HOLD.icon, HOLD.text, HOLD.title),
    stop: command("stop", "■", "Stop", "Stop the running stage; nothing of it is kept, and it can be run again"),
  };
}

/** @param {Press} onPress */
function buildControls(onPress) {
  const controls = make("div", "lada-controls");
  setAttributes(controls, { role: "toolbar", "aria-label": "Run" });
  const buttons = buildButtons(onPress);
  const cycles = make("input", "lada-field lada-cycles");
  Object.assign(cycles, { type: "number", min: "1", step: "1", value: String(CYCLES) });
  cycles.setAttribute("aria-label", "Cycles to run");
  cycles.addEventListener("input", () => setAttributes(cycles, { "data-typed": "" }));
  const { step, cycle, run, all, pause, stop } = buttons;
  for (const together of [
    [step, cycle],
    [run, cycles, make("span", "lada-unit", "cycles"), all],
    [pause, stop],
  ]) {
    controls.appendChild(make("div", "lada-group")).append(...together);
  }
  return { controls, buttons, cycles };
}

/**
 * Sentences behind a title, which is always of one line; `show` hides it where there are none.
 *
 * @param {string} className
 */
function folded(className) {
  const box = make("details", `lada-folded ${className}`);
  const [title, list] = [make("summary"), make("ul")];
  box.append(title, list);
  const show = (/** @type {string} */ text, /** @type {string[]} */ sentences) => {
    setText(title, text);
    refill(list, sentences, () => sentences.map(withCode));
    box.hidden = sentences.length === 0;
  };
  return { box, show };
}

/** @param {HTMLElement} root */
function buildHead(root) {
  const head = make("header", "lada-head");
  const [about, labels] = [make("span", "lada-about"), make("span", "lada-labels")];
  const [notes, images] = [folded("lada-notes"), folded("lada-images")];
  head.append(about, labels, notes.box, images.box);
  root.append(head);
  return { about, labels, notes, images };
}

/** @param {HTMLElement} root */
function buildProgress(root) {
  const { bar, fill } = progressBar("Progress of the stage");
  const now = announced("lada-now");
  const [amount, left] = [make("span", "lada-amount"), make("span", "lada-left")];
  const saying = make("div", "lada-saying");
  saying.append(now, amount, left);
  root.append(bar, saying);
  return { bar, fill, now, amount, left };
}

/**
 * @param {HTMLElement} el
 * @param {Press} onPress
 */
function build(el, onPress) {
  const root = viewRoot(el, "lada-stepper", "Step through the run");
  const { controls, buttons, cycles } = buildControls(onPress);
  const top = make("div", "lada-top");
  top.append(controls);
  const head = buildHead(top);
  const track = make("ol", "lada-track");
  track.setAttribute("aria-label", "Stages of the cycle");
  root.append(top, track);
  const progress = buildProgress(root);
  const error = announced("lada-error", "alert");
  const log = make("ol", "lada-log");
  log.setAttribute("aria-label", "What the last stages did, newest first");
  root.append(error, log);
  return { root, ...head, buttons, cycles, track, ...progress, error, log };
}

/** @param {StageView} stage */
function stageItem(stage) {
  const item = make("li", "lada-stage");
  item.dataset.stage = stage.key;
  item.dataset.status = stage.status;
  if (stage.status === "running" || stage.status === "next") item.setAttribute("aria-current", "step");
  item.title = stage.time ? `${stage.title}, ${stage.time}` : stage.title;
  item.append(
    make("span", "lada-mark", stage.mark),
    make("span", "lada-name", stage.name),
    make("span", "lada-time", stage.time),
  );
  return item;
}

/** @param {LogEntry} entry */
function logItem(entry) {
  const item = make("li", "lada-entry");
  item.append(make("span", "lada-where", entry.where), make("span", "lada-what", entry.text));
  return item;
}

/**
 * Where the run is among the stages of the cycle: the one that runs or comes next, else the last one that is done.
 *
 * @param {StageView[]} stages
 */
function currentOf(stages) {
  const going = stages.findIndex(({ status }) => !["done", "todo", "skipped"].includes(status));
  return going >= 0 ? going : stages.findLastIndex(({ status }) => status === "done");
}

/** @param {StageView[]} stages */
function stageItems(stages) {
  const items = stages.map(stageItem);
  items[Math.max(0, currentOf(stages))].dataset.current = "";
  return items;
}

/**
 * @param {Parts} parts
 * @param {StepperState} state
 */
function show(parts, state) {
  setText(parts.about, state.about);
  setText(parts.labels, state.labels);
  const { cycles } = parts;
  if (!("typed" in cycles.dataset)) cycles.value = String(Math.min(CYCLES, state.cycles_left || CYCLES));
  setWithCode(parts.now, state.now);
  showText(parts.error, state.error);
  const hold = state.run_state === "paused" ? RESUME : HOLD;
  const { pause } = parts.buttons;
  pause.dataset.command = hold.command;
  setText(pause, hold.text);
  setAttributes(pause, { "data-icon": hold.icon, "aria-label": hold.text, title: hold.title });
  // aria-disabled keeps the focus where it is; a truly disabled button drops it, and the next key goes to the cell.
  for (const one of Object.values(parts.buttons)) {
    one.setAttribute("aria-disabled", String(!state.can[one.dataset.command ?? ""]));
    one.classList.remove("lada-asked");
  }
  // The state comes ten times a second while a stage runs.
  refill(parts.track, state.stages, () => stageItems(state.stages));
  parts.notes.show(
    state.notes.length > 1 ? `${state.notes.length} notes on this run` : "1 note on this run",
    state.notes,
  );
  parts.images.show(state.images.title, state.images.notes);
  refill(parts.log, state.log, () => state.log.map(logItem));
  showProgress(parts, state.progress?.done ?? 0, state.progress?.total ?? 0);
  setText(parts.amount, state.amount);
  setText(parts.left, state.left);
  parts.root.dataset.state = state.run_state;
  parts.root.dataset.rev = String(state.revision);
  delete parts.root.dataset.asked;
}

/** @param {Given<{ state: StepperState, log_shown: boolean }>} given */
function render({ model, el }) {
  const parts = build(el, (pressed) => ask(pressed));
  parts.log.hidden = !model.get("log_shown");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let slow;
  const draw = () => {
    clearTimeout(slow);
    show(parts, model.get("state"));
  };
  const ask = (/** @type {HTMLButtonElement} */ pressed) => {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    const name = /** @type {keyof typeof ASKING} */ (pressed.dataset.command);
    pressed.classList.add("lada-asked");
    parts.root.dataset.asked = name;
    setText(parts.now, ASKING[name]);
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
