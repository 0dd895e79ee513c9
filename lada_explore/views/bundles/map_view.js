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
function focusedIn(root) {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && root.contains(focused) ? focused : null;
}
function refill(element, key, build2) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build2());
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
  const between2 = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between2;
  const shares = panels.map((_, place) => {
    const top = 1 - place * (each + between2) / all;
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

// lada_explore/views/map/neighbour.js
function neighbour(points, from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  for (const point of points) {
    const [x, y] = [point.at[0] - from[0], point.at[1] - from[1]];
    const [along, across] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    if (along > 0.5 && across <= along && along + 2 * across < least) {
      best = point;
      least = along + 2 * across;
    }
  }
  return best;
}

// lada_explore/views/map/cursor.js
var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function pointsOn(chart) {
  const { xaxis, yaxis } = chart._fullLayout ?? {};
  if (!xaxis) return [];
  const found = [];
  for (const trace of chart.data) {
    if (!trace.customdata?.length || trace.visible === "legendonly") continue;
    for (let n = 0; n < trace.x.length; n += 1) {
      found.push({
        key: trace.customdata[n],
        at: [xaxis._offset + xaxis.d2p(trace.x[n]), yaxis._offset + yaxis.d2p(trace.y[n])]
      });
    }
  }
  return found;
}
var MapCursor = class {
  /**
   * @param {HTMLElement} chart that plotly draws
   * @param {object} on
   * @param {(key: Key) => void} on.pick hears what Enter chooses
   * @param {(key: Key) => void} on.point hears where an arrow leads
   * @param {() => string | undefined} on.first key, as text, of the point where the keys begin
   */
  constructor(chart, on) {
    this.chart = chart;
    this.on = on;
    this.current = null;
    this.mark = make("div", "lada-map-cursor");
    this.mark.hidden = true;
    chart.tabIndex = 0;
    chart.addEventListener("keydown", (event) => this.press(event));
    chart.addEventListener("blur", () => this.hide());
  }
  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.target !== this.chart) return;
    if (event.key === "Enter" && this.current) this.on.pick(this.current);
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    const points = pointsOn(this.chart);
    const named = (name) => points.find(({ key }) => String(key) === name);
    const here = named(String(this.current));
    const next = here ? neighbour(points, here.at, direction) : named(this.on.first()) ?? points[0];
    if (next) this.go(next);
  }
  go({ key, at: [left, top] }) {
    this.current = key;
    this.mark.style.left = `${left}px`;
    this.mark.style.top = `${top}px`;
    this.mark.hidden = false;
    this.chart.append(this.mark);
    this.on.point(key);
  }
  hide() {
    this.mark.hidden = true;
  }
};

// lada_explore/views/map/detail.js
var BIG_PX = 128;
var idsOf = ([first, second]) => second < 0 ? [first] : [first, second];
function detailLine(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}
var ImageDetail = class {
  /**
   * @param {HTMLElement} place
   * @param {Sprite} sprite
   * @param model of the view
   */
  constructor(place, sprite, model) {
    this.place = place;
    this.sprite = sprite;
    this.model = model;
  }
  /** @param {Key} key */
  show(key) {
    const { cycle, details } = this.model.get("atlas");
    const lines = details?.[String(key)];
    if (!lines || cycle !== this.model.get("panel").cycle) return;
    const ids = idsOf(key);
    const thumbs = make("div", "lada-map-thumbs");
    thumbs.append(...ids.map((id) => this.sprite.thumb(id, ids.length > 1 ? BIG_PX / 1.6 : BIG_PX)));
    const words = make("div", "lada-map-words");
    words.append(...lines.map(detailLine));
    this.place.replaceChildren(thumbs, words);
    this.place.dataset.key = String(key);
  }
  /** Says what it is for. */
  invite() {
    this.place.replaceChildren(make("p", "", "Point at an image to see it here."));
  }
};

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

// lada_explore/views/base/motion.js
var eased = (time) => time * time * (3 - 2 * time);
var between = (from, to, share) => to.map((end, axis) => from[axis] + share * (end - from[axis]));

// lada_explore/views/map/dots.js
var DOTS = "dots";
var channels = (hex) => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
function onScale(value, { cmin, cmax, colorscale }) {
  const at = Math.min(Math.max((value - cmin) / (cmax - cmin || 1), 0), 1);
  const above = Math.max(
    1,
    colorscale.findIndex(([place]) => place >= at)
  );
  const [[low, from], [high, to]] = [colorscale[above - 1], colorscale[above]];
  const share = (at - low) / (high - low);
  const other = channels(to);
  return `rgb(${channels(from).map((channel, k) => Math.round(channel + share * (other[k] - channel))).join(" ")})`;
}
function enclosure(event) {
  const { lassoPoints: lasso, range } = event ?? {};
  if (range) {
    const [[left, right], [low, high]] = [range.x, range.y];
    return (x, y) => x >= left && x <= right && y >= low && y <= high;
  }
  if (!lasso) return () => false;
  const { x: xs, y: ys } = lasso;
  return (x, y) => {
    let inside2 = false;
    for (let n = 0, last = xs.length - 1; n < xs.length; last = n, n += 1) {
      const crosses = ys[n] > y !== ys[last] > y;
      if (crosses && x < (xs[last] - xs[n]) * (y - ys[n]) / (ys[last] - ys[n]) + xs[n]) inside2 = !inside2;
    }
    return inside2;
  };
}
var MapDots = class {
  constructor(chart) {
    this.chart = chart;
    this.canvas = make("canvas", "lada-map-dots");
    this.canvas.setAttribute("aria-hidden", "true");
    this.groups = [];
    this.share = 1;
    this.frame = 0;
  }
  /** Takes the marks of the traces that are drawn here; `before` says where a key was, if it is to glide from there. */
  take(data, before) {
    cancelAnimationFrame(this.frame);
    this.groups = data.filter((trace) => trace.meta === DOTS).map((trace) => {
      const { marker } = trace;
      const [shape, open] = marker.symbol.split(/-(?=open$)/);
      const one = typeof marker.color === "string";
      const old = Array.from(trace.customdata, (key) => before.get(String(key)));
      data.push({
        ...trace,
        x: [null],
        y: [null],
        customdata: void 0,
        marker: { ...marker, size: marker.size[0] ?? 8 }
      });
      Object.assign(trace, { mode: "none", showlegend: false });
      const colours = one ? marker.color : Array.from(marker.color, (value) => onScale(value, marker));
      return { trace, shape, open: Boolean(open), old, sizes: marker.size, opacity: marker.opacity, colours };
    });
    this.share = this.groups.some(({ old }) => old.some(Boolean)) ? 0 : 1;
  }
  /** Listens to a chart that plotly made anew. */
  wire() {
    for (const event of ["plotly_afterplot", "plotly_relayouting"]) this.chart.on(event, () => this.draw());
  }
  /** Draws, and lets the dots glide from where they were. */
  go(duration) {
    this.chart.prepend(this.canvas);
    this.draw();
    if (this.share === 1) return;
    let began = null;
    const step = (now) => {
      began ??= now;
      const time = Math.min(1, (now - began) / duration);
      this.share = eased(time);
      this.draw();
      if (time < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
  draw() {
    const { xaxis, yaxis } = this.chart._fullLayout ?? {};
    if (!xaxis) return;
    const { canvas } = this;
    const [width, height] = [xaxis._length, yaxis._length];
    const sharp = globalThis.devicePixelRatio || 1;
    const pixels = [Math.round(width * sharp), Math.round(height * sharp)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
    const box = { left: xaxis._offset, top: yaxis._offset, width, height };
    for (const [side, length] of Object.entries(box)) canvas.style[side] = `${length}px`;
    const pen2 = canvas.getContext("2d");
    pen2.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen2.clearRect(0, 0, width, height);
    const [[left, right], [low, high]] = [xaxis.range, yaxis.range];
    const place = ([x, y]) => [(x - left) / (right - left) * width, (high - y) / (high - low) * height];
    for (const group of this.groups) if (group.trace.visible !== "legendonly") this.drawGroup(pen2, group, place);
  }
  drawGroup(pen2, { trace, shape, open, old, sizes, opacity, colours }, place) {
    const { share } = this;
    pen2.globalAlpha = opacity;
    for (let n = 0; n < old.length; n += 1) {
      const to = [trace.x[n], trace.y[n]];
      const at = place(old[n] && share < 1 ? between(old[n], to, share) : to);
      pen2[open ? "strokeStyle" : "fillStyle"] = typeof colours === "string" ? colours : colours[n];
      pen2.beginPath();
      addGlyph(pen2, shape, at[0], at[1], sizes[n] / 2);
      if (open) pen2.stroke();
      else pen2.fill();
    }
  }
  /** The points inside a lasso or a box, as `pointsOf` of chart.js tells plotly's. */
  selected(event) {
    const inside2 = enclosure(event);
    const found = [];
    for (const { trace } of this.groups) {
      if (trace.visible === "legendonly") continue;
      trace.customdata.forEach((key, point) => {
        if (inside2(trace.x[point], trace.y[point]))
          found.push({ trace: this.chart.data.indexOf(trace), point, customdata: key });
      });
    }
    return found;
  }
  close() {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
  }
};

// lada_explore/views/map/gliding.js
var MOVE_MS = 700;
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  const place = ([x, y]) => `translate(${xaxis.d2p(x)}px, ${yaxis.d2p(y)}px)`;
  for (const group of chart.querySelectorAll(".scatterlayer .trace")) {
    for (const node of group.querySelectorAll("path.point")) {
      const { __data__: datum } = node;
      const trace = datum && chart.data[group.__data__?.[0]?.trace?.index];
      const old = before.get(String(trace?.customdata?.[datum.i]));
      if (!old) continue;
      const way = [{ transform: place(old) }, { transform: place([datum.x, datum.y]) }];
      node.animate(way, { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}
var Gliding = class {
  /** @param chart that plotly draws */
  constructor(chart) {
    this.chart = chart;
    this.dots = new MapDots(chart);
    this.cycle = null;
    this.places = /* @__PURE__ */ new Map();
    this.before = /* @__PURE__ */ new Map();
  }
  /** Takes the traces of a cycle's map before plotly draws them: images glide where it takes the place of another's. */
  prepare(data, cycle) {
    const another = this.cycle !== null && this.cycle !== cycle;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.before = another && !still ? this.places : /* @__PURE__ */ new Map();
    this.dots.take(data, this.before);
  }
  /** Begins, once plotly has drawn the map. */
  go(cycle) {
    this.dots.go(MOVE_MS);
    glide(this.chart, this.before);
    this.cycle = cycle;
    this.places = new Map(
      this.chart.data.flatMap(
        ({ customdata, x, y }) => Array.from(customdata ?? [], (key, n) => [String(key), [x[n], y[n]]])
      )
    );
  }
};

// lada_explore/views/map/sprite.js
var Sprite = class {
  constructor() {
    this.url = "";
    this.size = [0, 0];
    this.columns = 1;
    this.place = /* @__PURE__ */ new Map();
  }
  /** @param {Atlas} atlas */
  take({ png, size, columns, ids = [] }) {
    this.close();
    this.url = png?.byteLength ? URL.createObjectURL(new Blob([
      /** @type {any} */
      png
    ], { type: "image/png" })) : "";
    this.size = size;
    this.columns = columns;
    this.place = new Map(ids.map((id, place) => [id, place]));
  }
  /** The image of an id, `pixels` high; an empty box where there is none. */
  thumb(id, pixels) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `image ${id}`);
    box.dataset.id = id;
    const place = this.place.get(id);
    if (!this.url || place === void 0) return box;
    const scale = pixels / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.place.size / this.columns);
    Object.assign(box.style, {
      width: `${width}px`,
      height: `${height}px`,
      backgroundImage: `url(${this.url})`,
      backgroundSize: `${width * this.columns}px ${height * rows}px`,
      backgroundPosition: `${-width * (place % this.columns)}px ${-height * Math.floor(place / this.columns)}px`
    });
    return box;
  }
  close() {
    if (this.url) URL.revokeObjectURL(this.url);
  }
};

// lada_explore/views/map/strip.js
var SMALL_PX = 56;
var ImageStrip = class {
  /**
   * @param {{ strip: HTMLElement, stripTitle: HTMLElement, stripList: HTMLElement, chart: HTMLElement }} parts
   * @param {Sprite} sprite
   * @param {{ pick: (key: Key) => void, point: (key: Key) => void }} on hears which image is chosen and which
   *   is only pointed at
   */
  constructor(parts, sprite, on) {
    this.parts = parts;
    this.sprite = sprite;
    this.on = on;
  }
  /** Key of the first image, as text. */
  get first() {
    return this.parts.stripList.querySelector("button")?.dataset.key;
  }
  /**
   * @param {Strip} strip
   * @param {number | undefined} cycle of the thumbnails
   */
  show(strip, cycle) {
    const { strip: root, stripTitle, stripList, chart } = this.parts;
    const focused = focusedIn(stripList)?.dataset.key;
    if (!refill(stripList, [strip, cycle], () => strip.images.map((image) => this.item(image)))) return;
    setText(stripTitle, strip.title);
    root.hidden = !strip.title;
    if (!focused) return;
    const again = (
      /** @type {HTMLElement | null} */
      stripList.querySelector(`button[data-key="${focused}"]`)
    );
    (again ?? chart).focus();
  }
  item({ key, id, text }) {
    const made = button("", "", () => this.on.pick(key), "");
    made.dataset.key = String(key);
    made.append(this.sprite.thumb(id, SMALL_PX), make("span", "", text), make("span", "", `id ${id}`));
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => this.on.point(key));
    const item = make("li");
    item.append(made);
    return item;
  }
};

// lada_explore/views/map/toolbar.js
var FORMATS = ["svg", "pdf", "png"];
function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}
function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
}
var MapToolbar = class {
  /**
   * @param {HTMLElement} bar
   * @param model of the view
   */
  constructor(bar, model) {
    this.model = model;
    this.page = Math.random().toString(36).slice(2);
    this.method = choice("Layout", (value) => model.send({ type: "method", value }));
    this.colour = choice("Colour", (value) => model.send({ type: "colour", value }));
    this.buttons = FORMATS.map((format) => this.saveButton(format));
    const save = make("span", "lada-map-save", "Save figure");
    save.append(...this.buttons);
    this.busy = make("span", "lada-map-busy");
    this.busy.setAttribute("role", "status");
    bar.append(this.method.box, this.colour.box, save, this.busy);
  }
  saveButton(format) {
    const press = () => {
      if (made.getAttribute("aria-disabled") !== "true") this.model.send({ type: "save", format, page: this.page });
    };
    const made = button(format.toUpperCase(), "", press, "");
    made.setAttribute("aria-label", `Save the map as ${format.toUpperCase()}`);
    made.dataset.format = format;
    return made;
  }
  /** @param {Panel} panel */
  show(panel) {
    fillSelect(this.method.select, panel.methods, panel.method);
    fillSelect(this.colour.select, panel.colours, panel.colour);
    for (const one of this.buttons) one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format)));
    setText(this.busy, this.model.kernel.gone ? "" : panel.busy);
  }
  /** Takes a message: a figure that this page asked for is saved. */
  receive(message, buffers) {
    if (message?.type === "file" && message.page === this.page) download(message.name, buffers[0]);
  }
};

// lada_explore/views/map/map_view.js
function buildMap({ root, chart }) {
  root.classList.add("lada-map");
  const bar = make("div", "lada-map-bar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Map");
  const gauge = make("p", "lada-map-gauge");
  const body = make("div", "lada-map-body");
  const detail = make("aside", "lada-map-detail");
  detail.setAttribute("aria-live", "polite");
  detail.setAttribute("aria-label", "The image under the pointer");
  const strip = make("section", "lada-map-strip");
  const [stripTitle, stripList] = [make("p"), make("ol")];
  strip.append(stripTitle, stripList);
  chart.before(bar, gauge, body);
  body.append(chart, detail);
  body.after(strip);
  return { root, chart, bar, gauge, detail, strip, stripTitle, stripList };
}
var MapAround = class {
  config = { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true };
  barInside = true;
  // where no title is
  constructor(parts, model) {
    this.model = model;
    this.parts = buildMap(parts);
    this.wired = false;
    const on = {
      pick: (key) => model.send({ type: "pick", key: Array.from(key) }),
      point: (key) => this.detail.show(key),
      first: () => this.strip.first
    };
    this.sprite = new Sprite();
    this.toolbar = new MapToolbar(this.parts.bar, model);
    this.detail = new ImageDetail(this.parts.detail, this.sprite, model);
    this.strip = new ImageStrip(this.parts, this.sprite, on);
    this.cursor = new MapCursor(this.parts.chart, on);
    this.gliding = new Gliding(this.parts.chart);
    this.listen();
    this.takeAtlas();
  }
  /** @returns {Panel} */
  get panel() {
    return this.model.get("panel");
  }
  listen() {
    const { model } = this;
    this.onPanel = () => this.showPanel();
    this.onAtlas = () => this.takeAtlas();
    this.onMessage = (message, buffers) => this.toolbar.receive(message, buffers);
    model.kernel.onGone(this.onPanel);
    model.on("change:panel", this.onPanel);
    model.on("change:atlas", this.onAtlas);
    model.on("msg:custom", this.onMessage);
  }
  close() {
    this.model.off("change:panel", this.onPanel);
    this.model.off("change:atlas", this.onAtlas);
    this.model.off("msg:custom", this.onMessage);
    this.sprite.close();
    this.gliding.dots.close();
  }
  // What the kernel tells ---
  takeAtlas() {
    const atlas = this.model.get("atlas");
    this.sprite.take(atlas);
    this.parts.root.dataset.atlas = atlas.cycle ?? "";
    this.detail.invite();
    this.showPanel();
  }
  showPanel() {
    const { panel } = this;
    if (!panel.methods) return;
    this.toolbar.show(panel);
    showText(this.parts.gauge, panel.gauge);
    this.strip.show(panel.strip, this.model.get("atlas").cycle);
  }
  // What happens to the chart ---
  prepare(data, theme) {
    this.gliding.prepare(data, this.panel.cycle);
    for (const trace of data) {
      if (trace.meta?.outline !== "ink") continue;
      trace.marker = { ...trace.marker, line: { ...trace.marker.line, color: theme.ink } };
      if (String(trace.marker.symbol).endsWith("-open")) trace.marker.color = theme.ink;
    }
  }
  drawn() {
    const { cycle } = this.panel;
    this.cursor.hide();
    this.parts.detail.hidden = false;
    if (!this.wired) this.wire();
    this.gliding.go(cycle);
    this.parts.root.dataset.cycle = String(cycle);
  }
  wire() {
    this.parts.chart.on("plotly_hover", (event) => {
      const key = event.points?.[0]?.customdata;
      if (key) this.detail.show(key);
    });
    this.gliding.dots.wire();
    this.wired = true;
  }
  selected(event) {
    return this.gliding.dots.selected(event);
  }
  emptied() {
    this.wired = false;
    this.gliding.dots.close();
    this.parts.detail.hidden = true;
  }
};
var map_view_default = withKernel(chartView((parts, model) => new MapAround(parts, model)));
export {
  map_view_default as default
};
