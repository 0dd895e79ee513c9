/* Written by `make page` from the files beside the views; change those instead. */
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

// lada_explore/views/base/chart_theme.js
function coloursOf(probe, printed) {
  const paper = printed ? "rgb(255, 255, 255)" : resolveColour(probe, "--jp-layout-color0", "rgb(255, 255, 255)");
  const dark = isDark(channelsOf(paper, [255, 255, 255]));
  const ink = printed ? "rgb(30, 30, 30)" : resolveColour(probe, "--jp-ui-font-color1", dark ? "rgb(230, 230, 230)" : "rgb(40, 40, 40)");
  const muted = printed ? "rgb(90, 90, 90)" : resolveColour(probe, "--jp-ui-font-color2", ink);
  const line = dark ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.12)";
  const frame = dark ? "rgba(255, 255, 255, 0.45)" : "rgba(0, 0, 0, 0.45)";
  return { dark, paper, ink, muted, line, frame };
}
function resolveColour(probe, variable, fallback) {
  probe.style.color = fallback;
  probe.style.color = `var(${variable}, ${fallback})`;
  const colour = getComputedStyle(probe).color;
  return /^rgba?\(/.test(colour) ? colour : fallback;
}
function themeOf(root, probe, printed) {
  const { dark, paper, ink, muted, line, frame } = coloursOf(probe, printed);
  const axis = {
    gridcolor: line,
    zerolinecolor: line,
    linecolor: frame,
    tickcolor: frame,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    automargin: true,
    title: { font: { color: muted, size: 12 }, standoff: 8 }
  };
  const family = getComputedStyle(root).fontFamily || "system-ui, sans-serif";
  return {
    dark,
    ink,
    template: {
      layout: {
        font: { color: ink, family, size: 12 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        xaxis: axis,
        yaxis: axis,
        legend: { bgcolor: "rgba(0,0,0,0)", font: { size: 11.5 } },
        hoverlabel: { bgcolor: paper, bordercolor: frame, font: { color: ink, family, size: 12 }, align: "left" },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink },
        annotationdefaults: { font: { color: ink } }
      }
    }
  };
}

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

// lada_explore/views/base/plot_fit.js
var PANEL_PX = 250;
var SIDE_PX = 76;
var BETWEEN_PX = 78;
var BAR_PX = 14;
var LINE_PX = 15;
var SMALLEST_PX = 40;
var LONGEST_PX = 220;
var NARROW_PX = 420;
var pen = document.createElement("canvas").getContext("2d");
var asDrawn = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#36;", "$").replaceAll("&amp;", "&");
var escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");
function widthOf(text, size, family) {
  pen.font = `${size}px ${family}`;
  return pen.measureText(asDrawn(text)).width;
}
function cutTo(text, room, size, family) {
  if (widthOf(text, size, family) <= room) return text;
  const whole = asDrawn(text);
  let letters = whole.length - 1;
  while (letters > 1 && widthOf(escaped(`${whole.slice(0, letters)}…`), size, family) > room) letters -= 1;
  return escaped(`${whole.slice(0, letters).trimEnd()}…`);
}
function inLines(text, room, size, family) {
  if (!text || text.includes("<") || widthOf(text, size, family) <= room) return text;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && widthOf(longer, size, family) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => cutTo(line, room, size, family)).join("<br>");
}
var linesIn = (text) => text.split("<br>").length;
var axesOf = (layout, letter) => Object.keys(layout).filter((name) => new RegExp(`^${letter}axis\\d*$`).test(name));
var inside = ([left, right], [from, to]) => from >= left - 1e-6 && to <= right + 1e-6;
function stacked(layout, panels, lines) {
  const { t = 0 } = layout.margin ?? {};
  const each = layout.height - t - 100;
  const between = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between;
  const shares = panels.map((_, place) => {
    const top = 1 - place * (each + between) / all;
    return [top - each / all, top];
  });
  const within = (place, y) => shares[place][0] + y * (shares[place][1] - shares[place][0]);
  const made = { ...layout, height: layout.height + all - each };
  const placeOf = /* @__PURE__ */ new Map();
  for (const name of axesOf(layout, "x")) {
    const place = panels.findIndex((panel) => inside(panel, layout[name].domain ?? [0, 1]));
    if (place < 0) continue;
    placeOf.set(name.replace("axis", ""), place);
    made[name] = { ...layout[name], domain: [0, 1] };
  }
  for (const name of axesOf(layout, "y")) {
    const place = placeOf.get(layout[name].anchor ?? "x");
    if (place === void 0) continue;
    made[name] = { ...layout[name], domain: (layout[name].domain ?? [0, 1]).map((y) => within(place, y)) };
  }
  made.annotations = layout.annotations?.map((one) => {
    const place = one.xref === "paper" && one.yref === "paper" ? panels.findIndex((panel) => inside(panel, [one.x, one.x])) : -1;
    if (place < 0) return one;
    const [left, right] = panels[place];
    return { ...one, x: (one.x - left) / (right - left), y: within(place, one.y) };
  });
  return made;
}
var plotOf = ({ margin: { l = 0, r = 0 } = {} }, width) => width - Math.max(l, SIDE_PX) - r;
function fitTitles(layout, width, panels, family) {
  const plot = plotOf(layout, width);
  const made = { ...layout };
  for (const letter of ["x", "y"]) {
    for (const name of axesOf(layout, letter)) {
      const { title, domain = [0, 1] } = layout[name];
      if (!title?.text) continue;
      const share = domain[1] - domain[0];
      const room = letter === "x" ? share * plot : share * (layout.height - 130);
      made[name] = {
        ...layout[name],
        title: { ...title, text: inLines(title.text, Math.max(SMALLEST_PX, room), 12, family) }
      };
    }
  }
  let extra = 0;
  made.annotations = layout.annotations?.map((one) => {
    if (one.xref !== "paper" || one.yref !== "paper") return one;
    const panel = panels.find(([left, right]) => one.x >= left - 1e-6 && one.x < right) ?? [0, 1];
    const until = panels.find(([left]) => left > panel[0])?.[0] ?? 1;
    const text = inLines(one.text, (until - panel[0]) * plot - 8, one.font?.size ?? 12, family);
    extra = Math.max(extra, linesIn(text) - 1);
    return { ...one, text };
  });
  if (layout.title?.text) {
    const text = inLines(layout.title.text, width - 16, layout.title.font?.size ?? 13, family);
    extra = Math.max(extra, linesIn(text) - 1);
    made.title = { ...layout.title, text };
  }
  return extra ? taller(made, extra * LINE_PX) : made;
}
function taller(layout, px) {
  return { ...layout, height: layout.height + px, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + px } };
}
function fitNames(layout, width, family) {
  const made = { ...layout };
  for (const letter of ["x", "y"]) {
    for (const name of axesOf(layout, letter)) {
      const { ticktext, dtick } = layout[name];
      if (letter === "x" && dtick === 1 && width < NARROW_PX)
        made[name] = { ...layout[name], ticklabelstep: 2, tickangle: 0 };
      if (!ticktext) continue;
      const room = letter === "y" ? 0.34 * width : Math.min(LONGEST_PX, 0.45 * width);
      made[name] = { ...layout[name], ticktext: ticktext.map((text) => cutTo(text, room, 12, family)) };
    }
  }
  return made;
}
function fitted({ data, layout }, width, family, bar) {
  if (!width) return { data, layout };
  let panels = layout.meta?.panels ?? [];
  let made = layout;
  if (panels.length > 1 && panels.some(([left, right]) => (right - left) * plotOf(layout, width) < PANEL_PX)) {
    const written = (texts) => Math.max(1, ...texts.filter(Boolean).map((text) => linesIn(inLines(text, plotOf(made, width), 13, family))));
    const titles = (made.annotations ?? []).filter((one) => one.xref === "paper" && one.yref === "paper");
    const lines = written(titles.map((one) => one.text)) + written(axesOf(made, "x").map((name) => made[name].title?.text));
    made = stacked(made, panels, lines);
    panels = [];
  }
  made = fitNames(fitTitles(made, width, panels, family), width, family);
  if (bar) made = taller(made, BAR_PX);
  const room = width - 70;
  for (const trace of data) if (trace.name) trace.name = inLines(trace.name, room, 11.5, family);
  return { data, layout: { ...made, width } };
}

// lada_explore/views/base/plotly_library.js
var ASK_AFTER_MS = 800;
var ASK_AGAIN_MS = 5e3;
var shared = globalThis.__ladaExplorePlotly ??= (() => {
  const state = { started: false, askedAt: -Infinity };
  state.ready = new Promise((resolve, reject) => Object.assign(state, { resolve, reject }));
  state.ready.catch(() => {
  });
  return state;
})();
function takeLibrary(bytes) {
  if (shared.started || !bytes?.byteLength) return;
  shared.started = true;
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => {
    URL.revokeObjectURL(url);
    if (globalThis.Plotly) shared.resolve(globalThis.Plotly);
    else shared.reject(new Error("its script ran but defined nothing"));
  };
  script.onerror = () => shared.reject(new Error("this page does not allow its script"));
  document.head.append(script);
}
function askUntilLoaded(model) {
  let timer = null;
  const ask = () => {
    if (shared.started) return;
    if (performance.now() - shared.askedAt >= ASK_AGAIN_MS) {
      shared.askedAt = performance.now();
      model.send({ type: "library" });
    }
    timer = setTimeout(ask, ASK_AGAIN_MS);
  };
  timer = setTimeout(ask, ASK_AFTER_MS);
  return () => clearTimeout(timer);
}

// lada_explore/views/base/wire.js
var TYPED = { f4: Float32Array, i4: Int32Array };
function bytesOf({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
function numbers({ array, bytes }) {
  return new TYPED[array](bytesOf(bytes));
}
function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!value || typeof value !== "object") return value;
  if (!("array" in value && "bytes" in value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner)]));
  }
  const flat = numbers(value);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
}

// lada_explore/views/base/chart.js
var HEIGHT = 360;
var PAPER_PX = 700;
var MIN_SHARE = 0.5;
var PRINTING = ["beforeprint", "afterprint"];
var isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
var same = (a, b) => isArray(a) && isArray(b) ? a.length === b.length && a.every((entry, n) => same(entry, b[n])) : Object.is(a, b);
function keepArrays(value, old) {
  if (!value || typeof value !== "object" || !old || typeof old !== "object") return value;
  if (isArray(value) && same(value, old)) return old;
  if (Array.isArray(value)) return value.map((entry, n) => keepArrays(entry, old[n]));
  if (isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keepArrays(inner, old[name])]));
}
function pointsOf(event) {
  return (event?.points ?? []).map((point) => ({
    trace: point.curveNumber,
    point: point.pointIndex ?? point.pointNumber ?? -1,
    customdata: point.customdata ?? null
  }));
}
var CONFIG = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"]
};
function build(el) {
  const root = viewRoot(el, "lada-plot");
  const parts = {
    root,
    error: announced("lada-plot-error", "alert"),
    notes: make("ul", "lada-plot-notes"),
    chart: make("div", "lada-plot-chart"),
    message: make("p", "lada-plot-message"),
    caption: make("p", "lada-plot-caption"),
    probe: make("span")
  };
  parts.notes.setAttribute("aria-label", "Notes on this chart");
  parts.chart.setAttribute("role", "group");
  parts.probe.hidden = true;
  root.append(parts.error, parts.notes, parts.chart, parts.message, parts.caption, parts.probe);
  return parts;
}
function messageOf(spec, model) {
  if (!model.kernel.gone) return spec.message ?? "";
  if (spec.figure)
    return shared.started ? "" : "The chart cannot be drawn: plotly.js comes from the kernel or with the saved widgets.";
  return model.get("panel")?.busy ? "The map was not laid out yet when this was saved." : spec.message ?? "";
}
function writeTexts(parts, spec, message) {
  showText(parts.error, spec.error ?? "");
  showText(parts.message, message);
  showText(parts.caption, spec.caption ?? "");
  parts.notes.replaceChildren(...(spec.notes ?? []).map((note) => make("li", "", note)));
  parts.chart.setAttribute("aria-label", spec.label || "Chart");
  parts.notes.hidden = !parts.notes.childElementCount;
  parts.chart.hidden = !spec.figure;
}
function initialize({ model }) {
  takeLibrary(model.get("library"));
  model.on("change:library", () => takeLibrary(model.get("library")));
  model.on("msg:custom", (message, buffers) => {
    if (message?.type === "library") takeLibrary(buffers?.[0]);
  });
  return askUntilLoaded(model);
}
var NOTHING_ADDED = {
  config: {},
  barInside: false,
  prepare() {
  },
  drawn() {
  },
  selected: () => [],
  emptied() {
  },
  close() {
  }
};
function chartView(extend = () => NOTHING_ADDED) {
  return {
    initialize,
    render({ model, el }) {
      takeLibrary(model.get("library"));
      const chart = new Chart(model, el, extend);
      return () => chart.close();
    }
  };
}
var Chart = class {
  constructor(model, el, extend) {
    this.model = model;
    this.parts = build(el);
    this.more = extend(this.parts, model);
    this.plotly = null;
    this.figure = null;
    this.template = null;
    this.alive = true;
    this.wired = false;
    this.drawing = false;
    this.again = false;
    this.missed = false;
    this.printed = false;
    this.width = 0;
    this.deficit = 0;
    this.listen();
    this.draw();
  }
  listen() {
    const { model, parts } = this;
    this.onSpec = () => this.draw();
    model.on("change:spec", this.onSpec);
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(parts.root);
    this.resizer.observe(parts.chart);
    this.onPrint = ({ type }) => {
      this.printed = type === "beforeprint";
      this.draw();
    };
    for (const type of PRINTING) addEventListener(type, this.onPrint);
    this.forgetTheme = onThemeChange(() => this.draw());
    model.kernel.onGone(() => this.write(model.get("spec")));
  }
  close() {
    this.alive = false;
    this.model.off("change:spec", this.onSpec);
    this.forgetTheme();
    for (const type of PRINTING) removeEventListener(type, this.onPrint);
    this.more.close();
    this.resizer.disconnect();
    if (this.wired) this.plotly.purge(this.parts.chart);
  }
  resize() {
    const { root, chart } = this.parts;
    if (this.missed || !("rev" in root.dataset)) this.draw();
    else if (this.wired && chart.offsetWidth && chart.offsetWidth !== this.width) this.draw();
  }
  /** One drawing at a time: Plotly.react is asynchronous, and a second one meanwhile would draw into the first. */
  async draw() {
    this.again = true;
    if (this.drawing) return;
    this.drawing = true;
    try {
      while (this.again && this.alive) {
        this.again = false;
        await this.drawOnce();
      }
    } catch (error) {
      showText(this.parts.error, `The chart could not be drawn: ${error?.message ?? error}`);
    } finally {
      this.drawing = false;
    }
  }
  async drawOnce() {
    const { model, parts } = this;
    const spec = model.get("spec");
    this.write(spec);
    this.missed = !parts.root.isConnected;
    if (this.missed) return;
    const theme = themeOf(parts.root, parts.probe, this.printed);
    if (spec.figure) {
      this.plotly = await shared.ready;
      if (!this.alive) return;
      this.write(spec);
      await this.drawFigure(spec.figure, theme);
    } else {
      this.empty();
    }
    parts.root.dataset.theme = theme.dark ? "dark" : "light";
    parts.root.dataset.rev = spec.revision;
  }
  write(spec) {
    writeTexts(this.parts, spec, messageOf(spec, this.model));
  }
  empty() {
    if (this.wired) this.plotly.purge(this.parts.chart);
    this.wired = false;
    this.more.emptied();
  }
  async drawFigure(sent, theme) {
    this.figure = keepArrays(fromWire(sent), this.figure);
    const data = this.figure.data.map((trace) => ({ ...trace }));
    this.more.prepare(data, theme);
    if (JSON.stringify(this.template) !== JSON.stringify(theme.template)) this.template = theme.template;
    const fit = this.fit(data);
    await this.react(fit);
    const short = MIN_SHARE * fit.layout.height - this.parts.chart._fullLayout._size.h;
    if (short > 4) {
      this.deficit += short;
      await this.react(fit);
    }
    if (!this.wired) this.wire();
    this.more.drawn();
  }
  /** The figure for the width there is. */
  fit(data) {
    const { root, chart } = this.parts;
    const width = this.printed ? Math.min(chart.offsetWidth, PAPER_PX) : chart.offsetWidth;
    if (width !== this.width) this.deficit = 0;
    this.width = width;
    const layout = { height: HEIGHT, ...this.figure.layout, template: this.template };
    return fitted({ data, layout }, width, getComputedStyle(root).fontFamily, !this.more.barInside);
  }
  react({ data, layout }) {
    const config = { ...CONFIG, ...this.more.config, ...this.figure.config };
    const height = layout.height + this.deficit;
    return this.plotly.react(this.parts.chart, data, { ...layout, height }, config);
  }
  /** Listens to a chart that plotly made anew. */
  wire() {
    const { model, parts } = this;
    parts.chart.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf(event) }));
    parts.chart.on("plotly_selected", (event) => {
      if (this.drawing) return;
      model.send({ type: "select", points: [...pointsOf(event), ...this.more.selected(event)] });
    });
    this.wired = true;
  }
};

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
function withKernel({ initialize: initialize2, render }, { says = true } = {}) {
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
      const close = render({ ...given, model: guardedModel(model, kernel) });
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
    return initialize2?.({ ...given, model: guardedModel(given.model, { gone: "", onGone() {
    } }) });
  };
  return view;
}

// lada_explore/views/base/plot_view.js
var plot_view_default = withKernel(chartView());
export {
  plot_view_default as default
};
