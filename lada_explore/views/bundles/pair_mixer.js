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
  const mark2 = (event) => {
    const view = held.deref();
    if (!view) window.removeEventListener("keydown", mark2, true);
    else if (view.contains(event.target))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", mark2, true);
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
function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

// lada_explore/views/base/glyphs.js
var WIDE = 2 / Math.sqrt(3);
var ARM = 0.4;
var even = (n, turn) => Array.from({ length: n }, (_, k) => [Math.cos(turn + 2 * Math.PI * k / n), Math.sin(turn + 2 * Math.PI * k / n)]);
var CORNERS = {
  square: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1]
  ],
  diamond: [
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
    [0, -1.3]
  ],
  triangle: [
    [0, -1.2],
    [1.2, 1],
    [-1.2, 1]
  ],
  cross: [
    [-ARM, -1.2],
    [ARM, -1.2],
    [ARM, -ARM],
    [1.2, -ARM],
    [1.2, ARM],
    [ARM, ARM],
    [ARM, 1.2],
    [-ARM, 1.2],
    [-ARM, ARM],
    [-1.2, ARM],
    [-1.2, -ARM],
    [-ARM, -ARM]
  ],
  "triangle-up": [
    [-WIDE, 0.5],
    [WIDE, 0.5],
    [0, -1]
  ],
  "triangle-down": [
    [-WIDE, -0.5],
    [WIDE, -0.5],
    [0, 1]
  ],
  "triangle-left": [
    [0.5, -WIDE],
    [0.5, WIDE],
    [-1, 0]
  ],
  "triangle-right": [
    [-0.5, -WIDE],
    [-0.5, WIDE],
    [1, 0]
  ],
  pentagon: even(5, -Math.PI / 2),
  hexagon2: even(6, 0),
  hourglass: [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1]
  ],
  bowtie: [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1]
  ]
};
function glyphPath(kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) return `M${x - half} ${y}a${half} ${half} 0 1 0 ${2 * half} 0a${half} ${half} 0 1 0 ${-2 * half} 0Z`;
  return `M${corners.map(([across, down]) => `${x + half * across} ${y + half * down}`).join("L")}Z`;
}

// lada_explore/views/base/pair_plot.js
var SVG_NS = "http://www.w3.org/2000/svg";
var MARGIN = { left: 52, right: 44, top: 10, bottom: 36 };
function shape(tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG_NS, tag);
  setAttributes(element, attributes);
  if (text) element.textContent = text;
  return element;
}
function ticksBetween(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / power % 1) > 0.1 ? 1 : 0));
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) {
    found.push({ at: n * step, text: fixed(n * step, digits) });
  }
  return found;
}
function drawAxes(svg, { width, height, x, y, xTitle, yTitle, right = null }) {
  const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const toX = (value) => box.left + (value - x[0]) / (x[1] - x[0]) * (box.right - box.left);
  const toY = (value) => box.bottom - (value - y[0]) / (y[1] - y[0]) * (box.bottom - box.top);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  for (const { at, text } of ticksBetween(...y, Math.max(2, (box.bottom - box.top) / 38))) {
    svg.append(shape("line", { class: "lada-grid", x1: box.left, x2: box.right, y1: toY(at), y2: toY(at) }));
    svg.append(shape("text", { class: "lada-tick", x: box.left - 6, y: toY(at) + 4, "text-anchor": "end" }, text));
  }
  for (const { at, text } of ticksBetween(...x, Math.max(2, (box.right - box.left) / 80))) {
    svg.append(shape("line", { class: "lada-axis", x1: toX(at), x2: toX(at), y1: box.bottom, y2: box.bottom + 4 }));
    svg.append(shape("text", { class: "lada-tick", x: toX(at), y: box.bottom + 16, "text-anchor": "middle" }, text));
  }
  svg.append(shape("path", { class: "lada-axis", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` }));
  const middle = (box.top + box.bottom) / 2;
  const centre = (box.left + box.right) / 2;
  svg.append(shape("text", { class: "lada-axis-title", x: centre, y: height - 5, "text-anchor": "middle" }, xTitle));
  svg.append(upright(yTitle, 13, middle, -90));
  if (right) drawRightAxis(svg, right, box, middle, width);
  const layer = svg.appendChild(shape("g"));
  return { box, toX, toY, layer };
}
function drawRightAxis(svg, { top, title }, box, middle, width) {
  for (const { at, text } of ticksBetween(0, top, 3)) {
    const y = box.bottom - at / top * (box.bottom - box.top);
    svg.append(shape("text", { class: "lada-tick lada-density-text", x: box.right + 5, y: y + 4 }, text));
  }
  const words = upright(title, width - 12, middle, 90);
  words.classList.add("lada-density-text");
  svg.append(words);
}
function upright(text, x, y, angle) {
  const turned = { class: "lada-axis-title", x, y, "text-anchor": "middle", transform: `rotate(${angle} ${x} ${y})` };
  return shape("text", turned, text);
}
function linePath(xs, ys) {
  let d = "";
  for (let n = 0; n < xs.length; n += 1) d += `${n ? "L" : "M"}${xs[n].toFixed(1)} ${ys[n].toFixed(1)}`;
  return d;
}
function mark(kind, x, y, size, className) {
  return shape("path", { class: className, d: glyphPath(kind, x, y, size) });
}
function interpolate(xs, ys, at) {
  let upper = 1;
  while (upper < xs.length - 1 && xs[upper] < at) upper += 1;
  const share = (at - xs[upper - 1]) / (xs[upper] - xs[upper - 1]);
  return ys[upper - 1] + Math.min(1, Math.max(0, share)) * (ys[upper] - ys[upper - 1]);
}

// lada_explore/views/base/wire.js
var TYPED = { f4: Float32Array, i4: Int32Array };
function bytesOf({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
function numbers({ array, bytes }) {
  return new TYPED[array](bytesOf(bytes));
}

// lada_explore/views/pair_mixer/charts.js
var HEIGHTS = { profile: 210, classes: 190, value: 210 };
var DENSITY_TOP = 3;
var LETTER_PX = 7;
var MARKS = ["circle", "square", "triangle", "diamond", "circle"];
function densityPath(plot, top, tau, logBeta) {
  const xs = [];
  const ys = [];
  for (let n = 0; n <= 160; n += 1) {
    const lam = 2e-3 + 0.996 * n / 160;
    const density = Math.exp((tau - 1) * Math.log(lam * (1 - lam)) - logBeta);
    xs.push(plot.toX(lam));
    ys.push(plot.box.bottom - Math.min(density, top) / top * (plot.box.bottom - plot.box.top));
  }
  const line = linePath(xs, ys);
  return `${line}L${xs.at(-1).toFixed(1)} ${plot.box.bottom}L${xs[0].toFixed(1)} ${plot.box.bottom}Z`;
}
function densityTop({ tau, log_beta: logBeta }) {
  let top = DENSITY_TOP;
  for (let n = 0; n < tau.length; n += 1) top = Math.max(top, Math.exp((tau[n] - 1) * Math.log(0.25) - logBeta[n]));
  return top;
}
function drawProfile(parts, pair, width) {
  const top = densityTop(pair.table);
  const highest = Math.max(...pair.profile) || 1;
  const lowest = Math.min(0, ...pair.profile);
  const plot = drawAxes(parts.profile, {
    width,
    height: HEIGHTS.profile,
    x: [0, 1],
    y: [lowest, lowest + 1.12 * (highest - lowest)],
    xTitle: "lam, the share of the right image",
    yTitle: `A(lam) (${pair.unit})`,
    right: { top, title: "density of lam" }
  });
  const density = plot.layer.appendChild(shape("path", { class: "lada-density" }));
  const guide = plot.layer.appendChild(shape("line", { class: "lada-guide", y1: plot.box.top, y2: plot.box.bottom }));
  const points = linePath(Array.from(pair.grid, plot.toX), Array.from(pair.profile, plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  const here = plot.layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  return { ...plot, density, guide, here, top };
}
function drawClasses(parts, pair, width) {
  parts.classes.hidden = parts.legend.hidden = !pair.probabilities.length;
  setText(parts.noClasses, pair.classes.reason);
  parts.noClasses.hidden = !pair.classes.reason;
  parts.legend.replaceChildren();
  if (!pair.probabilities.length) return null;
  const plot = drawAxes(parts.classes, {
    width,
    height: HEIGHTS.classes,
    x: [0, 1],
    y: [0, 1.02],
    xTitle: "lam",
    yTitle: "class probability"
  });
  const guide = plot.layer.appendChild(shape("line", { class: "lada-guide", y1: plot.box.top, y2: plot.box.bottom }));
  const lines = [...pair.probabilities, pair.rest];
  const xs = Array.from(pair.grid, plot.toX);
  const taken = [];
  const entries = lines.map((line, place) => {
    const rest = place === pair.probabilities.length;
    const name = rest ? "all others" : pair.classes.names[place];
    const look = rest ? "rest" : String(place);
    plot.layer.append(
      shape("path", { class: "lada-class", "data-look": look, d: linePath(xs, Array.from(line, plot.toY)) })
    );
    const dot = plot.layer.appendChild(shape("g"));
    if (!rest) labelPeak(plot, pair.grid, line, name, look, taken);
    return { line, dot, look, kind: MARKS[place % MARKS.length], value: legendItem(parts.legend, name, look, place) };
  });
  return { ...plot, guide, entries };
}
function legendItem(legend, name, look, place) {
  const item = make("li", "lada-mix-class");
  const sample = shape("svg", { width: 30, height: 12, "aria-hidden": "true" });
  sample.append(shape("path", { class: "lada-class", "data-look": look, d: "M0 6H30" }));
  sample.append(mark(MARKS[place % MARKS.length], 15, 6, 3.5, `lada-class-mark lada-look-${look}`));
  const value = make("span", "lada-mix-value");
  item.append(sample, make("span", "lada-mix-class-name", name), value);
  legend.append(item);
  return value;
}
function labelPeak(plot, grid, line, name, look, taken) {
  let peak = 0;
  for (let n = 1; n < line.length; n += 1) if (line[n] > line[peak]) peak = n;
  if (line[peak] < 0.08) return;
  const room = Math.floor((plot.box.right - plot.box.left) / (2 * LETTER_PX));
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const half = LETTER_PX * short.length / 2;
  const x = Math.min(plot.box.right - half - 4, Math.max(plot.box.left + half + 6, plot.toX(grid[peak])));
  const y = Math.max(plot.box.top + 12, plot.toY(line[peak]) + (line[peak] > 0.85 ? 16 : -7));
  if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 14)) return;
  taken.push({ x, y, half });
  plot.layer.append(
    shape("text", { class: `lada-class-label lada-look-${look}`, x, y, "text-anchor": "middle" }, short)
  );
}
function limitText(plot, x, marks) {
  const right = x < (plot.box.left + plot.box.right) / 2;
  const room = right ? plot.box.right - x : x - plot.box.left;
  const words = ["end of a learned tau", "limit"].find((text) => 6.2 * text.length + 8 < room) ?? "";
  const long = 6.2 * words.length;
  const [from, to] = right ? [x, x + long + 8] : [x - long - 8, x];
  const clear = (y2) => Math.min(200, ...marks.filter(([at]) => at > from - 24 && at < to + 24).map(([, up]) => Math.abs(up - y2)));
  const [low, middle, high] = [plot.box.bottom - 6, (plot.box.bottom + plot.box.top) / 2, plot.box.top + 12];
  const y = [low, high, middle].reduce((best, other) => clear(other) > clear(best) ? other : best);
  return shape(
    "text",
    { class: "lada-tick", x: right ? x + 4 : x - 4, y, "text-anchor": right ? "start" : "end" },
    words
  );
}
function drawValue(parts, pair, width) {
  const { tau, value } = pair.table;
  const low = Math.min(...value);
  const high = Math.max(...value);
  const room = Math.max(0.15 * (high - low), 0.02 * Math.abs(high), 1e-3);
  const end = tau[tau.length - 3];
  const plot = drawAxes(parts.value, {
    width,
    height: HEIGHTS.value,
    x: [0, end],
    y: [low - room, high + room],
    xTitle: "tau",
    yTitle: `V(tau) (${pair.unit})`
  });
  if (pair.tau_max < end * 0.999) {
    const x = plot.toX(pair.tau_max);
    plot.layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: plot.box.top, y2: plot.box.bottom }));
    plot.layer.append(
      limitText(
        plot,
        x,
        [tau.length - 2, tau.length - 1].map((at) => [plot.toX(tau[at]), plot.toY(value[at])])
      )
    );
  }
  const count = tau.length - 2;
  const xs = Array.from(tau.subarray(0, count), plot.toX);
  plot.layer.append(
    shape("path", { class: "lada-curve", d: linePath(xs, Array.from(value.subarray(0, count), plot.toY)) })
  );
  const here = plot.layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  const ends = [
    { place: count, kind: "diamond", text: "tau*", shift: 20 },
    { place: count + 1, kind: "triangle", text: "best", shift: -11 }
  ];
  for (const { place, kind, text, shift } of ends) {
    const x = plot.toX(tau[place]);
    const y = plot.toY(value[place]);
    plot.layer.append(mark(kind, x, y, 4.5, `lada-mark-${kind}`));
    const inside = Math.min(plot.box.right - 14, Math.max(plot.box.left + 16, x));
    plot.layer.append(
      shape(
        "text",
        { class: `lada-mark-text lada-mark-${kind}-text`, x: inside, y: y + shift, "text-anchor": "middle" },
        text
      )
    );
  }
  return { ...plot, here };
}

// lada_explore/views/pair_mixer/pair_mixer.js
var SWEEP_MS = 4e3;
function buildImages(parts) {
  const row = make("div", "lada-mix-images");
  parts.figures = ["other", "blend", "own"].map((name) => {
    const figure = make("figure", "lada-mix-figure");
    const canvas = make("canvas", "lada-mix-canvas");
    canvas.setAttribute("role", "img");
    const missing = make("span", "lada-mix-missing", "not kept in the record");
    const caption = make("figcaption");
    figure.dataset.name = name;
    figure.append(canvas, missing, caption);
    row.append(figure);
    return { canvas, missing, caption };
  });
  return row;
}
function build(el, on) {
  const parts = pairView(el, "lada-mixer", "Pair mixer");
  parts.choice = make("select", "lada-field lada-mix-choice");
  parts.choice.setAttribute("aria-label", "Pair, best first; ● was queried");
  parts.choice.addEventListener("change", () => on.choose(parts.choice.selectedIndex));
  parts.previous = button(
    "‹ Better",
    "The pair before it in the list",
    () => on.choose(parts.choice.selectedIndex - 1)
  );
  parts.next = button("Worse ›", "The pair after it in the list", () => on.choose(parts.choice.selectedIndex + 1));
  const chooser = make("div", "lada-mix-chooser");
  chooser.append(parts.previous, parts.choice, parts.next);
  parts.lam = slider("lam, the share of the right image", { min: 0, max: 1, step: 0.01, value: 0.5 }, on.lam);
  parts.play = button("▶ Play", "Let lam go from end to end and back", on.play);
  parts.lamText = make("output", "lada-mix-readout");
  const lamRow = make("div", "lada-mix-slide");
  lamRow.append(parts.lam);
  const lamFoot = make("div", "lada-mix-foot");
  lamFoot.append(parts.play, parts.lamText);
  parts.tau = slider("tau of Beta(tau, tau)", { min: 0, max: 1, step: 1, value: 0 }, on.tau);
  parts.tauText = make("output", "lada-mix-readout");
  parts.star = button("tau*", "The tau this pair was given", () => on.mark(-2));
  parts.best = button("best tau", "The tau that is best for this pair", () => on.mark(-1));
  const tauRow = make("div", "lada-mix-slide");
  tauRow.append(parts.tau);
  const tauFoot = make("div", "lada-mix-foot");
  tauFoot.append(parts.star, parts.best, parts.tauText);
  for (const name of Object.keys(HEIGHTS)) {
    parts[name] = shape("svg", { class: "lada-plot-svg", role: "img" });
  }
  parts.legend = make("ul", "lada-mix-legend");
  parts.noClasses = make("p", "lada-pair-message");
  parts.facts = make("dl", "lada-mix-facts");
  const left = make("div", "lada-mix-path");
  left.append(buildImages(parts), lamRow, lamFoot, parts.profile, parts.classes, parts.legend, parts.noClasses);
  const side = make("div", "lada-mix-tau");
  side.append(parts.value, tauRow, tauFoot, parts.facts);
  parts.columns = make("div", "lada-mix-columns");
  parts.columns.dataset.alone = "";
  parts.columns.append(left, side);
  parts.body.append(chooser, parts.columns);
  return parts;
}
function readPair(state) {
  const table = Object.fromEntries(["tau", "value", "log_beta"].map((name) => [name, numbers(state.table[name])]));
  return {
    ...state,
    grid: numbers(state.grid),
    profile: numbers(state.profile),
    nodes: numbers(state.nodes),
    table: { ...table, regret: state.table.regret },
    images: state.images.map((image) => ({
      ...image,
      pixels: image.pixels && new Uint8Array(bytesOf(image.pixels.bytes))
    })),
    shape: state.images.find((image) => image.pixels)?.pixels.shape ?? null,
    probabilities: state.classes.probabilities.map(numbers),
    rest: state.classes.names.length ? numbers(state.classes.rest) : null
  };
}
function paint(canvas, [channels, height, width], own, other, lam) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const size = height * width;
  for (let at = 0; at < size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (channels === 3 ? channel : 0) * size + at;
      image.data[4 * at + channel] = Math.round(lam * own[from] + (1 - lam) * other[from]);
    }
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
function altOf({ id, known, guess }) {
  return [`image ${id}`, known, guess && `guess: ${guess}`].filter(Boolean).join(", ");
}
function showImages(parts, pair, lam) {
  const [own, other] = pair.images;
  const both = Boolean(own.pixels && other.pixels);
  const drawn = [
    [other.pixels, 0, altOf(other), `lam = 0: id ${other.id}`, classWords(other)],
    [
      both,
      lam,
      `blend at lam ${fixed(lam)}`,
      `blend at lam ${fixed(lam)}`,
      make("span", "lada-mix-of", "of the images")
    ],
    [own.pixels, 1, altOf(own), `lam = 1: id ${own.id}`, classWords(own)]
  ];
  drawn.forEach(([kept, share, alt, where, words], place) => {
    const { canvas, missing, caption } = parts.figures[place];
    canvas.hidden = !kept;
    missing.hidden = Boolean(kept);
    if (kept) paint(canvas, pair.shape, own.pixels ?? other.pixels, other.pixels ?? own.pixels, share);
    canvas.setAttribute("aria-label", alt);
    caption.replaceChildren(make("span", "lada-mix-where", where), words);
  });
}
function writeFacts(parts, pair) {
  const { tau, value, regret } = pair.table;
  const unit = pair.unit;
  const at = tau.length;
  const rows = [
    [`A(1), id ${pair.images[0].id} itself`, `${fixed(pair.terms[0], 3)} ${unit}`],
    [`A(0), id ${pair.images[1].id} itself`, `${fixed(pair.terms[1], 3)} ${unit}`],
    ["score, with its look-ahead value", `${fixed(pair.terms[0] + pair.terms[1] + pair.terms[2], 3)} ${unit}`],
    [`◆ V at tau* = ${fixed(tau[at - 2], 3)}`, `${fixed(value[at - 2], 3)} ${unit}`],
    [`▲ V at the best tau = ${fixed(tau[at - 1], 3)}`, `${fixed(value[at - 1], 3)} ${unit}`],
    ["regret, best minus tau*", `${fixed(regret, 3)} ${unit}`]
  ];
  parts.facts.replaceChildren(...rows.flatMap(([what, amount]) => [make("dt", "", what), make("dd", "", amount)]));
}
function fillChoices(parts, pair) {
  refill(parts.choice, pair.choices, () => pair.choices.map(({ text }) => make("option", "", text)));
  const at = pair.choices.findIndex(({ ids }) => ids[0] === pair.pair[0] && ids[1] === pair.pair[1]);
  parts.choice.selectedIndex = at;
  parts.previous.setAttribute("aria-disabled", String(at <= 0));
  parts.next.setAttribute("aria-disabled", String(at >= pair.choices.length - 1));
}
function render({ model, el }) {
  let pair = null;
  let plots = null;
  let tauAt = 0;
  let playing = 0;
  const choose = (place) => {
    const choice = pair?.choices[place];
    if (choice) model.send({ type: "pair", ids: choice.ids });
  };
  const parts = build(el, {
    choose,
    lam: () => {
      stop();
      showLam();
    },
    play: () => playing ? stop() : play(),
    tau: () => {
      tauAt = Number(parts.tau.value);
      showTau();
    },
    mark: (fromEnd) => {
      tauAt = pair.table.tau.length + fromEnd;
      showTau();
    }
  });
  const showLam = () => {
    const lam = Number(parts.lam.value);
    const value = interpolate(pair.grid, pair.profile, lam);
    showImages(parts, pair, lam);
    const x = plots.profile.toX(lam);
    setAttributes(plots.profile.guide, { x1: x, x2: x });
    setAttributes(plots.profile.here, { cx: x, cy: plots.profile.toY(value) });
    if (plots.classes) {
      setAttributes(plots.classes.guide, { x1: x, x2: x });
      for (const { line, dot, look, kind, value: text } of plots.classes.entries) {
        const share = interpolate(pair.grid, line, lam);
        dot.replaceChildren(mark(kind, x, plots.classes.toY(share), 4, `lada-class-mark lada-look-${look}`));
        setText(text, `${(100 * share).toFixed(0)} %`);
      }
    }
    const words = `lam ${fixed(lam)}: A = ${fixed(value, 3)} ${pair.unit}`;
    setText(parts.lamText, words);
    parts.lam.setAttribute("aria-valuetext", words);
  };
  const showTau = () => {
    const { tau, value, log_beta: logBeta } = pair.table;
    plots.profile.density.setAttribute("d", densityPath(plots.profile, plots.profile.top, tau[tauAt], logBeta[tauAt]));
    setAttributes(plots.value.here, { cx: plots.value.toX(tau[tauAt]), cy: plots.value.toY(value[tauAt]) });
    const count = tau.length - 2;
    parts.tau.value = tauAt < count ? tauAt : Math.round(tau[tauAt] / tau[count - 1] * count) - 1;
    const words = `tau ${fixed(tau[tauAt], 3)}: V = ${fixed(value[tauAt], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === count));
    parts.best.setAttribute("aria-pressed", String(tauAt === count + 1));
  };
  const drawPlots = () => {
    const [left, right] = parts.columns.children;
    if (!pair || !left.clientWidth) return;
    plots = {
      profile: drawProfile(parts, pair, left.clientWidth),
      classes: drawClasses(parts, pair, left.clientWidth),
      value: drawValue(parts, pair, right.clientWidth)
    };
    showLam();
    showTau();
  };
  const stop = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    setText(parts.play, "▶ Play");
  };
  const play = () => {
    const began = performance.now() - Math.acos(1 - 2 * Number(parts.lam.value)) / Math.PI * SWEEP_MS;
    const move = (now) => {
      parts.lam.value = (1 - Math.cos((now - began) / SWEEP_MS * Math.PI)) / 2;
      showLam();
      playing = requestAnimationFrame(move);
    };
    playing = requestAnimationFrame(move);
    setText(parts.play, "❚❚ Hold");
  };
  const draw = () => {
    const state = model.get("state");
    writeSentences(parts, state);
    const before = pair && `${pair.cycle} ${pair.pair}`;
    pair = state.title ? readPair(state) : null;
    if (pair) {
      parts.profile.setAttribute("aria-label", "Acquisition along the mixing path, with the density of lam");
      parts.classes.setAttribute("aria-label", "Class probabilities along the mixing path");
      parts.value.setAttribute("aria-label", "Look-ahead value against tau");
      parts.tau.max = pair.table.tau.length - 3;
      if (before !== `${pair.cycle} ${pair.pair}`) tauAt = pair.table.tau.length - 2;
      fillChoices(parts, pair);
      writeFacts(parts, pair);
      drawPlots();
    } else stop();
    parts.root.dataset.rev = state.revision;
  };
  let width = 0;
  const resizer = new ResizeObserver(() => {
    if (parts.columns.clientWidth === width) return;
    width = parts.columns.clientWidth;
    drawPlots();
  });
  resizer.observe(parts.columns);
  model.on("change:state", draw);
  draw();
  return () => {
    stop();
    resizer.disconnect();
    model.off("change:state", draw);
  };
}
var pair_mixer_default = withKernel({ render });
export {
  pair_mixer_default as default
};
