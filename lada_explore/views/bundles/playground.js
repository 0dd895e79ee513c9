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
function refill(element, key, build) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build());
  return true;
}
function fillSelect(select, entries, value) {
  refill(
    select,
    entries,
    () => entries.map(([name, text]) => Object.assign(make("option", "", text), { value: name }))
  );
  select.value = value;
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
function addGlyph(path, kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) {
    path.moveTo(x + half, y);
    path.arc(x, y, half, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([across, down], n) => path[n ? "lineTo" : "moveTo"](x + half * across, y + half * down));
  path.closePath();
}
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

// lada_explore/views/base/theme.js
function channelsOf(text, otherwise) {
  const found = text.match(/[\d.]+/g);
  return found && found.length >= 3 ? found.slice(0, 3).map(Number) : otherwise;
}
function isDark([red, green, blue]) {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
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

// lada_explore/views/playground/accuracy.js
function drawAccuracy(svg, runs, width) {
  const shown = runs.filter(({ accuracy }) => accuracy.labels.length);
  svg.parentElement.hidden = !shown.length;
  if (!shown.length || width < 160) return;
  const labels = shown.flatMap(({ accuracy }) => accuracy.labels);
  const shares = shown.flatMap(({ accuracy }) => accuracy.share);
  const low = Math.min(0.5, ...shares);
  const plot = drawAxes(svg, {
    width,
    height: 170,
    x: [Math.min(...labels) - 2, Math.max(...labels, Math.min(...labels) + 16) + 2],
    y: [low, 1.02],
    xTitle: "labels",
    yTitle: "share right"
  });
  shown.forEach(({ method, accuracy }, place) => {
    const [xs, ys] = [accuracy.labels.map(plot.toX), accuracy.share.map(plot.toY)];
    plot.layer.append(shape("path", { class: "lada-class", "data-look": place, d: linePath(xs, ys) }));
    xs.forEach((x, n) => plot.layer.append(mark(MARKS[place], x, ys[n], 3.5, `lada-class-mark lada-look-${place}`)));
    const name = `${place ? "■" : "●"} ${method}`;
    plot.layer.append(
      shape(
        "text",
        {
          class: `lada-class-label lada-look-${place}`,
          x: plot.box.right - 4,
          y: plot.box.bottom - 10 - 16 * place,
          "text-anchor": "end"
        },
        name
      )
    );
  });
}

// lada_explore/views/base/motion.js
var between = (from, to, share) => to.map((end, axis) => from[axis] + share * (end - from[axis]));

// lada_explore/views/playground/plane.js
var CLASS_COLOURS = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [214, 180, 0]
];
var CLASS_SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
var BITS = [
  [252, 228, 140],
  [249, 174, 50],
  [229, 92, 48],
  [164, 44, 96],
  [88, 16, 110],
  [18, 6, 36]
];
var PICK_PX = 12;
var FALL_PX = 34;
var FALL_MS = 700;
var PIECES = 32;
var css = (rgb, alpha = 1) => `rgba(${rgb[0]}, ${rgb[1]}, ${rgb[2]}, ${alpha})`;
function onDark(element) {
  return !isDark(channelsOf(getComputedStyle(element).color, [0, 0, 0]));
}
function bitsColour(share, dark) {
  const at = Math.min(1, Math.max(0, dark ? 1 - share : share)) * (BITS.length - 1);
  const low = Math.min(BITS.length - 2, Math.floor(at));
  return between(BITS[low], BITS[low + 1], at - low);
}
function classPath(kind, x, y, half) {
  const path = new Path2D();
  addGlyph(path, kind, x, y, half);
  return path;
}
function classIcon(label, size = 14) {
  const canvas = make("canvas", "lada-pg-icon");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = css(CLASS_COLOURS[label % 5]);
  pen.fill(classPath(CLASS_SHAPES[label % 5], size / 2, size / 2, size * 0.36));
  return canvas;
}
function fieldImage(field2, mode, dark, paper) {
  const image = new ImageData(field2.side, field2.side);
  for (let row = 0; row < field2.side; row += 1) {
    for (let column = 0; column < field2.side; column += 1) {
      const at = row * field2.side + column;
      const share = field2.entropy[at] / field2.highest;
      const tint = between(paper, CLASS_COLOURS[field2.winner[at] % 5], 0.5 * (1 - share) ** 0.7);
      const colour = mode === "entropy" ? bitsColour(share, dark) : tint;
      image.data.set([...colour.map(Math.round), 255], 4 * ((field2.side - 1 - row) * field2.side + column));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = field2.side;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
function makePlane(parent, on) {
  const frame = make("div", "lada-pg-plane");
  const axes = shape("svg", { class: "lada-plot-svg", "aria-hidden": "true" });
  const canvas = make("canvas", "lada-pg-canvas");
  canvas.setAttribute("role", "img");
  frame.append(axes, canvas);
  parent.append(frame);
  let box = null;
  let pen = null;
  let size = 0;
  let look = null;
  let fell = { key: "", at: 0 };
  let frameRequest = 0;
  const toX = (x) => (x + 1) / 2 * size;
  const toY = (y) => (1 - y) / 2 * size;
  const resize = () => {
    const width = Math.min(parent.clientWidth, 640);
    if (width < 120) return false;
    const height = width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom;
    box = drawAxes(axes, {
      width,
      height,
      x: [-1, 1],
      y: [-1, 1],
      xTitle: "first coordinate",
      yTitle: "second coordinate"
    }).box;
    size = box.right - box.left;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(size * ratio);
    Object.assign(canvas.style, {
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${size}px`,
      height: `${size}px`
    });
    pen = canvas.getContext("2d");
    pen.scale(canvas.width / size, canvas.width / size);
    return true;
  };
  const ends = (pairs, row) => {
    const [first, second] = [pairs.ids[2 * row], pairs.ids[2 * row + 1]];
    return [toX(look.x[first]), toY(look.y[first]), toX(look.x[second]), toY(look.y[second])];
  };
  const drawBar = (dark, unit, highest) => {
    const [left, top, height] = [box.right + 6, box.top + 14, Math.min(150, box.bottom - box.top - 40)];
    const steps = 24;
    for (let n = 0; n < steps; n += 1) {
      const fill = css(bitsColour(1 - (n + 0.5) / steps, dark).map(Math.round));
      axes.append(
        shape("rect", { x: left, y: top + n * height / steps, width: 9, height: height / steps + 0.6, fill })
      );
    }
    axes.append(shape("text", { class: "lada-tick", x: left - 2, y: top - 4 }, unit));
    axes.append(shape("text", { class: "lada-tick", x: left + 12, y: top + 8 }, fixed(highest, 1)));
    axes.append(shape("text", { class: "lada-tick", x: left + 12, y: top + height }, "0"));
  };
  const drawSegment = (row, width, colours) => {
    const { pairs } = look;
    const [x1, y1, x0, y0] = ends(pairs, row);
    pen.lineCap = "round";
    if (!pairs.known) {
      Object.assign(pen, { strokeStyle: css(colours.ink, 0.35), lineWidth: 1 });
      pen.setLineDash([4, 3]);
      pen.stroke(new Path2D(`M${x0} ${y0}L${x1} ${y1}`));
      pen.setLineDash([]);
      return;
    }
    Object.assign(pen, {
      strokeStyle: css(colours.dark ? [0, 0, 0] : [255, 255, 255], 0.9),
      lineWidth: width + (width > 2 ? 2.4 : 1.2)
    });
    pen.stroke(new Path2D(`M${x0} ${y0}L${x1} ${y1}`));
    pen.lineWidth = width;
    const count = pairs.grid.length;
    for (let piece = 0; piece < PIECES; piece += 1) {
      const [from, to] = [piece / PIECES, (piece + 1) / PIECES];
      const value = pairs.profile[row * count + Math.round((from + to) / 2 * (count - 1))];
      pen.strokeStyle = css(bitsColour(value / look.highest, colours.dark).map(Math.round));
      pen.beginPath();
      pen.moveTo(x0 + from * (x1 - x0), y0 + from * (y1 - y0));
      pen.lineTo(x0 + to * (x1 - x0), y0 + to * (y1 - y0));
      pen.stroke();
    }
  };
  const drawFallen = (row, lams, share, colours) => {
    const [x1, y1, x0, y0] = ends(look.pairs, row);
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const side = x1 >= x0 ? 1 : -1;
    const across = [side * (y1 - y0) / length, -side * (x1 - x0) / length];
    lams.forEach((lam, place) => {
      const own = Math.min(1, Math.max(0, share * 1.8 - 0.8 * place / lams.length));
      const away = FALL_PX * (1 - own * own);
      const [x, y] = [x0 + lam * (x1 - x0) + away * across[0], y0 + lam * (y1 - y0) + away * across[1]];
      pen.beginPath();
      pen.arc(x, y, 2.7, 0, 2 * Math.PI);
      pen.fillStyle = css(colours.dark ? [20, 20, 20] : [255, 255, 255], 0.85 * Math.min(1, 3 * own));
      Object.assign(pen, { strokeStyle: css(colours.ink, 0.95 * Math.min(1, 3 * own)), lineWidth: 1.1 });
      pen.fill();
      pen.stroke();
    });
  };
  const drawLabelled = (id, label, fresh, colours) => {
    const path = classPath(CLASS_SHAPES[label % 5], toX(look.x[id]), toY(look.y[id]), fresh ? 6.5 : 5);
    pen.fillStyle = css(CLASS_COLOURS[label % 5]);
    Object.assign(pen, { strokeStyle: fresh ? css(colours.ink) : css(colours.paper), lineWidth: fresh ? 1.8 : 1.3 });
    pen.fill(path);
    pen.stroke(path);
  };
  const drawPoints = (colours) => {
    const labelled = new Set(look.labelled.ids);
    const candidates = new Set(look.candidates);
    for (let id = 0; id < look.x.length; id += 1) {
      if (labelled.has(id)) continue;
      const chosen = candidates.has(id);
      pen.beginPath();
      pen.arc(toX(look.x[id]), toY(look.y[id]), chosen ? 2.6 : 1.5, 0, 2 * Math.PI);
      pen.fillStyle = css(colours.ink, chosen ? 0.85 : 0.3);
      pen.fill();
    }
    const old = look.labelled.ids.length - look.labelled.fresh;
    look.labelled.ids.forEach((id, place) => drawLabelled(id, look.labelled.labels[place], place >= old, colours));
  };
  const drawAsked = (colours) => {
    look.asked.forEach((id) => {
      if (look.labelled.ids.includes(id)) return;
      const now = id === look.current;
      pen.beginPath();
      pen.arc(toX(look.x[id]), toY(look.y[id]), now ? 12 : 8, 0, 2 * Math.PI);
      Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: now ? 3 : 1.6 });
      pen.stroke();
      if (!now) return;
      write("?", toX(look.x[id]) + 15, toY(look.y[id]) - 9, colours, 18);
    });
  };
  const write = (text, x, y, colours, height = 12) => {
    pen.font = `600 ${height}px ${getComputedStyle(frame).fontFamily}`;
    const wide = pen.measureText(text).width;
    const [left, base] = [Math.min(size - wide - 3, Math.max(3, x)), Math.min(size - 4, Math.max(height, y))];
    Object.assign(pen, {
      strokeStyle: css(colours.paper),
      lineWidth: 4,
      lineJoin: "round",
      fillStyle: css(colours.ink)
    });
    pen.strokeText(text, left, base);
    pen.fillText(text, left, base);
  };
  const drawPairs = (colours, share) => {
    const { pairs, chosen } = look;
    const rows = pairs.queried.length;
    for (let row = rows - 1; row >= 0; row -= 1) {
      if (row !== chosen && !pairs.queried[row]) drawSegment(row, 1.4, colours);
    }
    for (let row = rows - 1; row >= 0; row -= 1) if (row !== chosen && pairs.queried[row]) drawSegment(row, 4, colours);
    if (chosen >= 0 && chosen < rows) drawSegment(chosen, 5.5, colours);
    return () => {
      for (let row = 0; row < rows; row += 1) {
        const lams = look.lamOf(row);
        if (lams) drawFallen(row, lams, share, colours);
      }
      if (chosen < 0 || chosen >= rows || !pairs.known || look.current >= 0) return;
      const [x1, y1, x0, y0] = ends(pairs, chosen);
      write("lam = 1", x1 + 9, y1 - 8, colours);
      write("lam = 0", x0 + 9, y0 - 8, colours);
    };
  };
  const paint = () => {
    frameRequest = 0;
    if (!look || !pen) return;
    const dark = onDark(frame);
    const style = getComputedStyle(frame);
    const colours = {
      dark,
      ink: channelsOf(style.color, dark ? [240, 240, 240] : [20, 20, 20]),
      paper: dark ? [17, 17, 17] : [255, 255, 255]
    };
    pen.clearRect(0, 0, size, size);
    pen.fillStyle = css(colours.paper);
    pen.fillRect(0, 0, size, size);
    if (look.field) {
      const cell = size / (look.field.side - 1);
      pen.imageSmoothingEnabled = true;
      pen.drawImage(
        fieldImage(look.field, look.mode, dark, colours.paper),
        -cell / 2,
        -cell / 2,
        size + cell,
        size + cell
      );
    }
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const share = still ? 1 : Math.min(1, (performance.now() - fell.at) / FALL_MS);
    const above = look.pairs ? drawPairs(colours, share) : null;
    drawPoints(colours);
    above?.();
    drawAsked(colours);
    if (look.cross) drawCross(colours);
    if (share < 1 && above) frameRequest = requestAnimationFrame(paint);
  };
  const drawCross = (colours) => {
    const [x, y] = [toX(look.cross[0]), toY(look.cross[1])];
    Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: 1.5 });
    pen.stroke(new Path2D(`M${x - 10} ${y}h20M${x} ${y - 10}v20`));
  };
  canvas.addEventListener("click", (event) => {
    if (!look) return;
    const where = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - where.left, event.clientY - where.top];
    if (look.cross) {
      on.place(2 * x / size - 1, 1 - 2 * y / size);
      return;
    }
    let best = { row: -1, away: PICK_PX };
    for (let row = 0; look.pairs?.known && row < look.pairs.queried.length; row += 1) {
      const [x1, y1, x0, y0] = ends(look.pairs, row);
      const lengths = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / lengths));
      const away = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
      if (away < best.away) best = { row, away };
    }
    if (best.row >= 0) on.pick(best.row);
  });
  return {
    canvas,
    /** Draws a look; its virtual instances fall anew when `look.fallKey` changes. */
    draw: (next) => {
      if (next.fallKey !== fell.key) fell = { key: next.fallKey, at: performance.now() };
      const before = look;
      look = next;
      if (!box || frame.dataset.width !== String(parent.clientWidth) || before?.highest !== look.highest) {
        if (!resize()) return;
        frame.dataset.width = String(parent.clientWidth);
        if (look.highest) drawBar(onDark(frame), "bits", look.highest);
      }
      canvas.setAttribute("aria-label", look.label);
      cancelAnimationFrame(frameRequest);
      paint();
    },
    again: () => {
      box = null;
    },
    stop: () => cancelAnimationFrame(frameRequest)
  };
}

// lada_explore/views/playground/controls.js
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
function buildControls(parts, on) {
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
    parts.draw
  );
  const steps = make("div", "lada-pg-row");
  steps.setAttribute("role", "toolbar");
  steps.setAttribute("aria-label", "Step through the run");
  parts.back = button("◀ Back", "The stage before; nothing is undone", on.back);
  parts.step = button("Step ▶", "The next stage", on.step);
  parts.cycle = button("Cycle ▶▶", "To the end of the cycle", on.cycle);
  parts.play = button("▶ Play", "Step by itself", on.play);
  parts.pace = chooser("Pace", () => {
  });
  fillSelect(
    parts.pace,
    [
      ["step 1500", "a stage in 1.5 s"],
      ["step 400", "a stage in 0.4 s"],
      ["cycle 700", "a cycle in 0.7 s"]
    ],
    "step 1500"
  );
  parts.mode = chooser("Background", on.mode);
  fillSelect(
    parts.mode,
    [
      ["classes", "Classes, paler where less sure"],
      ["entropy", "Predictive entropy"]
    ],
    "classes"
  );
  parts.truth = chooser("Who answers", on.truth);
  fillSelect(
    parts.truth,
    [
      ["truth", "The truth"],
      ["person", "I do"]
    ],
    "truth"
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
    parts.place
  );
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
  const brush = button(
    sketch.brush > 1 ? `${sketch.brush} a click` : "1 a click",
    "How many points a click puts down",
    on.brush
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
    button("Cancel", "Back to the run", on.cancel)
  ];
  parts.sketch.replaceChildren(...all, make("span", "lada-pg-count", words));
  if (held) all.find((made) => made.textContent === held)?.focus();
}

// lada_explore/views/playground/run_panel.js
function readRun(run) {
  const field2 = run.field && {
    ...run.field,
    entropy: numbers(run.field.entropy),
    winner: numbers(run.field.winner)
  };
  const labelled = {
    ids: Array.from(numbers(run.labelled.ids)),
    labels: numbers(run.labelled.labels),
    fresh: run.labelled.fresh
  };
  const read = {
    ...run,
    x: numbers(run.x),
    y: numbers(run.y),
    field: field2,
    labelled,
    candidates: numbers(run.candidates)
  };
  if (!run.pairs) return read;
  const pairs = { ...run.pairs };
  for (const name of [
    "ids",
    "queried",
    "scores",
    "nodes",
    "grid",
    "profile",
    "terms",
    "own_tau",
    "own_log_beta",
    "value",
    "lam"
  ]) {
    pairs[name] = numbers(run.pairs[name]);
  }
  if (pairs.known) for (const name of ["tau", "log_beta"]) pairs[name] = numbers(run.pairs[name]);
  return { ...read, pairs };
}
function pairOf(pairs, row) {
  const [steps, points] = [pairs.tau.length, pairs.grid.length];
  const joined = (grid, own) => Float32Array.from([...grid, ...own.subarray(2 * row, 2 * row + 2)]);
  return {
    grid: pairs.grid,
    nodes: pairs.nodes.filter((_, place) => place % 4 === 0),
    profile: pairs.profile.subarray(row * points, (row + 1) * points),
    terms: pairs.terms.subarray(3 * row, 3 * row + 3),
    unit: pairs.unit,
    tau_max: pairs.tau_max,
    table: {
      tau: joined(pairs.tau, pairs.own_tau),
      value: pairs.value.subarray(row * (steps + 2), (row + 1) * (steps + 2)),
      log_beta: joined(pairs.log_beta, pairs.own_log_beta)
    }
  };
}
function buildRunPanel(parent, on) {
  const root = parent.appendChild(make("section", "lada-pg-run"));
  const parts = { root };
  const head = make("header", "lada-pg-head");
  parts.method = make("span", "lada-pg-method");
  parts.accuracy = make("span", "lada-pg-accuracy");
  head.append(parts.method, parts.accuracy);
  parts.where = make("p", "lada-pg-where");
  parts.says = make("p", "lada-pg-says");
  parts.answer = make("div", "lada-pg-answer");
  parts.answer.setAttribute("role", "group");
  parts.note = make("p", "lada-pg-note");
  const left = make("div", "lada-pg-left");
  parts.side = make("div", "lada-pg-side");
  const columns = make("div", "lada-pg-columns");
  columns.append(left, parts.side);
  root.append(head, parts.where, parts.says, parts.answer, columns);
  parts.plane = makePlane(left, { pick: on.pick, place: on.place });
  parts.legend = make("ul", "lada-pg-legend");
  left.append(parts.legend, parts.note);
  parts.choice = make("select", "lada-field lada-mix-choice");
  parts.choice.setAttribute("aria-label", "Pair, best first; ● is asked about");
  parts.choice.addEventListener("change", () => on.pick(parts.choice.selectedIndex));
  for (const name of ["profile", "value"]) parts[name] = shape("svg", { class: "lada-plot-svg", role: "img" });
  parts.profile.setAttribute("aria-label", "Entropy along the segment, with the density of lam");
  parts.value.setAttribute("aria-label", "Look-ahead value against tau");
  parts.tau = slider("tau of Beta(tau, tau)", { min: 0, max: 1, step: 1, value: 0 }, on.tau);
  const slide = make("div", "lada-mix-slide");
  slide.append(parts.tau);
  parts.star = button("◆ tau*", "The tau that the policy gave this pair", () => on.mark(-2));
  parts.best = button("▲ best tau", "The tau whose look-ahead value is highest", () => on.mark(-1));
  parts.tauText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(parts.star, parts.best, parts.tauText);
  parts.waits = make("p", "lada-pair-message");
  parts.pairBody = make("div", "lada-pg-pair");
  parts.pairBody.dataset.alone = "";
  parts.pairBody.append(parts.choice, parts.profile, parts.value, slide, foot);
  parts.side.append(parts.pairBody, parts.waits);
  return parts;
}
function fillAnswer(parts, classes, current, left, on) {
  const key = `${current} ${left} ${classes}`;
  if (parts.answer.dataset.key === key) return;
  const held = parts.answer.contains(document.activeElement);
  parts.answer.dataset.key = key;
  parts.answer.hidden = current < 0;
  if (current < 0) {
    parts.answer.replaceChildren();
    return;
  }
  const buttons = classes.map((name, label) => {
    const made = button(name, `Answer ${name} (key ${label + 1})`, () => on.answer(label));
    made.prepend(classIcon(label));
    return made;
  });
  parts.answer.replaceChildren(
    make("span", "lada-pg-ask", `Which class is the point with the ring? (${left} to answer)`),
    ...buttons
  );
  if (held) buttons[0].focus();
}
function fillLegend(parts, classes, run, mode) {
  const rows = classes.map((name, label) => [classIcon(label), `labelled ${name}`]);
  const dot = (className) => make("span", `lada-pg-sample ${className}`);
  rows.push([dot("lada-pg-dot"), "not labelled"]);
  if (run.candidates.length) rows.push([dot("lada-pg-candidate"), "candidate"]);
  if (run.asked.length) rows.push([dot("lada-pg-ring"), "asked"]);
  if (run.pairs?.known) rows.push([dot("lada-pg-thick"), "pair, coloured by A(lam)"]);
  if (run.pairs?.known) rows.push([dot("lada-pg-virtual"), "virtual instance"]);
  const words = mode === "entropy" ? "background: predictive entropy" : "background: predicted class, paler where less sure";
  if (run.field) rows.push([dot(mode === "entropy" ? "lada-pg-bits" : "lada-pg-tint"), words]);
  const item = ([icon, text]) => {
    const made = make("li");
    made.append(icon, make("span", "", text));
    return made;
  };
  refill(
    parts.legend,
    rows.map(([, text]) => text),
    () => rows.map(item)
  );
}
function makeRunPanel(parent, row, ask) {
  let run = null;
  let shared = null;
  let chosen = 0;
  let pair = null;
  let plots = null;
  let tauAt = -2;
  let moment = "";
  const parts = buildRunPanel(parent, {
    pick: (place2) => {
      chosen = place2;
      tauAt = -2;
      showPair();
    },
    place: (x, y) => parts.onPlace?.(x, y),
    tau: () => {
      tauAt = Number(parts.tau.value);
      showTau();
    },
    mark: (fromEnd) => {
      tauAt = fromEnd;
      showTau();
    },
    answer: (label) => ask({ type: "answer", run: row, point: run.to_answer[0], label })
  });
  const place = () => tauAt < 0 ? pair.table.tau.length + tauAt : tauAt;
  const lamOf = (at) => {
    const { pairs } = run;
    if (!pairs.known) return null;
    const count = pairs.lam.length / pairs.queried.length;
    const own = () => Array.from(pairs.lam.subarray(at * count, (at + 1) * count));
    if (at !== chosen) return pairs.queried[at] ? own() : null;
    if (tauAt === -2) return own();
    const tau = pair.table.tau[place()];
    const steps = shared.draws.tau.length;
    const step = Math.min(steps - 1, Math.max(0, Math.round(tau / shared.draws.tau[steps - 1] * steps) - 1));
    return Array.from(shared.draws.lam.subarray(step * count, (step + 1) * count));
  };
  const drawPlane = () => {
    parts.plane.draw({
      ...run,
      mode: shared.mode,
      chosen: run.pairs?.known ? chosen : -1,
      current: run.to_answer[0] ?? -1,
      highest: Math.log2(shared.classes.length),
      lamOf,
      fallKey: run.pairs?.known ? `${run.where} ${chosen}` : "",
      label: `${run.where}: ${run.labelled.ids.length} labelled points, ${run.asked.length} asked about`
    });
  };
  const showTau = () => {
    const { tau, value, log_beta: logBeta } = pair.table;
    const at = place();
    const count = tau.length - 2;
    plots.profile.density.setAttribute("d", densityPath(plots.profile, plots.profile.top, tau[at], logBeta[at]));
    setAttributes(plots.value.here, { cx: plots.value.toX(tau[at]), cy: plots.value.toY(value[at]) });
    parts.tau.value = at < count ? at : Math.round(tau[at] / tau[count - 1] * count) - 1;
    const words = `tau ${fixed(tau[at], 3)}: V = ${fixed(value[at], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === -2));
    parts.best.setAttribute("aria-pressed", String(tauAt === -1));
    drawPlane();
  };
  const showPair = () => {
    const { pairs } = run;
    const known = Boolean(pairs?.known);
    parts.pairBody.hidden = !known;
    parts.waits.hidden = known;
    if (!known) {
      pair = null;
      setText(parts.waits, waitsFor(run));
      drawPlane();
      return;
    }
    chosen = Math.min(chosen, pairs.queried.length - 1);
    parts.choice.selectedIndex = chosen;
    pair = pairOf(pairs, chosen);
    parts.tau.max = pair.table.tau.length - 3;
    const width = Math.min(640, parts.side.clientWidth);
    if (width > 120) {
      plots = { profile: drawProfile(parts, pair, width), value: drawValue(parts, pair, width) };
      setText(parts.profile.querySelector(".lada-axis-title"), "lam, the weight of the end marked lam = 1");
      plots.profile.guide.remove();
      plots.profile.here.remove();
      showTau();
    }
  };
  const fillChoices = () => {
    const { pairs } = run;
    if (!pairs?.known) return;
    const entries = Array.from(
      pairs.queried,
      (asked, at) => `${at + 1}${asked ? " ●" : ""}  points ${pairs.ids[2 * at]} and ${pairs.ids[2 * at + 1]}, score ${fixed(pairs.scores[at])} ${pairs.unit}`
    );
    refill(parts.choice, entries, () => entries.map((text) => make("option", "", text)));
  };
  return {
    parts,
    get waiting() {
      return Boolean(run?.to_answer.length);
    },
    get busy() {
      return Boolean(run?.busy);
    },
    get run() {
      return run;
    },
    answer: (label) => {
      if (run.to_answer.length && label < shared.classes.length)
        ask({ type: "answer", run: row, point: run.to_answer[0], label });
    },
    /** Takes a new state of this run. */
    show: (state, now) => {
      run = readRun(state);
      shared = now;
      if (moment.split("·")[0] !== run.where.split("·")[0] || !run.pairs?.known) chosen = 0;
      if (moment !== run.where) tauAt = -2;
      moment = run.where;
      setText(parts.method, run.method);
      const share = run.accuracy.share.at(-1);
      setText(
        parts.accuracy,
        share === void 0 ? run.accuracy.measured ? "" : "drawn by hand: no test points" : `${fixed(100 * share, 1)} % of the test points right`
      );
      setText(parts.where, run.where);
      setText(parts.says, run.says);
      setText(parts.note, run.note);
      parts.note.hidden = !run.note;
      fillAnswer(parts, now.classes, run.to_answer[0] ?? -1, run.to_answer.length, {
        answer: (label) => ask({ type: "answer", run: row, point: run.to_answer[0], label })
      });
      fillLegend(parts, now.classes, run, now.mode);
      fillChoices();
      showPair();
      parts.root.dataset.where = run.where;
    },
    look: (mode) => {
      shared = { ...shared, mode };
      fillLegend(parts, shared.classes, run, mode);
      drawPlane();
    },
    again: () => {
      parts.plane.again();
      if (run) showPair();
    },
    stop: () => parts.plane.stop()
  };
}
function waitsFor(run) {
  if (!run.where.startsWith("Cycle"))
    return "The start labels a few points of each class. Pairs come with cycle 1: press Step.";
  if (run.pairs)
    return "The dashed lines are the candidate pairs. What lies on them is known after the stage Look ahead.";
  return "This method scores single points, not pairs: there are no segments and no tau.";
}

// lada_explore/views/playground/playground.js
var TICK_MS = 60;
var SLOW_MS = 1500;
var THEME_MS = 400;
var SPRAY = 0.09;
function render({ model, el }) {
  const parts = pairView(el, "lada-playground", "Playground");
  const panels = [];
  let draws = null;
  let playing = 0;
  let asked = { revision: -1, at: 0 };
  let sketch = null;
  let slow = null;
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
        ...extra
      },
      parts.reset
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
    const answered = state.revision !== asked.revision || performance.now() - asked.at > 3e3;
    if (!playing || !answered || panels.some((panel) => panel.busy || panel.waiting) || performance.now() - asked.at < Number(pace))
      return;
    ask({ type: what });
  };
  buildControls(parts, {
    begin: () => {
      if (parts.dataset.value === "points:drawn" && !model.get("state").drawn) startSketch();
      else begin();
    },
    draw: () => sketch ? endSketch() : startSketch(),
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
    play: () => playing ? hold() : play(),
    mode: () => panels.forEach((panel) => panel.look(parts.mode.value)),
    truth: () => ask({ type: "truth", on: parts.truth.value === "truth" })
  });
  parts.runRow = make("div", "lada-pg-runs");
  const chart = make("div", "lada-pg-chart");
  parts.chart = shape("svg", {
    class: "lada-plot-svg",
    role: "img",
    "aria-label": "Share of the test points right, against labels"
  });
  chart.append(parts.chart);
  parts.body.append(parts.runRow, chart);
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
      cancel: () => endSketch()
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
      label: `${sketch.points.length} points drawn`
    });
  };
  const stroke = (x, y) => {
    if (!sketch) return;
    sketch.cross = [x, y];
    const spread = () => sketch.brush > 1 ? SPRAY * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()) : 0;
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
      const move = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
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
  const show = () => {
    const state = model.get("state");
    writeSentences(parts, {
      ...state,
      title: state.runs ? "Playground" : "",
      message: state.runs ? "" : "The playground is opening."
    });
    parts.root.dataset.rev = state.revision;
    if (!state.runs) return;
    fillSelect(
      parts.dataset,
      state.datasets.map(({ name, text }) => [name, text]),
      state.choice.dataset
    );
    fillSelect(
      parts.method,
      state.methods.map((name) => [name, name]),
      state.choice.method
    );
    fillSelect(
      parts.compare_method,
      [["", "nothing"], ...state.methods.map((name) => [name, name])],
      state.choice.compare_method
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
    state.runs.forEach(
      (run, place) => panels[place].show(run, { classes: state.classes, draws, mode: parts.mode.value })
    );
    drawAccuracy(
      parts.chart,
      panels.map((panel) => panel.run),
      Math.min(720, parts.runRow.clientWidth)
    );
    const ended = state.complete && state.shown >= state.count;
    const waiting = panels.some((panel) => panel.waiting) && state.shown >= state.count;
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
var playground_default = withKernel({ render });
export {
  playground_default as default
};
