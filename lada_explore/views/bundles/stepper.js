/* Written by `make page` from the files beside the views; change those instead. */
// lada_explore/views/base/page.js
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
function button(text, title, onClick, className = "lada-pair-button") {
  const made = make("button", className, text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", onClick);
  return made;
}
function viewRoot(el, className, label = "") {
  const root = make("section", `${className} lada-view`);
  if (label) setAttributes(root, { role: "group", "aria-label": label });
  guardKeys(root);
  el.append(root);
  return root;
}
function announced(className, role = "status") {
  const made = make("p", className);
  made.setAttribute("role", role);
  return made;
}
function showText(element, text) {
  setText(element, text);
  element.hidden = !text;
}
function refill(element, key, build2) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build2());
  return true;
}
function guardKeys(root) {
  root.tabIndex = -1;
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark = (event) => {
    const view = held.deref();
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (view.contains(event.target))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", mark, true);
}
function keepFocus(root) {
  let held = null;
  const usable = (element) => root.contains(element) && !element.disabled && element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
  const look = () => {
    if (held === null || held === root || usable(held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", (event) => held = event.target);
  root.addEventListener("focusout", (event) => {
    const left = event.target;
    if (event.relatedTarget) held = null;
    else setTimeout(() => held = held === left && document.activeElement !== left ? null : held, 0);
  });
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["hidden", "style", "class", "disabled"]
  });
}

// lada_explore/views/base/kernel.js
var RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
var ENDED = "The kernel has ended: start it again and run this cell.";
var LEFT = "The kernel of this page has ended: load the page again.";
var NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
var UNCONNECTED = "jupyter-widgets-disconnected";
var CONTROLS = "button, input, select, textarea";
function kernelOf(model, el) {
  const manager = model.widget_manager;
  const session = manager?.context?.sessionContext;
  const callbacks = [];
  const kernel = {
    gone: el.classList.contains(UNCONNECTED) ? NEVER : "",
    onGone: (callback) => callbacks.push(callback)
  };
  const lose = (sentence) => {
    if (kernel.gone) return;
    kernel.gone = manager && !session ? LEFT : sentence;
    for (const callback of callbacks) callback();
  };
  const first = manager?.kernel?.id;
  const onStatus = () => {
    const now = manager.kernel;
    const status = now?.status ?? session?.kernelDisplayStatus;
    if (["restarting", "autorestarting"].includes(status)) lose(RESTARTED);
    else if (!now || ["dead", "terminating"].includes(status)) lose(ENDED);
    else if (first && now.id !== first) lose(RESTARTED);
  };
  const marked = new MutationObserver(() => {
    if (el.classList.contains(UNCONNECTED)) lose(RESTARTED);
  });
  marked.observe(el, { attributes: true, attributeFilter: ["class"] });
  const signals = first ? [session?.statusChanged ?? manager.kernel.statusChanged, session?.kernelChanged].filter(Boolean) : [];
  for (const signal of signals) signal.connect(onStatus);
  kernel.stop = () => {
    marked.disconnect();
    for (const signal of signals) signal.disconnect(onStatus);
  };
  return kernel;
}
function guardedModel(model, kernel) {
  return {
    kernel,
    widget_manager: model.widget_manager,
    get: (name) => model.get(name),
    set: (...values) => model.set(...values),
    save_changes: () => model.save_changes(),
    on: (...to) => model.on(...to),
    off: (...to) => model.off(...to),
    send: (...message) => {
      if (kernel.gone) return;
      try {
        model.send(...message);
      } catch {
      }
    }
  };
}
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    for (const control of el.querySelectorAll(CONTROLS)) {
      if (!control.closest("[data-alone]")) control.disabled = true;
    }
    if (held && !el.contains(document.activeElement)) el.querySelector("[tabindex]")?.focus({ preventScroll: true });
  };
  const deaf = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("[data-alone]")) return;
    event.stopImmediatePropagation();
  };
  for (const type of ["keydown", "keypress", "keyup"]) el.addEventListener(type, deaf, true);
  const more = new MutationObserver(off);
  more.observe(el, { childList: true, subtree: true });
  off();
  return () => {
    more.disconnect();
    for (const type of ["keydown", "keypress", "keyup"]) el.removeEventListener(type, deaf, true);
  };
}
function renewPlain(model) {
  const renewed = model.get("renewed") ?? {};
  const cells = model.widget_manager?.context?.model?.cells;
  if (!cells || !Object.keys(renewed).length) return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place++) {
      const output = outputs.get(place).toJSON();
      const html = [output.data?.["text/html"] ?? ""].flat().join("");
      const [name] = Object.keys(renewed).filter((one) => html.includes(`data-name="${one}"`));
      if (name && html !== renewed[name]["text/html"]) outputs.set(place, { ...output, data: renewed[name] });
    }
  }
}
function connectLate(model) {
  let own;
  const found = (changed) => {
    own = changed;
  };
  model.on("change:late", found);
  model.set("late", true);
  model.off("change:late", found);
  own?.unset("late", { silent: true });
  const handle = own && Object.getPrototypeOf(own.constructor.prototype)._handle_comm_msg;
  if (!handle || !own.comm) return;
  own._handle_comm_msg({ content: { data: {} } }).catch(() => own.comm.send({ method: "request_state" }));
  own.comm.on_msg((message) => handle.call(own, message));
}
function withKernel({ initialize, render: render2 }, { says = true } = {}) {
  const view = {
    render(given) {
      const { model, el } = given;
      const kernel = kernelOf(model, el);
      let on = () => {
      };
      const sayGone = () => {
        if (says) {
          const note = make("p", "lada-no-kernel", kernel.gone);
          note.setAttribute("role", "status");
          el.prepend(note);
        }
        el.classList.add("lada-without-kernel");
        on = switchOff(el);
      };
      kernel.onGone(sayGone);
      const renew = () => renewPlain(model);
      model.on("change:renewed", renew);
      renew();
      const close = render2({ ...given, model: guardedModel(model, kernel) });
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        on();
        close?.();
      };
    }
  };
  view.initialize = (given) => {
    connectLate(given.model);
    return initialize?.({ ...given, model: guardedModel(given.model, { gone: "", onGone() {
    } }) });
  };
  return view;
}

// lada_explore/views/stepper/stepper.js
var BUTTONS = [
  { name: "step", group: "one", text: "Next stage", title: "Run one stage", primary: true },
  {
    name: "cycle",
    group: "one",
    text: "Next cycle",
    title: "Run to the end of the next acquisition cycle",
    primary: true
  },
  { name: "run", group: "many", text: "Run", title: "Run this many acquisition cycles" },
  { name: "all", group: "many", text: "Run to the end", title: "Run every cycle that is left" },
  { name: "pause", group: "hold", text: "Pause", title: "Pause the running stage; nothing is lost" },
  {
    name: "stop",
    group: "hold",
    text: "Stop",
    title: "Stop the running stage; nothing of it is kept, and it can be run again"
  }
];
var SLOW_MS = 1500;
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
    const group = groups[item.group] ??= bar.appendChild(make("div", "lada-group"));
    group.append(parts.buttons[item.name] = buildButton(item, onPress));
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
    make("span", "lada-time", stage.time)
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
  for (const one of Object.values(parts.buttons)) {
    one.setAttribute("aria-disabled", String(!state.can[one.dataset.command]));
    one.classList.remove("lada-asked");
  }
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
  model.kernel.onGone(draw);
  draw();
  return () => {
    clearTimeout(slow);
    model.off("change:state", draw);
  };
}
var stepper_default = withKernel({ render });
export {
  stepper_default as default
};
