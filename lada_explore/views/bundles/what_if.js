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
var groupName = () => `lada-group-${Math.random().toString(36).slice(2)}`;
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
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
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

// lada_explore/views/base/pair_parts.js
function slider(label, { min, max, step, value }, onInput) {
  const made = make("input", "lada-pair-range");
  Object.assign(made, { type: "range", min, max, step });
  made.value = value;
  made.setAttribute("aria-label", label);
  made.addEventListener("input", onInput);
  return made;
}
function thumbnail(url, alt) {
  if (!url) {
    const missing = make("span", "lada-pair-missing", "not kept");
    missing.setAttribute("role", "img");
    missing.setAttribute("aria-label", `${alt}, not kept in the record`);
    return missing;
  }
  const image = make("img", "lada-pair-thumb lada-image");
  Object.assign(image, { src: url, alt, draggable: false });
  return image;
}
function pairView(el, className, label) {
  const root = viewRoot(el, `lada-pair ${className}`, label);
  const parts = {
    root,
    title: make("p", "lada-pair-title"),
    error: announced("lada-pair-error", "alert"),
    note: make("p", "lada-pair-note"),
    message: make("p", "lada-pair-message"),
    body: make("div", "lada-pair-body"),
    caption: make("p", "lada-pair-caption")
  };
  root.append(parts.title, parts.error, parts.note, parts.message, parts.body, parts.caption);
  return parts;
}
function writeSentences(parts, state) {
  for (const name of ["title", "error", "note", "message", "caption"]) {
    showText(parts[name], state[name] ?? "");
  }
  parts.body.hidden = !state.title;
}

// lada_explore/views/what_if/what_if.js
var SEND_EVERY_MS = 100;
var AMOUNTS = ["queried", "other rule", "difference"];
function build(el, onRule) {
  const parts = pairView(el, "lada-what-if", "What if");
  parts.rules = make("fieldset", "lada-wi-rules");
  parts.rules.append(make("legend", "", "Another rule, same classifier, same candidates"));
  parts.choices = make("div", "lada-wi-choices");
  parts.tau = slider("tau of every pair", { min: 0.05, max: 5, step: 0.05, value: 2 }, onRule);
  parts.tauText = make("output", "lada-wi-amount");
  parts.seed = make("input", "lada-field lada-wi-seed");
  Object.assign(parts.seed, { type: "number", min: "0", step: "1", value: "0" });
  parts.seed.setAttribute("aria-label", "Seed of the random pairs");
  parts.seed.addEventListener("input", onRule);
  parts.tauBox = make("span", "lada-wi-extra");
  parts.tauBox.append(parts.tau, parts.tauText);
  parts.seedBox = make("label", "lada-wi-extra", "seed ");
  parts.seedBox.append(parts.seed);
  parts.rules.append(parts.choices);
  parts.headline = announced("lada-wi-headline");
  parts.overlap = make("div", "lada-wi-overlap");
  parts.overlap.setAttribute("aria-hidden", "true");
  parts.sides = ["leaving", "entering"].map((name) => {
    const side = make("div", "lada-wi-side");
    side.dataset.name = name;
    const head = make("p", "lada-wi-head");
    const images = make("ul", "lada-wi-images");
    side.append(head, images);
    return { name, side, head, images };
  });
  parts.swapped = make("div", "lada-wi-swapped");
  parts.swapped.append(...parts.sides.map(({ side }) => side));
  parts.table = make("table", "lada-wi-table");
  parts.body.append(parts.rules, parts.headline, parts.overlap, parts.swapped, parts.table);
  return parts;
}
function buildChoices(parts, rules, onRule) {
  const key = JSON.stringify(rules);
  if (parts.choices.dataset.key === key) return;
  parts.choices.dataset.key = key;
  const name = groupName();
  parts.radios = rules.map(({ kind, text }) => {
    const label = make("label", "lada-wi-rule");
    const radio = make("input");
    Object.assign(radio, { type: "radio", name, value: kind });
    radio.addEventListener("change", onRule);
    label.append(radio, make("span", "", text));
    return { kind, radio, label };
  });
  const items = parts.radios.map(({ kind, label }) => {
    const item = make("div", "lada-wi-choice");
    item.append(label);
    if (kind === "fixed") item.append(parts.tauBox);
    if (kind === "random") item.append(parts.seedBox);
    return item;
  });
  parts.choices.replaceChildren(...items);
}
function imageItem({ id, url, known, guess }) {
  const item = make("li", "lada-wi-image");
  item.dataset.id = id;
  const words = make("span", "lada-wi-words");
  words.append(classWords({ known, guess }), make("span", "lada-wi-id", `id ${id}`));
  item.append(thumbnail(url, `image ${id}`), words);
  return item;
}
function showSide({ name, head, images }, { count, images: shown }) {
  const words = name === "leaving" ? "▼ would leave" : "▲ would enter";
  const left = count > shown.length ? `, ${shown.length} drawn` : "";
  setText(head, `${words}: ${count.toLocaleString("en")}${left}`);
  images.replaceChildren(...shown.map(imageItem));
}
function amountCell(amount, place) {
  const cell = make("td", "", amount);
  cell.dataset.what = AMOUNTS[place];
  return cell;
}
function showTable(table, rows) {
  const head = make("tr");
  for (const text of ["mean", ...AMOUNTS]) head.append(make("th", "", text));
  const lines = rows.map(([what, ...amounts]) => {
    const line = make("tr");
    line.append(make("th", "", what), ...amounts.map(amountCell));
    return line;
  });
  table.replaceChildren(head, ...lines);
}
function render({ model, el }) {
  let timer = null;
  const chosen = () => parts.radios.find(({ radio }) => radio.checked)?.kind;
  const send = () => {
    timer = null;
    model.send({ type: "rule", kind: chosen(), tau: Number(parts.tau.value), seed: parts.seed.value });
  };
  const showInputs = () => {
    setText(parts.tauText, `tau ${Number(parts.tau.value).toFixed(2)}`);
    parts.tauBox.hidden = chosen() !== "fixed";
    parts.seedBox.hidden = chosen() !== "random";
  };
  const onRule = () => {
    showInputs();
    timer ??= setTimeout(send, SEND_EVERY_MS);
  };
  const parts = build(el, onRule);
  const draw = () => {
    const state = model.get("state");
    writeSentences(parts, state);
    parts.root.dataset.rev = state.revision;
    if (!state.title) return;
    buildChoices(parts, state.rules, onRule);
    if (timer === null) {
      parts.tau.max = state.tau_end;
      parts.tau.value = state.rule.tau;
      if (document.activeElement !== parts.seed) parts.seed.value = state.rule.seed;
      for (const { kind, radio } of parts.radios) radio.checked = kind === state.rule.kind;
    }
    showInputs();
    setText(parts.headline, state.headline);
    parts.overlap.style.setProperty("--kept", `${100 * state.kept / Math.max(1, state.total)}%`);
    parts.root.dataset.kept = state.kept;
    parts.root.dataset.rule = state.rule.kind;
    parts.swapped.hidden = state.kept === state.total;
    for (const side of parts.sides) showSide(side, state[side.name]);
    showTable(parts.table, state.numbers);
  };
  model.on("change:state", draw);
  draw();
  return () => {
    clearTimeout(timer);
    model.off("change:state", draw);
  };
}
var what_if_default = withKernel({ render });
export {
  what_if_default as default
};
