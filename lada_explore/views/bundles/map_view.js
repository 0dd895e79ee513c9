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

// lada_explore/views/base/figure.js
function pointsOf({ customdata, x, y }) {
  return Array.from(customdata ?? [], (key, n) => ({ key, x: Number(x?.[n]), y: Number(y?.[n]) }));
}
function isDrawn(chart) {
  return chart._fullLayout !== void 0;
}

// lada_explore/views/base/page.js
var KEY_EVENTS = (
  /** @type {const} */
  ["keydown", "keypress", "keyup"]
);
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
function penOf(canvas) {
  const pen2 = canvas.getContext("2d");
  if (!pen2) throw new Error("this browser does not draw on a canvas");
  return pen2;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function codeParts(text) {
  const pieces = text.split(/`([^`]*)`/);
  return pieces.map((piece, place) => ({ code: place % 2 === 1, text: piece })).filter((piece) => piece.text);
}
function setWithCode(element, text) {
  const parts = codeParts(text);
  if (element.textContent === parts.map((part) => part.text).join("")) return;
  element.replaceChildren(...parts.map((part) => part.code ? make("code", "", part.text) : part.text));
}
function withCode(text) {
  const item = make("li");
  setWithCode(item, text);
  return item;
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
  setWithCode(element, text);
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
  for (const type of KEY_EVENTS) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark = (event) => {
    const view = held.deref();
    const { target } = event;
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (target instanceof Element && view.contains(target)) {
      const own = (view.dataset.ownKeys ?? "").split(" ").includes(event.key.toLowerCase());
      target.toggleAttribute("data-lm-suppress-shortcuts", own || !event.ctrlKey && !event.metaKey);
    }
  };
  window.addEventListener("keydown", mark, true);
}
function keepFocus(root) {
  let held = null;
  const look = () => {
    if (held === null || held === root || usable(root, held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", ({ target }) => {
    held = /** @type {Element} */
    target;
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget) held = null;
    else setTimeout(() => held = held === target && document.activeElement !== target ? null : held, 0);
  });
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["hidden", "style", "class", "disabled"]
  });
}
function usable(root, element) {
  return root.contains(element) && !element.matches(":disabled") && element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
}
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
}

// lada_explore/views/base/notes.js
function splitNote(note) {
  const [, first = note, rest = ""] = note.match(/^(.+?[.!?…])\s+(?=[\p{Lu}τλθ])(.+)$/su) ?? [];
  return { first, rest };
}
function notesLine(label) {
  const box = make("details", "lada-notes-line");
  box.setAttribute("aria-label", label);
  box.dataset.alone = "";
  const summary = make("summary");
  const line = make("span", "lada-notes-first");
  const why = make("span", "lada-notes-why", "why?");
  summary.append(line, why);
  const list = make("ul");
  box.append(summary, list);
  return { box, line, why, list };
}
function showNotes({ box, line, why, list }, notes) {
  const told = notes.map(splitNote);
  const more = notes.length > 1 || told.some(({ rest }) => rest);
  box.hidden = !notes.length;
  setWithCode(line, told.map(({ first }) => first).join(" "));
  line.title = line.textContent ?? "";
  why.hidden = !more;
  box.classList.toggle("lada-notes-short", !more);
  if (!more) box.open = false;
  refill(list, notes, () => more ? notes.map(withCode) : []);
}

// lada_explore/views/base/plot_fit.js
var PANEL_PX = 250;
var TIGHT_PX = 170;
var SIDE_PX = 76;
var BETWEEN_PX = 78;
var BAR_PX = 14;
var LINE_PX = 15;
var SMALLEST_PX = 40;
var LONGEST_PX = 220;
var NARROW_PX = 420;
var NARROWEST_PX = 260;
var LETTERS = (
  /** @type {const} */
  ["x", "y"]
);
var pen = penOf(document.createElement("canvas"));
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
var axesOf = (layout, letter) => (
  /** @type {AxisName[]} */
  Object.keys(layout).filter((name) => new RegExp(`^${letter}axis\\d*$`).test(name))
);
var inside = ([left, right], [from, to]) => from >= left - 1e-6 && to <= right + 1e-6;
var onPaper = (one) => one.xref === "paper" && one.yref === "paper";
function stacked(layout, panels, lines) {
  const { t = 0 } = layout.margin ?? {};
  const each = layout.height - t - 100;
  const between2 = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between2;
  const within = (place, y) => 1 - (place * (each + between2) + (1 - y) * each) / all;
  const made = { ...layout, height: layout.height + all - each };
  const placeOf2 = /* @__PURE__ */ new Map();
  for (const name of axesOf(layout, "x")) {
    const place = panels.findIndex((panel) => inside(panel, layout[name].domain ?? [0, 1]));
    if (place < 0) continue;
    placeOf2.set(name.replace("axis", ""), place);
    made[name] = { ...layout[name], domain: [0, 1] };
  }
  for (const name of axesOf(layout, "y")) {
    const place = placeOf2.get(layout[name].anchor ?? "x");
    if (place === void 0) continue;
    const [from, to] = layout[name].domain ?? [0, 1];
    made[name] = { ...layout[name], domain: [within(place, from), within(place, to)] };
  }
  made.annotations = layout.annotations?.map((one) => {
    const place = onPaper(one) ? panels.findIndex((panel) => inside(panel, [one.x, one.x])) : -1;
    if (place < 0) return one;
    const [left, right] = panels[place];
    return { ...one, x: (one.x - left) / (right - left), y: within(place, one.y) };
  });
  return made;
}
var plotOf = ({ margin: { l = 0, r = 0 } = {} }, width) => width - Math.max(l, SIDE_PX) - r;
function fitTitles(layout, width, panels, family) {
  const made = fitAxisTitles(layout, width, family);
  let extra = 0;
  made.annotations = layout.annotations?.map((one) => {
    if (!onPaper(one)) return one;
    const panel = panels.find(([left, right]) => one.x >= left - 1e-6 && one.x < right) ?? [0, 1];
    const until = panels.find(([left]) => left > panel[0])?.[0] ?? 1;
    const room = (until - panel[0]) * plotOf(layout, width) - 8;
    const text = inLines(one.text, room, one.font?.size ?? 12, family);
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
function fitAxisTitles(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { title, domain = [0, 1] } = layout[name];
      if (!title?.text) continue;
      const whole = letter === "x" ? plotOf(layout, width) : layout.height - 130;
      const text = inLines(title.text, Math.max(SMALLEST_PX, (domain[1] - domain[0]) * whole), 12, family);
      made[name] = { ...layout[name], title: { ...title, text } };
    }
  }
  return made;
}
function taller(layout, px) {
  return { ...layout, height: layout.height + px, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + px } };
}
function fitNames(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { ticktext, dtick } = layout[name];
      if (letter === "x" && Number.isInteger(dtick) && width < NARROW_PX)
        made[name] = { ...layout[name], ticklabelstep: width < NARROWEST_PX ? 4 : 2, tickangle: 0 };
      if (!ticktext) continue;
      const room = letter === "y" ? 0.34 * width : Math.min(LONGEST_PX, 0.45 * width);
      made[name] = { ...layout[name], ticktext: ticktext.map((text) => cutTo(text, room, 12, family)) };
    }
  }
  return made;
}
function mostLines(texts, room, family) {
  return Math.max(1, ...texts.map((text) => text ? linesIn(inLines(text, room, 13, family)) : 1));
}
function fitted({ data, layout }, width, family, bar, least = PANEL_PX) {
  if (!width) return { data, layout };
  let panels = layout.meta?.panels ?? [];
  let made = layout;
  if (panels.length > 1 && panels.some(([left, right]) => (right - left) * plotOf(layout, width) < least)) {
    const titles = (layout.annotations ?? []).filter(onPaper).map(({ text }) => text);
    const below = axesOf(layout, "x").map((name) => layout[name].title?.text);
    const room2 = plotOf(layout, width);
    made = stacked(layout, panels, mostLines(titles, room2, family) + mostLines(below, room2, family));
    panels = [];
  }
  made = fitNames(fitTitles(made, width, panels, family), width, family);
  if (bar) made = taller(made, BAR_PX);
  const room = layout.meta?.names ?? width - 70;
  for (const trace of data) if (trace.name) trace.name = inLines(trace.name, room, 11.5, family);
  return { data, layout: { ...made, width } };
}

// lada_explore/views/base/plotly_library.js
var ASK_AFTER_MS = 800;
var ASK_AGAIN_MS = 5e3;
var Library = class {
  started = false;
  askedAt = -Infinity;
  /** @type {(plotly: Plotly) => void} */
  resolve = () => {
  };
  /** @type {(error: unknown) => void} */
  reject = () => {
  };
  constructor() {
    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.ready.catch(() => {
    });
  }
};
var page = globalThis;
var shared = page.__ladaExplorePlotly ?? new Library();
page.__ladaExplorePlotly = shared;
function hand() {
  if (page.Plotly) shared.resolve(page.Plotly);
  else shared.reject(new Error("its script ran but defined nothing"));
}
function takeLibrary(bytes) {
  if (shared.started || !bytes?.byteLength) return;
  shared.started = true;
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => {
    URL.revokeObjectURL(url);
    hand();
  };
  script.onerror = () => shared.reject(new Error("this page does not allow its script"));
  document.head.append(script);
}
function askUntilLoaded(model) {
  let timer;
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
  return (
    /** @type {Typed[K]} */
    new TYPED[array](bytesOf(bytes))
  );
}
function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!value || typeof value !== "object") return value;
  if (!isWireArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner)]));
  }
  const flat = numbers(value);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
}
function isWireArray(value) {
  return "array" in value && "bytes" in value;
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
function pointsOf2(event) {
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
  const line = notesLine("Notes on this chart");
  line.box.classList.add("lada-plot-notes");
  const parts = {
    root,
    error: announced("lada-plot-error", "alert"),
    notes: line.box,
    line,
    /** @type {PlotElement} */
    chart: make("div", "lada-plot-chart"),
    message: make("p", "lada-plot-message"),
    caption: make("p", "lada-plot-caption"),
    probe: make("span")
  };
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
  showNotes(parts.line, spec.notes ?? []);
  parts.chart.setAttribute("aria-label", spec.label || "Chart");
  parts.chart.hidden = !spec.figure;
}
function initialize(model) {
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
  arrange: (layout) => layout,
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
    /** @param {{ model: Model<T> }} given */
    initialize: ({ model }) => initialize(model),
    /** @param {Given<T>} given */
    render({ model, el }) {
      takeLibrary(model.get("library"));
      const parts = build(el);
      const chart = new Chart(model, parts, extend(parts, model));
      return () => chart.close();
    }
  };
}
var Chart = class {
  /**
   * @param {Model<ChartTraits>} model
   * @param {ChartParts} parts
   * @param {ChartExtension} more what stands around the chart
   */
  constructor(model, parts, more) {
    this.model = model;
    this.parts = parts;
    this.more = more;
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
    this.height = 0;
    this.deficit = 0;
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
    this.draw();
  }
  close() {
    this.alive = false;
    this.model.off("change:spec", this.onSpec);
    this.forgetTheme();
    for (const type of PRINTING) removeEventListener(type, this.onPrint);
    this.more.close();
    this.resizer.disconnect();
    this.purge();
  }
  /** Takes plotly's drawing away. */
  purge() {
    if (this.wired) this.plotly?.purge(this.parts.chart);
    this.wired = false;
  }
  resize() {
    const { root, chart } = this.parts;
    if (this.missed || !("rev" in root.dataset)) this.draw();
    else if (this.wired && chart.offsetWidth && (chart.offsetWidth !== this.width || this.room() !== this.height))
      this.draw();
  }
  /** The height in px that the drawing has to fill; 0 where it has none, as on paper. A style sheet says which does. */
  room() {
    const { chart } = this.parts;
    const fills = !this.printed && getComputedStyle(chart).getPropertyValue("--lada-fills").trim() === "1";
    return fills ? chart.offsetHeight : 0;
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
      showText(this.parts.error, `The chart could not be drawn: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.drawing = false;
    }
    requestAnimationFrame(() => this.alive && this.resize());
  }
  async drawOnce() {
    const { model, parts } = this;
    const spec = model.get("spec");
    this.write(spec);
    this.missed = !parts.root.isConnected;
    if (this.missed) return;
    const theme = themeOf(parts.root, parts.probe, this.printed);
    if (spec.figure) {
      const plotly = await shared.ready;
      if (!this.alive) return;
      this.plotly = plotly;
      this.write(spec);
      await this.drawFigure(plotly, spec.figure, theme);
    } else {
      this.purge();
      this.more.emptied();
    }
    parts.root.dataset.theme = theme.dark ? "dark" : "light";
    parts.root.dataset.rev = String(spec.revision);
  }
  /** @param {ChartSpec} spec */
  write(spec) {
    writeTexts(this.parts, spec, messageOf(spec, this.model));
  }
  /**
   * @param {Plotly} plotly
   * @param {Figure} sent
   * @param {ChartTheme} theme
   */
  async drawFigure(plotly, sent, theme) {
    const figure = keepArrays(fromWire(sent), this.figure);
    this.figure = figure;
    const data = figure.data.map((trace) => ({ ...trace }));
    this.more.prepare(data, theme);
    if (JSON.stringify(this.template) !== JSON.stringify(theme.template)) this.template = theme.template;
    const fit = this.fit(figure, data);
    const config = { ...CONFIG, ...this.more.config, ...figure.config };
    const { chart } = this.parts;
    const react = () => plotly.react(chart, data, { ...fit, height: fit.height + this.deficit }, config);
    await react();
    if (!isDrawn(chart)) return;
    const short = MIN_SHARE * fit.height - chart._fullLayout._size.h;
    if (short > 4 && !this.height) {
      this.deficit += short;
      await react();
    }
    if (!this.wired) this.wire(chart);
    this.more.drawn();
  }
  /**
   * The layout for the width there is; names in the traces are fitted too.
   *
   * @param {Figure} figure
   * @param {Trace[]} data
   */
  fit(figure, data) {
    const { root, chart } = this.parts;
    const width = this.printed ? Math.min(chart.offsetWidth, PAPER_PX) : chart.offsetWidth;
    if (width !== this.width) this.deficit = 0;
    this.width = width;
    this.height = this.room();
    const height = this.height || figure.layout.height || HEIGHT;
    const layout = this.more.arrange({ ...figure.layout, height, template: this.template }, this.height > 0);
    const { fontFamily } = getComputedStyle(root);
    const least = this.height ? TIGHT_PX : void 0;
    const made = fitted({ data, layout }, width, fontFamily, !this.more.barInside, least).layout;
    return this.height ? { ...made, height } : made;
  }
  /**
   * Listens to a chart that plotly made anew.
   *
   * @param {DrawnPlot} chart
   */
  wire(chart) {
    const { model } = this;
    chart.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf2(event) }));
    chart.on("plotly_selected", (event) => {
      if (this.drawing) return;
      model.send({ type: "select", points: [...pointsOf2(event), ...this.more.selected(event)] });
    });
    this.wired = true;
  }
};

// lada_explore/views/base/late.js
var GIVEN_UP = "Error displaying widget: model not found";
var VIEW_OF = "application/vnd.jupyter.widget-view+json";
var LOOK_MS = 500;
var LOOKS = 60;
function connectLate(model) {
  let own;
  const found = (changed) => {
    own = changed;
  };
  model.on("change:late", found);
  model.set("late", true);
  model.off("change:late", found);
  connectOwn(own);
}
function connectOwn(own) {
  own?.unset("late", { silent: true });
  const handle = own && Object.getPrototypeOf(own.constructor.prototype)._handle_comm_msg;
  if (!handle || !own.comm) return;
  const { comm } = own;
  own._handle_comm_msg({ content: { data: {} } }).catch(() => comm.send({ method: "request_state" }));
  comm.on_msg((message) => handle.call(own, message));
}
var page2 = globalThis;
var looked = page2.__ladaExploreLooked ?? /* @__PURE__ */ new WeakSet();
page2.__ladaExploreLooked = looked;
function lookForMissed(manager) {
  if (!manager?.context || looked.has(manager)) return;
  looked.add(manager);
  let looks = 0;
  const timer = setInterval(() => {
    if ([...document.querySelectorAll(".jupyter-widgets")].some((node) => node.textContent === GIVEN_UP))
      showMissed(manager);
    looks += 1;
    if (looks === LOOKS) clearInterval(timer);
  }, LOOK_MS);
}
async function showMissed(manager) {
  for (const { outputs } of manager.context?.model?.cells ?? []) {
    for (let place = 0; outputs && place < outputs.length; place++) {
      const output = outputs.get(place).toJSON();
      const id = widgetOf(output);
      if (!id || !manager.has_model?.(id)) continue;
      const model = await manager.get_model?.(id);
      const same2 = place < outputs.length && widgetOf(outputs.get(place).toJSON()) === id;
      if (same2 && !Object.keys(model?.views ?? {}).length) outputs.set(place, output);
    }
  }
}
function widgetOf(output) {
  const shown = output.data?.[VIEW_OF];
  return typeof shown === "object" && "model_id" in shown ? shown.model_id : void 0;
}

// lada_explore/views/base/glossary.js
var PAPER = "LADA";
var TERMS = [
  {
    term: "cycle",
    means: "One round of the loop: candidates are drawn and scored, the policy looks ahead, images are asked about, and the classifier trains on all answers. Cycle 0 is the start, with the first labels.",
    equation: "labels after cycle c = labels at the start + c · b, where b images are asked about in each cycle",
    source: `${PAPER}, section 3; b: supplement, Table 1`
  },
  {
    term: "candidate",
    means: "An unlabelled image that a cycle may ask about. A cycle draws candidates from the pool, all images without a label, and pairs them at random.",
    equation: "M candidates make P = M / 2 pairs (x, x′); in the paper M = 2,000",
    source: `${PAPER}, section 3.3; supplement, A.2`
  },
  {
    term: "guess",
    means: "The class that the classifier finds most likely. It stands in grey after “guess:”; bold is what was answered or is true.",
    equation: "the class c with the largest probability p(c)",
    source: "ours: how a prediction is written here"
  },
  {
    term: "entropy",
    means: "How unsure the classifier is of an image, in bits: 0 where one class has all the probability, log₂ C where C classes are equally likely (3.32 bits for 10).",
    equation: "H = − Σ p(c) log₂ p(c), the sum over the classes c",
    source: `${PAPER}, section 3; bits as in its figures`
  },
  {
    term: "acquisition A",
    means: "What makes an image worth asking about, as a number: mostly its entropy, in some methods another measure with a unit of its own.",
    equation: "A = f_acq(p), for the entropy A = H",
    source: `${PAPER}, section 3; other measures: supplement, section D`
  },
  {
    term: "λ",
    means: "The share of the first image of a pair in a mixture of both: λ = 1 is the first image, λ = 0 the second. `lam` in code. Inner states of the classifier are mixed at the mix layer, or the pixels themselves.",
    equation: "h(λ) = λ h + (1 − λ) h′, 0 ≤ λ ≤ 1",
    source: `${PAPER}, section 3; mixup of Zhang et al. (ICLR 2018) and of Verma et al. (ICML 2019)`
  },
  {
    term: "virtual instance",
    means: "A mixture of the two images of a pair, with the mixture of their labels. The classifier trains on virtual instances of the pairs that were asked about. A spatial transformer makes them by θ instead.",
    equation: "h(λ) with the label λ y + (1 − λ) y′, λ drawn from Beta(τ*, τ*)",
    source: `${PAPER}, section 3.4`
  },
  {
    term: "profile A(λ)",
    means: "The acquisition all along the way from one image of a pair to the other, while the classifier stays as it is. Everything that looking ahead decides is read off it.",
    equation: "A(λ) = f_acq(p of h(λ)); A(1) and A(0) are those of the two images",
    source: `${PAPER}, section 3.2; evaluated at a few λ and joined by curves: ours`
  },
  {
    term: "τ",
    means: "Says how a pair is mixed: near 0 the mixtures stay close to one of the two images, at 1 all are equally likely, above 1 halves are favoured. `tau` in code.",
    equation: "λ ~ Beta(τ, τ), with a density proportional to λ^(τ−1) (1 − λ)^(τ−1)",
    source: `${PAPER}, section 3.2`
  },
  {
    term: "look-ahead value V",
    means: "What the virtual instances of a pair are worth on average, if they are drawn with this τ.",
    equation: "V(τ) = E[A(λ)], λ ~ Beta(τ, τ)",
    source: `${PAPER}, section 3.2; without random draws, by quadrature: ours`
  },
  {
    term: "policy",
    means: "What gives each pair its τ: a small network that learns afresh in every cycle, a fixed τ, or each pair's own best τ (`exact`).",
    equation: "τ = π(h, h′), learned so that the mean of V(τ) over the pairs rises",
    source: `${PAPER}, section 3.2; supplement, Tables 2 and 3 and Equations 1 to 5; exact: ours`
  },
  {
    term: "τ*",
    means: "The τ of a pair once the policy has learned.",
    equation: "τ* = π(h, h′) after the last epoch",
    source: `${PAPER}, section 3.2; over the cycles: supplement, Figure 2`
  },
  {
    term: "gain",
    means: "What learning was worth. The sign of the slope of V moves τ, hardly its size: a tiny gain can take τ* as far as a large one.",
    equation: "gain = V(τ*) − V(τ before learning)",
    source: "ours"
  },
  {
    term: "regret",
    means: "What the policy left: how much more the pair's own best τ would give.",
    equation: "regret = max V(τ) − V(τ*), the largest V over the range of τ",
    source: "ours"
  },
  {
    term: "score",
    means: "What pairs are ranked by: the acquisition of both images and the look-ahead value.",
    equation: "score = A(1) + A(0) + V(τ*); the b / 2 pairs with the highest scores are asked about",
    source: `${PAPER}, section 3.2`
  },
  {
    term: "query",
    means: "The images that a cycle asks about. The oracle answers: the labels of the data set, a person, or either with mistakes made on purpose.",
    equation: "b images, in the paper 10, for CIFAR-100 100",
    source: `${PAPER}, section 3; supplement, Table 1`
  },
  {
    term: "θ",
    means: "How a spatial transformer moves, turns and scales an image, in methods that transform images in place of mixing pairs.",
    equation: "x̃ = x sampled at θ · (u, v, 1), θ a matrix of 2 × 3 near the identity",
    source: `${PAPER}, supplement, section E, Algorithm 1; the bound on θ: ours`
  },
  {
    term: "kappa κ",
    means: "How far two that name classes agree beyond chance, two people or two classifiers: 1 is always, 0 no more than by chance.",
    equation: "κ = (p_o − p_e) / (1 − p_e), p_o how often they agree, p_e how often by chance",
    source: "Cohen (1960); Fleiss (1971) for more than two"
  }
];
function glossaryList() {
  const list = make("dl", "lada-words");
  for (const { term, means, equation, source } of TERMS) {
    const one = make("div", "lada-word");
    const said = make("dd", "lada-word-means");
    setWithCode(said, means);
    one.append(
      make("dt", "lada-word-term", term),
      said,
      make("dd", "lada-word-equation", equation),
      make("dd", "lada-word-source", source)
    );
    list.append(one);
  }
  return list;
}

// lada_explore/views/base/tab_list.js
function placeAfter(key, at, count) {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowLeft":
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
function tabList(list, className, choose) {
  const tabs = () => (
    /** @type {NodeListOf<HTMLElement>} */
    list.querySelectorAll("[role=tab]")
  );
  const press = (place) => {
    choose(place);
    tabs()[place]?.focus();
  };
  list.addEventListener("keydown", (event) => {
    const at = Array.from(tabs()).findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = placeAfter(event.key, at, tabs().length);
    if (to === null || at < 0) return;
    event.preventDefault();
    press(to);
  });
  return (label, titles, chosen) => {
    if (titles.length) setAttributes(list, { role: "tablist", "aria-label": label });
    else for (const name of ["role", "aria-label"]) list.removeAttribute(name);
    refill(
      list,
      titles,
      () => titles.map((title, place) => {
        const tab = button(title, "", () => press(place), className);
        tab.setAttribute("role", "tab");
        return tab;
      })
    );
    tabs().forEach((tab, place) => {
      setAttributes(tab, { "aria-selected": place === chosen });
      tab.tabIndex = place === chosen ? 0 : -1;
    });
    const shown = tabs()[chosen];
    if (shown && list.scrollWidth > list.clientWidth) list.scrollLeft = shown.offsetLeft - list.offsetLeft - 40;
  };
}

// lada_explore/views/base/key_list.js
function keyCap(key) {
  const cap = make("span", "lada-key");
  const parts = key === "+" ? ["+"] : key.split(/(?<=.)\+(?=.)/);
  cap.append(...parts.flatMap((part, place) => [...place ? ["+"] : [], make("kbd", "", part)]));
  return cap;
}
function sectionParts({ title, does, lines }) {
  const list = make("dl", "lada-keys-list");
  for (const [keys, what] of lines) {
    const [line, caps] = [make("div", "lada-keys-line"), make("dt")];
    caps.append(...[keys].flat().flatMap((key) => [keyCap(key), " "]));
    line.append(caps, make("dd", "", what));
    list.append(line);
  }
  return [
    ...title ? [make("h3", "lada-keys-part", title)] : [],
    ...does ? [make("p", "", does)] : [],
    ...lines.length ? [list] : []
  ];
}
var TABS = ["Parts and keys", "Words"];
function twoPages(keys) {
  const [row, words] = [make("div", "lada-keys-tabs"), make("div")];
  const pages = [keys, words];
  pages.forEach((page3, place) => {
    page3.classList.add("lada-keys-page");
    setAttributes(page3, { role: "tabpanel", tabindex: 0, "aria-label": TABS[place] });
  });
  const label = tabList(row, "lada-keys-tab", (place) => show(place));
  const show = (chosen) => {
    if (chosen === 1 && !words.firstChild) words.append(glossaryList());
    label("What is listed", TABS, chosen);
    pages.forEach((page3, place) => {
      page3.hidden = place !== chosen;
    });
  };
  return { parts: [row, ...pages], show };
}
function keyList(root, title, sections, intro) {
  const dialog = make("dialog", "lada-keys");
  dialog.setAttribute("aria-label", title);
  const close = button("Close", "Back to the view (key Escape)", () => dialog.close(), "lada-button");
  const [keys, body] = [make("div"), make("div")];
  keys.append(...intro ? [intro] : [], body);
  const pages = twoPages(keys);
  const head = make("div", "lada-keys-head");
  head.append(make("h2", "lada-keys-title", title), close);
  dialog.append(head, ...pages.parts);
  for (const type of KEY_EVENTS) dialog.addEventListener(type, (event) => event.stopPropagation());
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "?") dialog.close();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  root.append(dialog);
  const open = () => {
    const shown = sections();
    refill(body, shown, () => shown.flatMap(sectionParts));
    pages.show(0);
    if (!dialog.open) dialog.showModal();
  };
  return { open };
}
var KEYS_LABEL = "What is shown here, and its keys";
function keysButton(open, className = "lada-button") {
  const made = button("?", "What is shown here, and its keys (key ?)", open, `${className} lada-keys-button`);
  made.setAttribute("aria-label", KEYS_LABEL);
  made.setAttribute("aria-keyshortcuts", "?");
  return made;
}

// lada_explore/views/base/view_keys.js
var ASKED_FOR_KEYS = "lada-keys";
var EVERYWHERE = [
  [["Tab", "Shift+Tab"], "the next control, the one before"],
  [["Enter", "Space"], "press the button that has the focus"],
  ["?", "this list"]
];
var VIEWS = [
  {
    selector: ".lada-tabs",
    title: "tabs",
    does: "Every tab shows the same cycle, the same images and the same pair in another way. Some have parts, which stand beside the tabs.",
    lines: [
      [["←", "→"], "the tab before, the next one"],
      [["Home", "End"], "the first tab, the last one"]
    ]
  },
  {
    selector: ".lada-slider",
    title: "cycle slider",
    does: "Chooses the cycle that every view shows. Cycle 0 is the start, before the first query.",
    lines: [
      [["←", "→"], "the cycle before, the next one, on the slider"],
      [["Home", "End"], "the first cycle, the last one"]
    ]
  },
  {
    selector: ".lada-stepper",
    title: "steps of the run",
    does: "The stages of a cycle, how long each took, and the buttons that run the next ones.",
    lines: [["Enter", "in the number of cycles: run them"]]
  },
  {
    selector: ".lada-map",
    title: "map",
    does: "The candidates of the cycle and the labelled images; near each other are those that the classifier takes for alike. A star is an image that was asked about, with its entropy; a cross is a virtual instance that would be made of it, with the largest and the average value of its pair. Point at an image for its card, drag over several to mark them in every view.",
    lines: [
      [["←", "→", "↑", "↓"], "the nearest image in that direction, where the map has the focus"],
      ["Enter", "choose the image, and its pair if it has one"],
      ["Space", "mark the image too, or take its mark away"],
      [["Shift+←", "Shift+→", "Shift+↑", "Shift+↓"], "go on, and mark the images on the way"],
      ["Escape", "hide the cursor; where none is shown, clear the marks"],
      [["+", "="], "magnify the middle of the map"],
      ["-", "see more around it"],
      ["0", "see the whole map"],
      [["Ctrl+wheel", "⌘+wheel"], "magnify at the pointer; after a click into the map the wheel alone does"],
      ["two fingers", "magnify and move the map; one finger scrolls the page"]
    ]
  },
  {
    selector: ".lada-mixer",
    title: "pair mixer",
    does: "The chosen pair: its two images mixed by λ, what the acquisition gives all along the mixture, the draws of λ that τ* makes likely, and the pair's score.",
    lines: [[["←", "→"], "move the slider that has the focus"]]
  },
  {
    selector: ".lada-ti",
    title: "five minutes to τ*",
    does: "What τ* is: the value of a mixed pair by λ, which you draw, the look-ahead value V(τ) of it, and an optimiser that follows its slope.",
    lines: [
      [["↑", "↓"], "move the point that has the focus"],
      [["Page Up", "Page Down"], "move it by more"],
      [["Home", "End"], "move it to the lower end, to the upper end"]
    ]
  },
  {
    selector: ".lada-st",
    title: "the story of τ*",
    does: "How τ* comes about, in six states with a caption each: two images, the boundary between them, A(λ) all along the way, τ as the policy learns it, a run in which the sign flips, and the end of the range. All numbers are of recorded runs.",
    lines: [[["←", "→"], "the state before, the next one; on the slider, the epoch before, the next one"]]
  },
  {
    selector: ".lada-why",
    title: "why not this one?",
    does: "Finds any image by id, file name or class, and says for every cycle whether it was drawn, what it scored, its rank, and what it lacked to be asked about.",
    lines: [
      ["↓", "from the field to the images that were found"],
      [["↑", "↓"], "the image before, the next one"]
    ]
  },
  {
    selector: ".lada-playground",
    title: "playground",
    does: "LADA on points of the plane: the classifier's entropy, the pairs, their virtual instances and τ, step by step, or played against the method.",
    lines: [
      ["1", "answer the first class for the point that waits, 2 the second, and so on"],
      [["←", "→", "↑", "↓"], "while points are drawn: move the cross"],
      ["Enter", "while points are drawn: put points at the cross"],
      [["←", "→", "↑", "↓"], "in the duel: the nearest candidate in that direction"],
      [["Enter", "Space"], "in the duel: pick the candidate, or put it back"]
    ]
  },
  {
    selector: ".lada-runs",
    title: "runs",
    does: "The runs of a folder, each branch below the run that it began from, with what it changed and how far it is.",
    lines: [
      [["↑", "↓"], "the run before, the next one"],
      [["←", "→"], "close the branches of the run, open them"],
      [["Home", "End"], "the first run, the last one"],
      ["Enter", "open the run"],
      ["Space", "tick the run to compare it, or take the tick away"],
      ["Delete", "delete the run, after a question"]
    ]
  },
  {
    selector: ".lada-duel",
    title: "duel",
    does: "You against the method: both pick images from the same labels, and both classifiers are trained and compared.",
    lines: [[["Enter", "Space"], "pick the image, or put it back"]]
  },
  {
    selector: ".lada-question",
    title: "question",
    does: "A question that is checked here; nothing about the answer is sent anywhere.",
    lines: [
      [["↑", "↓"], "the choice before, the next one"],
      ["Enter", "in the field of a number: check it"]
    ]
  },
  {
    selector: ".lada-check",
    title: "labels to look at again",
    does: "Labels that a classifier trained without them contradicts, the most doubtful first. Each is kept or changed here.",
    lines: [[["↑", "↓"], "another class, in the list of classes"]]
  },
  {
    selector: ".lada-branch",
    title: "branches",
    does: "Branch begins a run of its own that shares this one up to the shown cycle. Runs shows the runs of the folder.",
    lines: []
  },
  {
    selector: ".lada-compare",
    title: "A or B",
    does: "Shows two cycles of this run, or two runs, side by side in every tab: A is what the cycle slider says.",
    lines: []
  },
  {
    selector: ".lada-compared",
    title: "compared runs",
    does: "What the runs asked about, what it bought at each number of labels, and where their classifiers disagree.",
    lines: []
  },
  {
    selector: ".lada-ledger",
    title: "score ledger",
    does: "Every candidate pair with the terms of its score, best first. The three sliders weigh the terms: a line is where the query would end.",
    lines: []
  },
  {
    selector: ".lada-effects",
    title: "what would an answer change?",
    does: "For an image that was asked about: the last layer fitted with each answer that it could have, and how many candidates then change class.",
    lines: []
  },
  {
    selector: ".lada-what-if",
    title: "another rule",
    does: "What another rule would have asked about from the same scores: which images leave the query and which enter it.",
    lines: []
  },
  {
    selector: ".lada-gallery",
    title: "gallery",
    does: "The images that the cycle asked about, best first. A card chooses its pair in every view.",
    lines: []
  },
  {
    selector: ".lada-plot",
    title: "chart",
    does: "Point at it for its values, drag over a part to magnify it, double-click to see all of it again.",
    lines: []
  }
];
var EXPLORER = ".lada-explorer";
var BARS = ".lada-slider, .lada-stepper, .lada-compare, .lada-branch";
var keysOfView = (root) => VIEWS.find(({ selector }) => root.matches(selector));
function sectionsOf(root) {
  const own = [];
  const keys = keysOfView(root);
  if (!keys) root.dispatchEvent(new CustomEvent(ASKED_FOR_KEYS, { detail: own }));
  else if (!root.querySelector(":scope > .lada-plot-message:not([hidden])")) {
    const chart = keys.title === "chart" && root.querySelector(".lada-plot-chart")?.getAttribute("aria-label");
    own.push(chart ? { ...keys, title: chart } : keys);
  }
  return own;
}
function sectionsInSight(explorer, first) {
  const views = [...explorer.querySelectorAll(".lada-view")].filter(
    (one) => one !== first && one.closest(EXPLORER) === explorer && one.checkVisibility()
  );
  const inBar = (one) => one.closest(".lada-explorer-head") !== null;
  const ordered = [
    ...inBar(first) ? [] : [first],
    ...views.filter((one) => !inBar(one)),
    ...inBar(first) ? [first] : [],
    ...views.filter(inBar)
  ];
  const all = [...ordered.flatMap(sectionsOf), { title: "everywhere", does: "", lines: EVERYWHERE }];
  return all.filter(({ title }, place) => all.findIndex((one) => one.title === title) === place);
}
var lists = /* @__PURE__ */ new WeakMap();
function showKeys(root) {
  const explorer = root.closest(EXPLORER);
  const keys = keysOfView(root);
  if (!explorer && !keys) return false;
  const list = lists.get(root) ?? (explorer ? keyList(root, "Parts and keys of this page", () => sectionsInSight(explorer, root)) : keyList(
    root,
    `Keys: ${keys?.title}`,
    () => sectionsOf(root).map((one) => ({ ...one, title: "", lines: [...one.lines, ...EVERYWHERE] }))
  ));
  lists.set(root, list);
  list.open();
  return true;
}
function offerKeys(el) {
  const root = el.querySelector(".lada-view");
  if (!root || !keysOfView(root) || root.matches(BARS) || root.querySelector(".lada-keys-button")) return;
  const shown = keysButton(() => showKeys(root), "lada-keys-corner");
  const bar = root.querySelector(".lada-map-bar");
  const chart = root.querySelector(".lada-plot-chart");
  if (bar) bar.append(shown);
  else if (chart) {
    const place = make("div", "lada-keys-place");
    place.append(shown);
    chart.before(place);
  } else root.append(shown);
}
function listenForKeys(el) {
  const open = (event) => {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (key !== "?" || ctrlKey || metaKey || altKey || isComposing || !(target instanceof Element)) return;
    const root = target.closest(".lada-view");
    if (!root || takesText(target) || target.closest("dialog") || !keysOfView(root)) return;
    event.preventDefault();
    event.stopPropagation();
    showKeys(root);
  };
  el.addEventListener("keydown", open, true);
  return () => el.removeEventListener("keydown", open, true);
}
function takesText(target) {
  return target.matches("input:not([type=range], [type=radio], [type=checkbox], [type=button]), textarea, select");
}

// lada_explore/views/base/kernel.js
var RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
var ENDED = "The kernel has ended: start it again and run this cell.";
var LEFT = "The kernel of this page has ended: load the page again.";
var NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
var UNCONNECTED = "jupyter-widgets-disconnected";
var CONTROLS = (
  /** @type {const} */
  ["button", "input", "select", "textarea"].join(", ")
);
var Kernel = class {
  /**
   * @param {WidgetManager | undefined} manager
   * @param {HTMLElement} el
   */
  constructor(manager, el) {
    this.gone = el.classList.contains(UNCONNECTED) ? NEVER : "";
    this.manager = manager;
    this.session = manager?.context?.sessionContext;
    this.callbacks = [];
    this.first = manager?.kernel?.id;
    this.marked = new MutationObserver(() => {
      if (el.classList.contains(UNCONNECTED)) this.lose(RESTARTED);
    });
    this.marked.observe(el, { attributes: true, attributeFilter: ["class"] });
    this.onStatus = () => this.look();
    const { session } = this;
    const signals = [session?.statusChanged ?? manager?.kernel?.statusChanged, session?.kernelChanged];
    this.signals = this.first ? signals.filter((signal) => signal !== void 0) : [];
    for (const signal of this.signals) signal.connect(this.onStatus);
  }
  /** @param {() => void} callback */
  onGone(callback) {
    this.callbacks.push(callback);
  }
  /** @param {string} sentence */
  lose(sentence) {
    if (this.gone) return;
    this.gone = this.manager && !this.session ? LEFT : sentence;
    for (const callback of this.callbacks) callback();
  }
  look() {
    const now = this.manager?.kernel;
    const status = now?.status ?? this.session?.kernelDisplayStatus ?? "";
    if (["restarting", "autorestarting"].includes(status)) this.lose(RESTARTED);
    else if (!now || ["dead", "terminating"].includes(status)) this.lose(ENDED);
    else if (this.first && now.id !== this.first) this.lose(RESTARTED);
  }
  stop() {
    this.marked.disconnect();
    for (const signal of this.signals) signal.disconnect(this.onStatus);
  }
};
function guardedModel(model, kernel) {
  return {
    kernel,
    widget_manager: model.widget_manager,
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    on: (event, listener) => model.on(event, listener),
    off: (event, listener) => model.off(event, listener),
    send: (message) => {
      if (kernel.gone) return;
      try {
        model.send(message);
      } catch {
      }
    }
  };
}
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    const controls = el.querySelectorAll(CONTROLS);
    for (const control of controls) if (!control.closest("[data-alone]")) control.disabled = true;
    const instead = el.querySelector("[tabindex]");
    if (held && !el.contains(document.activeElement)) instead?.focus({ preventScroll: true });
  };
  const deaf = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("[data-alone]")) return;
    event.stopImmediatePropagation();
  };
  for (const type of KEY_EVENTS) el.addEventListener(type, deaf, true);
  const more = new MutationObserver(off);
  more.observe(el, { childList: true, subtree: true });
  off();
  return () => {
    more.disconnect();
    for (const type of KEY_EVENTS) el.removeEventListener(type, deaf, true);
  };
}
function renewPlain(renewed, manager) {
  const cells = manager?.context?.model?.cells;
  if (!cells || !Object.keys(renewed).length) return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place++) if (outputs) renewOutput(outputs, place, renewed);
  }
}
function renewOutput(outputs, place, renewed) {
  const output = outputs.get(place).toJSON();
  const html = [output.data?.["text/html"] ?? ""].flat().join("");
  const name = Object.keys(renewed).find((one) => html.includes(`data-name="${one}"`));
  if (name && html !== renewed[name]["text/html"]) outputs.set(place, { ...output, data: renewed[name] });
}
var NEVER_GONE = { gone: "", onGone() {
} };
function withKernel({ initialize: initialize2, render }, { says = true } = {}) {
  return {
    initialize(given) {
      connectLate(given.model);
      lookForMissed(given.model.widget_manager);
      return initialize2?.({ ...given, model: guardedModel(given.model, NEVER_GONE) });
    },
    render(given) {
      const { model, el } = given;
      const kernel = new Kernel(model.widget_manager, el);
      let switchOn = () => {
      };
      const sayGone = () => {
        if (says) el.prepend(goneNote(kernel.gone));
        el.classList.add("lada-without-kernel");
        switchOn = switchOff(el);
      };
      kernel.onGone(sayGone);
      const renew = () => renewPlain(model.get("renewed") ?? {}, model.widget_manager);
      model.on("change:renewed", renew);
      renew();
      const close = render({ ...given, model: guardedModel(model, kernel) });
      offerKeys(el);
      const deaf = listenForKeys(el);
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        switchOn();
        deaf();
        close?.();
      };
    }
  };
}
function goneNote(sentence) {
  const note = make("p", "lada-no-kernel", sentence);
  note.setAttribute("role", "status");
  return note;
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
  if (!isDrawn(chart)) return [];
  const { xaxis, yaxis } = chart._fullLayout;
  const found = [];
  for (const trace of chart.data) {
    if (trace.visible === "legendonly") continue;
    for (const { key, x, y } of pointsOf(trace)) {
      found.push({ key, at: [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)] });
    }
  }
  return found;
}
function placeOn(chart, key) {
  if (!isDrawn(chart)) return null;
  const { xaxis, yaxis } = chart._fullLayout;
  const [first, second, third] = key;
  for (const { customdata = [], visible, x, y } of chart.data) {
    if (visible === "legendonly") continue;
    const n = customdata.findIndex((one) => one[0] === first && one[1] === second && one[2] === third);
    if (n >= 0) return [xaxis._offset + xaxis.d2p(Number(x?.[n])), yaxis._offset + yaxis.d2p(Number(y?.[n]))];
  }
  return null;
}
var MapCursor = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {object} on
   * @param {(key: Key) => void} on.pick hears what Enter chooses
   * @param {(key: Key) => void} on.toggle hears what Space marks, or no longer marks
   * @param {(keys: Key[]) => void} on.add hears what Shift with an arrow marks
   * @param {() => void} on.clear hears that nothing is to be marked any more
   * @param {(key: Key) => void} on.point hears where an arrow leads
   * @param {() => void} on.leave hears that no point is meant any more
   * @param {(key: string) => boolean} on.key hears of any other key, and says whether it did something
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
    const direction = ARROWS[event.key];
    if (direction) this.move(direction, event.shiftKey);
    else if (event.ctrlKey || event.metaKey || !(this.act(event.key) || this.on.key(event.key))) return;
    event.preventDefault();
  }
  /**
   * What a key does where the cursor is.
   *
   * @param {string} key
   * @returns {boolean} whether it did something
   */
  act(key) {
    const { current, on } = this;
    const shown = !this.mark.hidden;
    if (key === "Escape") {
      if (shown) this.hide();
      else on.clear();
    } else if (key === "Enter" && current) on.pick(current);
    else if (key === " " && current && shown) on.toggle(current);
    else return key === " ";
    return true;
  }
  /**
   * @param {Place} direction
   * @param {boolean} marks whether the images on the way are marked
   */
  move(direction, marks) {
    const points = pointsOn(this.chart);
    const named = (name) => points.find(({ key }) => String(key) === name);
    const here = named(String(this.current));
    const next = here ? neighbour(points, here.at, direction) : named(this.on.first()) ?? points[0];
    if (marks && next) this.on.add(here && !this.mark.hidden ? [here.key, next.key] : [next.key]);
    if (next) this.go(next);
  }
  /** @param {MapPoint} point */
  go({ key, at }) {
    this.current = key;
    this.put(at);
    this.mark.hidden = false;
    this.chart.append(this.mark);
    this.on.point(key);
  }
  /** @param {Place} at */
  put([left, top]) {
    this.mark.style.left = `${left}px`;
    this.mark.style.top = `${top}px`;
  }
  /** Stays on its point when the chart is drawn anew, in which that may lie elsewhere. */
  follow() {
    const at = this.current && !this.mark.hidden ? placeOn(this.chart, this.current) : null;
    if (this.current && at) this.put(at);
  }
  hide() {
    if (!this.mark.hidden) this.on.leave();
    this.mark.hidden = true;
  }
};

// lada_explore/views/map/card.js
var BIG_PX = 96;
var GAP_PX = 16;
function picturesOf([first, second], { transforms = [] }) {
  const image = { id: first, ofTransform: false, name: "" };
  if (second < 0) return [image];
  if (second !== first) return [image, { ...image, id: second }];
  const named = { ...image, name: "image" };
  return transforms.includes(first) ? [named, { id: first, ofTransform: true, name: "its transform" }] : [named];
}
function besidePoint([x, y], [width, height], [across, down]) {
  const within = (at, most) => Math.max(0, Math.min(at, most));
  const right = x + GAP_PX;
  const left = x - GAP_PX - width;
  if (right + width <= across || left >= 0) {
    return [right + width <= across ? right : left, within(y - height / 2, down - height)];
  }
  const below = y + GAP_PX;
  return [within(x - width / 2, across - width), below + height <= down ? below : y - GAP_PX - height];
}
function lineOf(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}
var ImageCard = class {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.detail the card
   * @param {PlotElement} parts.chart
   * @param {Sprite} sprite
   * @param {Model<MapTraits>} model of the view
   */
  constructor({ detail, chart }, sprite, model) {
    this.card = detail;
    this.chart = chart;
    this.sprite = sprite;
    this.model = model;
    detail.hidden = true;
  }
  /**
   * Shows a point of the map beside it; one that is not on the map is not shown.
   *
   * @param {Key} key
   */
  show(key) {
    const atlas = this.model.get("atlas");
    const lines = atlas.details?.[String(key)];
    if (!lines || atlas.cycle !== this.model.get("panel").cycle) return;
    const at = placeOn(this.chart, key);
    if (!at) return this.hide();
    this.fill(key, lines, atlas);
    this.card.hidden = false;
    const [width, height] = [this.card.offsetWidth, this.card.offsetHeight];
    const [left, top] = besidePoint(at, [width, height], [this.chart.clientWidth, this.chart.clientHeight]);
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
  }
  /**
   * @param {Key} key
   * @param {Line[]} lines
   * @param {Atlas} atlas
   */
  fill(key, lines, atlas) {
    if (this.card.dataset.key === String(key) && this.card.childElementCount) return;
    const pictures = picturesOf(key, atlas);
    const thumbs = make("div", "lada-map-thumbs");
    for (const { id, ofTransform, name } of pictures) {
      const one = make("div");
      if (name) one.append(make("span", "", name));
      one.append(this.sprite.thumb(id, pictures.length > 1 ? BIG_PX / 1.3 : BIG_PX, ofTransform));
      thumbs.append(one);
    }
    const words = make("div", "lada-map-words");
    words.append(...lines.map(lineOf));
    this.card.replaceChildren(thumbs, words);
    this.card.dataset.key = String(key);
  }
  hide() {
    this.card.hidden = true;
  }
  /** Takes away what it shows: the words or the images of a cycle are others now. */
  empty() {
    this.card.replaceChildren();
    delete this.card.dataset.key;
    this.hide();
  }
};

// lada_explore/views/map/density.js
var DENSITY = "density";
var DARKEST = 0.3;
function opacities(rows) {
  const cells = Array.from(rows, (row) => Array.from(row)).reverse().flat();
  const highest = Math.max(...cells, 0) || 1;
  return cells.map((value) => DARKEST * Math.sqrt(Math.max(value, 0) / highest));
}
function pictureOf(rows, ink) {
  const picture = document.createElement("canvas");
  Object.assign(picture, { width: rows[0].length, height: rows.length });
  const context = picture.getContext("2d");
  const image = new ImageData(picture.width, picture.height);
  opacities(rows).forEach((opacity, n) => image.data.set([...ink, Math.round(255 * opacity)], 4 * n));
  context?.putImageData(image, 0, 0);
  return picture;
}
function reach(centres) {
  const [first, last] = [Number(centres[0]), Number(centres[centres.length - 1])];
  const half = (last - first) / (centres.length - 1) / 2;
  return [first - half, last + half];
}
var MapDensity = class {
  /** @param {PlotElement} chart that plotly draws */
  constructor(chart) {
    this.chart = chart;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "lada-map-density";
    this.canvas.setAttribute("aria-hidden", "true");
    this.shown = null;
  }
  /**
   * Takes the density from the traces that plotly is about to draw, which keeps its entry in the legend.
   *
   * @param {Trace[]} data
   * @param {string} ink text colour of the page
   */
  take(data, ink) {
    this.shown = null;
    const trace = data.find(({ meta }) => meta === DENSITY);
    if (!trace?.z || !trace.x || !trace.y) return;
    const rgb = channelsOf(ink, [128, 128, 128]).slice(0, 3);
    this.shown = { trace, picture: pictureOf(trace.z, rgb), x: reach(trace.x), y: reach(trace.y) };
    const marker = { color: `rgba(${rgb.join(", ")}, ${DARKEST / 2})`, symbol: "square", size: 12 };
    Object.assign(trace, { type: "scatter", mode: "markers", x: [null], y: [null], z: void 0, marker });
  }
  /** Puts the canvas behind that of the dots, once plotly has drawn. */
  go() {
    this.chart.prepend(this.canvas);
    this.draw();
  }
  draw() {
    const { canvas, chart, shown } = this;
    if (!isDrawn(chart)) return;
    canvas.hidden = !shown || shown.trace.visible === "legendonly";
    if (!shown || canvas.hidden) return;
    const { xaxis, yaxis } = chart._fullLayout;
    const [width, height] = [xaxis._length, yaxis._length];
    const sharp = globalThis.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(sharp * width), height: Math.round(sharp * height) });
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    Object.assign(canvas.style, { left, top, width: `${width}px`, height: `${height}px` });
    const across = width / (xaxis.range[1] - xaxis.range[0]);
    const down = height / (yaxis.range[1] - yaxis.range[0]);
    const [x, y] = [(shown.x[0] - xaxis.range[0]) * across, (yaxis.range[1] - shown.y[1]) * down];
    const size = [(shown.x[1] - shown.x[0]) * across, (shown.y[1] - shown.y[0]) * down];
    const context = canvas.getContext("2d");
    context?.scale(sharp, sharp);
    context?.drawImage(shown.picture, x, y, size[0], size[1]);
  }
  close() {
    this.canvas.remove();
  }
};

// lada_explore/views/base/motion.js
var eased = (time) => time * time * (3 - 2 * time);

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

// lada_explore/views/map/stamps.js
var STEPS = 4;
var MAX_BRUSHES = 4096;
function shapeOf(name, open, size) {
  const canvas = make("canvas");
  const reach2 = Math.ceil(0.75 * size + 1);
  const width = 2 * reach2 + 1;
  Object.assign(canvas, { width, height: width });
  const pen2 = penOf(canvas);
  pen2.beginPath();
  addGlyph(pen2, name, width / 2, width / 2, size / 2);
  if (open) pen2.stroke();
  else pen2.fill();
  const { data } = pen2.getImageData(0, 0, width, width);
  const inside2 = Array.from({ length: width * width }, (_, n) => n).filter((n) => data[4 * n + 3]);
  return {
    reach: reach2,
    across: Int16Array.from(inside2, (n) => n % width - reach2),
    down: Int16Array.from(inside2, (n) => Math.floor(n / width) - reach2),
    cover: Uint8Array.from(inside2, (n) => data[4 * n + 3])
  };
}
function premultiplied([red, green, blue], opacity) {
  const byte = (value) => Math.round(value * opacity);
  return (byte(255) << 24 | byte(blue) << 16 | byte(green) << 8 | byte(red)) >>> 0;
}
function over(ink, below) {
  const kept = 256 - (ink >>> 24) - (ink >>> 31);
  const even2 = (below & 16711935) * kept >>> 8;
  const odd = (below >>> 8 & 16711935) * kept;
  return ink + (even2 & 16711935) + ((odd & 4278255360) >>> 0) >>> 0;
}
function divided(pixel) {
  const opacity = pixel >>> 24;
  if (opacity === 0 || opacity === 255) return pixel;
  const byte = (place) => Math.min(255, Math.round((pixel >>> place & 255) * 255 / opacity)) << place;
  return (opacity << 24 | byte(16) | byte(8) | byte(0)) >>> 0;
}
var Stamps = class {
  constructor() {
    this.canvas = make("canvas");
    this.shapes = /* @__PURE__ */ new Map();
    this.brushes = /* @__PURE__ */ new Map();
    this.sharp = 1;
    this.width = 0;
    this.height = 0;
    this.pixels = new Uint32Array();
  }
  /**
   * Begins an empty picture.
   *
   * @param {number} width in px of the page
   * @param {number} height
   * @param {number} sharp px of the screen for one of the page
   */
  begin(width, height, sharp) {
    const [across, down] = [Math.max(1, Math.round(width * sharp)), Math.max(1, Math.round(height * sharp))];
    this.sharp = sharp;
    if (this.width === across && this.height === down) {
      this.pixels.fill(0);
      return;
    }
    Object.assign(this.canvas, { width: across, height: down });
    [this.width, this.height] = [across, down];
    this.pixels = new Uint32Array(across * down);
  }
  /**
   * What puts down marks of one kind.
   *
   * @param {string} name of the shape, see `addGlyph`
   * @param {boolean} open whether only its outline is drawn
   * @param {number} size in px of the page
   * @param {Colour} colour
   * @param {number} opacity 0 to 1
   * @returns {Brush}
   */
  brush(name, open, size, colour, opacity) {
    const steps = Math.round(size * this.sharp * STEPS);
    const [shaped, painted] = [`${name} ${open} ${steps}`, `${name} ${open} ${steps} ${colour} ${opacity}`];
    const known = this.brushes.get(painted);
    if (known) return known;
    const shape2 = this.shapes.get(shaped) ?? shapeOf(name, open, steps / STEPS);
    this.shapes.set(shaped, shape2);
    const ink = Uint32Array.from(shape2.cover, (cover) => premultiplied(colour, cover / 255 * opacity));
    if (this.brushes.size >= MAX_BRUSHES) this.brushes.clear();
    this.brushes.set(painted, { shape: shape2, ink });
    return { shape: shape2, ink };
  }
  /**
   * Puts down a mark; what of it lies outside of the picture is cut.
   *
   * @param {Brush} brush
   * @param {number} x of its middle, in px of the page
   * @param {number} y
   */
  put({ shape: { reach: reach2, across, down }, ink }, x, y) {
    const { width, height, pixels } = this;
    const [left, top] = [Math.floor(x * this.sharp), Math.floor(y * this.sharp)];
    const whole = left >= reach2 && left < width - reach2 && top >= reach2 && top < height - reach2;
    for (let n = 0; n < ink.length; n += 1) {
      const [column, row] = [left + across[n], top + down[n]];
      if (!whole && (column < 0 || column >= width || row < 0 || row >= height)) continue;
      const at = row * width + column;
      pixels[at] = pixels[at] ? over(ink[n], pixels[at]) : ink[n];
    }
  }
  /** Shows what was put down since `begin`. */
  show() {
    const picture = new ImageData(this.width, this.height);
    const shown = new Uint32Array(picture.data.buffer);
    const { pixels } = this;
    for (let at = 0; at < pixels.length; at += 1) if (pixels[at]) shown[at] = divided(pixels[at]);
    penOf(this.canvas).putImageData(picture, 0, 0);
  }
};

// lada_explore/views/map/dots.js
var MANY = 5e3;
var AGAIN_MS = 120;
var DOTS = "dots";
function channels(hex) {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
  return [red, green, blue];
}
function onScale(value, { cmin = 0, cmax = 1, colorscale = [] }) {
  const at = Math.min(Math.max((value - cmin) / (cmax - cmin || 1), 0), 1);
  const above = Math.max(
    1,
    colorscale.findIndex(([place]) => place >= at)
  );
  const [[low, from], [high, to]] = [colorscale[above - 1], colorscale[above]];
  const share = (at - low) / (high - low);
  const [here, other] = [channels(from), channels(to)];
  const mixed = (k) => Math.round(here[k] + share * (other[k] - here[k]));
  return [mixed(0), mixed(1), mixed(2)];
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
var sizesOf = (size) => typeof size === "object" ? size : [];
var nameOf = (key) => key[1] < 0 ? key[0] : String(key);
function groupOf(trace, before) {
  const { marker = {} } = trace;
  const { color = "", size, symbol = "", opacity = 1 } = marker;
  const [shape2, open] = symbol.split(/-(?=open$)/);
  const keys = Array.from(trace.customdata ?? []);
  const [xs, ys] = [trace.x, trace.y].map((values) => Float64Array.from(keys, (_, n) => Number(values?.[n])));
  const [fromXs, fromYs] = [xs.slice(), ys.slice()];
  let glides = false;
  if (before.size) {
    keys.forEach((key, n) => {
      const from = before.get(nameOf(key));
      if (!from) return;
      [fromXs[n], fromYs[n]] = from;
      glides = true;
    });
  }
  const colours = typeof color === "string" ? channels(color) : Array.from(color, (value) => onScale(value, marker));
  const drawn = { shape: shape2, open: Boolean(open), colours, sizes: sizesOf(size), opacity };
  return { trace, keys, xs, ys, fromXs, fromYs, glides, ...drawn };
}
function legendOf(trace) {
  const { marker = {} } = trace;
  const size = sizesOf(marker.size)[0] ?? 8;
  return { ...trace, x: [null], y: [null], customdata: void 0, marker: { ...marker, size } };
}
function shownBy({ _fullLayout: { xaxis, yaxis } }) {
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  const [width, height] = [xaxis._length, yaxis._length];
  return { from, high, across: width / (to - from), down: height / (high - low), width, height };
}
var sameScale = (a, b) => Math.abs(a.across / b.across - 1) < 1e-6 && Math.abs(a.down / b.down - 1) < 1e-6 && a.width === b.width && a.height === b.height;
var MapDots = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {Stamps} stamps
   */
  constructor(chart, stamps = new Stamps()) {
    this.chart = chart;
    this.stamps = stamps;
    this.canvas = stamps.canvas;
    this.canvas.className = "lada-map-dots";
    this.canvas.setAttribute("aria-hidden", "true");
    this.groups = [];
    this.share = 1;
    this.frame = 0;
    this.shown = null;
    this.again = void 0;
  }
  /**
   * Takes the marks of the traces that are drawn here.
   *
   * @param {Trace[]} data which plotly is about to draw
   * @param {Places} before where a key was, if it is to glide from there
   */
  take(data, before) {
    cancelAnimationFrame(this.frame);
    const own = data.filter((trace) => trace.meta === DOTS);
    this.groups = own.map((trace) => groupOf(trace, before));
    data.push(...own.map(legendOf));
    for (const trace of own) Object.assign(trace, { mode: "none", showlegend: false });
    this.share = this.groups.some(({ glides }) => glides) ? 0 : 1;
  }
  /**
   * Listens to a chart that plotly made anew.
   *
   * @param {DrawnPlot} chart
   */
  wire(chart) {
    chart.on("plotly_afterplot", () => this.draw());
    chart.on("plotly_relayouting", () => this.follow());
  }
  /**
   * Draws, and lets the dots glide from where they were.
   *
   * @param {number} duration in ms
   */
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
  /** Draws what a hand has moved; a picture of many dots is moved itself, and drawn anew a little later. */
  follow() {
    const { canvas, chart, shown } = this;
    if (!isDrawn(chart)) return;
    const now = shownBy(chart);
    const count = this.groups.reduce((sum, { keys }) => sum + keys.length, 0);
    if (!shown || count <= MANY || this.share < 1 || !sameScale(shown, now)) {
      this.draw();
      return;
    }
    const [x, y] = [(shown.from - now.from) * now.across, (now.high - shown.high) * now.down];
    const cut = [-y, x, y, -x].map((px) => `${Math.max(0, px)}px`);
    Object.assign(canvas.style, { translate: `${x}px ${y}px`, clipPath: `inset(${cut.join(" ")})` });
    this.again ??= setTimeout(() => this.draw(), AGAIN_MS);
  }
  draw() {
    const { canvas, chart } = this;
    clearTimeout(this.again);
    this.again = void 0;
    if (!isDrawn(chart)) return;
    const { xaxis, yaxis } = chart._fullLayout;
    const shown = shownBy(chart);
    const { width, height } = shown;
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    const size = { left, top, width: `${width}px`, height: `${height}px` };
    Object.assign(canvas.style, { ...size, translate: "", clipPath: "" });
    this.stamps.begin(width, height, globalThis.devicePixelRatio || 1);
    for (const group of this.groups) if (group.trace.visible !== "legendonly") this.drawGroup(group, shown);
    this.stamps.show();
    this.shown = shown;
  }
  /**
   * @param {Group} group
   * @param {Shown} shown
   */
  drawGroup({ xs, ys, fromXs, fromYs, shape: shape2, open, sizes, opacity, colours }, { from, high, across, down }) {
    const { share, stamps } = this;
    const each = typeof colours[0] !== "number";
    const colourOf = (n) => (
      /** @type {Colour} */
      each ? colours[n] : colours
    );
    const brushOf = (n) => stamps.brush(shape2, open, sizes[n], colourOf(n), opacity);
    let brush;
    for (let n = 0; n < xs.length; n += 1) {
      const x = fromXs[n] + share * (xs[n] - fromXs[n]);
      const y = fromYs[n] + share * (ys[n] - fromYs[n]);
      if (!brush || each || sizes[n] !== sizes[n - 1]) brush = brushOf(n);
      stamps.put(brush, (x - from) * across, (high - y) * down);
    }
  }
  /**
   * The points inside a lasso or a box, as `pointsOf` of chart.js tells plotly's.
   *
   * @param {PlotEvent | undefined} event
   */
  selected(event) {
    const inside2 = enclosure(event);
    const found = [];
    for (const { trace, keys, xs, ys } of this.groups) {
      if (trace.visible === "legendonly") continue;
      keys.forEach((key, point) => {
        if (inside2(xs[point], ys[point]))
          found.push({ trace: this.chart.data?.indexOf(trace) ?? -1, point, customdata: key });
      });
    }
    return found;
  }
  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.again);
    this.canvas.remove();
  }
};

// lada_explore/views/map/gliding.js
var MOVE_MS = 700;
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  const place = ([x, y]) => `translate(${xaxis.d2p(x)}px, ${yaxis.d2p(y)}px)`;
  const groups = chart.querySelectorAll(".scatterlayer .trace");
  for (const group of groups) {
    const keys = chart.data[group.__data__?.[0]?.trace?.index ?? -1]?.customdata;
    const nodes = group.querySelectorAll("path.point");
    for (const node of nodes) {
      const { __data__: datum } = node;
      const key = datum && keys?.[datum.i];
      const old = key && before.get(nameOf(key));
      if (!old) continue;
      const way = [{ transform: place(old) }, { transform: place([datum.x, datum.y]) }];
      node.animate(way, { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}
var Gliding = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {MapDots} dots
   */
  constructor(chart, dots = new MapDots(chart)) {
    this.chart = chart;
    this.dots = dots;
    this.cycle = null;
    this.places = /* @__PURE__ */ new Map();
    this.before = /* @__PURE__ */ new Map();
  }
  /**
   * Takes the traces of a cycle's map before plotly draws them: images glide where it takes the place of another's.
   *
   * @param {Trace[]} data
   * @param {number} cycle
   */
  prepare(data, cycle) {
    const another = this.cycle !== null && this.cycle !== cycle;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.before = another && !still ? this.places : /* @__PURE__ */ new Map();
    this.dots.take(data, this.before);
  }
  /**
   * Begins, once plotly has drawn the map.
   *
   * @param {number} cycle
   */
  go(cycle) {
    const { chart } = this;
    this.dots.go(MOVE_MS);
    this.cycle = cycle;
    if (!isDrawn(chart)) return;
    glide(chart, this.before);
    this.places = /* @__PURE__ */ new Map();
    for (const { customdata, x, y } of chart.data) {
      for (let n = 0; n < (customdata?.length ?? 0); n += 1) {
        this.places.set(nameOf(customdata?.[n] ?? []), [Number(x?.[n]), Number(y?.[n])]);
      }
    }
  }
};

// lada_explore/views/base/pair_plot.js
var SVG_NS = "http://www.w3.org/2000/svg";
function shape(tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG_NS, tag);
  setAttributes(element, attributes);
  if (text) element.textContent = text;
  return element;
}

// lada_explore/views/map/labels.js
var MARK_PX = 12;
var GAP_PX2 = 9;
var STEP_PX = 8;
var RINGS = 24;
var PADDING_PX = 1;
var PX_WORTH = 3;
var LEADER_FROM_PX = 14;
var SIDES = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1]
];
var SLANTS = [1, 3, 5, 7, 9, 11, 13, 15].map((turn) => [
  Math.cos(turn * Math.PI / 8),
  Math.sin(turn * Math.PI / 8)
]);
var DIRECTIONS = [...SIDES, ...SLANTS];
var boxOf = ([x, y], [width, height]) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
function overlap(a, b) {
  const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return across > 0 && down > 0 ? across * down : 0;
}
function covered(box, others) {
  let area = 0;
  for (const other of others) area += overlap(box, other);
  return area;
}
function placeOf([x, y], [width, height], marked, taken, [right, bottom]) {
  if (!(x >= 0 && x <= right && y >= 0 && y <= bottom)) return null;
  let best = null;
  let least = Infinity;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const away = GAP_PX2 + STEP_PX * ring;
    if (least <= PX_WORTH * away) break;
    for (const [across, down] of DIRECTIONS) {
      const centre = [x + across * (width / 2 + away), y + down * (height / 2 + away)];
      const box = boxOf(centre, [width, height]);
      if (box[0] < 0 || box[1] < 0 || box[2] > right || box[3] > bottom) continue;
      if (taken.some((other) => overlap(box, other) > 0)) continue;
      const cost = PX_WORTH * away + covered(box, marked);
      if (cost < least) [best, least] = [centre, cost];
    }
  }
  return best;
}
function placeLabels(labels, marks, room) {
  const marked = marks.map((mark) => boxOf(mark, [MARK_PX, MARK_PX]));
  const taken = [];
  return labels.map(({ point, size }) => {
    const place = placeOf(point, size, marked, taken, room);
    if (place) taken.push(boxOf(place, [size[0] + 2 * PADDING_PX, size[1] + 2 * PADDING_PX]));
    return place;
  });
}
function leaderEnd([x, y], place, size) {
  const [left, top, right, bottom] = boxOf(place, size);
  const [across, down] = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  return Math.hypot(across - x, down - y) >= LEADER_FROM_PX ? [across, down] : null;
}

// lada_explore/views/map/numbers.js
var NUMBERS = "numbers";
var SIZE_PX = 12;
var LINE_PX2 = 15;
function numbersOf(trace) {
  const { text = [], ids = [], x, y, name = "", textfont } = trace;
  return Array.from(ids, (id, n) => ({
    key: String(id).split(",").map(Number),
    x: Number(x?.[n]),
    y: Number(y?.[n]),
    text: String(text[n]),
    colour: textfont?.color ?? "",
    trace,
    group: name
  }));
}
function pairOf([first, second], numbers2) {
  if (second >= 0) return [first, second];
  const pair = numbers2.find(({ key: [one, other] }) => other >= 0 && (one === first || other === first));
  return pair ? pair.key.slice(0, 2) : [first];
}
var numbersFor = (numbers2, ids) => numbers2.filter(({ key: [first, second] }) => ids.includes(first) && (second < 0 || ids.includes(second)));
var MapNumbers = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {HTMLElement} place of the switch
   */
  constructor(chart, place) {
    this.chart = chart;
    this.svg = shape("svg", { class: "lada-map-numbers", "aria-hidden": "true" });
    this.pen = penOf(make("canvas"));
    this.numbers = [];
    this.pointed = null;
    this.pair = void 0;
    const box = make("label", "lada-map-all");
    this.all = make("input");
    this.all.type = "checkbox";
    this.all.addEventListener("change", () => this.draw());
    this.left = make("span", "lada-map-left");
    box.append(this.all, "All numbers");
    place.append(box, this.left);
  }
  /**
   * Takes the numbers of the traces, which plotly then does not draw.
   *
   * @param {Trace[]} data which plotly is about to draw
   * @param {Key | undefined} pair that is chosen
   */
  take(data, pair) {
    const own = data.filter((trace) => trace.meta === NUMBERS);
    this.numbers = own.flatMap(numbersOf);
    this.pair = pair;
    for (const trace of own) Object.assign(trace, { mode: "none", text: void 0 });
  }
  /** @param {Key | null} key of the point at the pointer */
  point(key) {
    if (String(key) === String(this.pointed)) return;
    this.pointed = key;
    if (!this.all.checked) this.draw();
  }
  /** The numbers to be shown, the first to be placed first. */
  wanted() {
    const shown = this.numbers.filter(({ trace }) => trace.visible !== "legendonly");
    const ids = [this.pointed, this.pair].filter((key) => key != null);
    const meant = ids.flatMap((key) => numbersFor(shown, key === this.pair ? key : pairOf(key, shown)));
    return [...new Set(this.all.checked ? [...meant, ...shown] : meant)];
  }
  draw() {
    const { chart } = this;
    if (!isDrawn(chart)) return;
    const { xaxis, yaxis } = chart._fullLayout;
    const [width, height] = [xaxis._length, yaxis._length];
    const at = placer(chart);
    Object.assign(this.svg.style, { left: `${xaxis._offset}px`, top: `${yaxis._offset}px` });
    setAttributes(this.svg, { width, height });
    const family = getComputedStyle(chart).fontFamily;
    this.pen.font = `${SIZE_PX}px ${family}`;
    const labels = this.wanted().map((number) => ({
      number,
      point: at(number),
      size: (
        /** @type {Place} */
        [Math.ceil(this.pen.measureText(number.text).width) + 2, LINE_PX2]
      )
    }));
    const places = placeLabels(labels, marksOn(chart, at), [width, height]);
    const lines = shape("g");
    const texts = shape("g");
    labels.forEach((label, n) => {
      const place = places[n];
      if (place) this.write(label, place, lines, texts);
    });
    this.svg.replaceChildren(lines, texts);
    const inside2 = labels.filter(({ point: [x, y] }) => x >= 0 && x <= width && y >= 0 && y <= height);
    const left = inside2.length - places.filter((place) => place).length;
    this.left.textContent = left ? `${left} without room: zoom in` : "";
    if (this.svg.parentElement !== chart) chart.append(this.svg);
  }
  /**
   * @param {{ number: MapNumber, point: Place, size: Place }} label
   * @param {Place} place
   * @param {Element} lines
   * @param {Element} texts
   */
  write({ number: { text, colour, group, key }, point, size }, [x, y], lines, texts) {
    const end = leaderEnd(point, [x, y], size);
    const stroke = colour || "currentColor";
    if (end) lines.append(shape("line", { x1: point[0], y1: point[1], x2: end[0], y2: end[1], stroke }));
    texts.append(shape("text", { x, y, fill: stroke, "data-group": group, "data-key": String(key) }, text));
  }
};
function placer({ _fullLayout: { xaxis, yaxis } }) {
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  return ({ x, y }) => [(x - from) / (to - from) * xaxis._length, (high - y) / (high - low) * yaxis._length];
}
function marksOn(chart, at) {
  const shown = chart.data.filter(
    ({ visible, marker }) => visible !== "legendonly" && ["star", "x-thin"].includes(String(marker?.symbol))
  );
  return shown.flatMap(pointsOf).map(at);
}

// lada_explore/views/map/sprite.js
var Sprite = class {
  constructor() {
    this.url = "";
    this.size = [0, 0];
    this.columns = 1;
    this.count = 0;
    this.place = /* @__PURE__ */ new Map();
    this.placeOfTransform = /* @__PURE__ */ new Map();
  }
  /** @param {Atlas} atlas */
  take({ png, size = [0, 0], columns = 1, ids = [], transforms = [] }) {
    this.close();
    this.url = png?.byteLength ? URL.createObjectURL(new Blob([png], { type: "image/png" })) : "";
    this.size = size;
    this.columns = columns;
    this.count = ids.length + transforms.length;
    this.place = new Map(ids.map((id, place) => [id, place]));
    this.placeOfTransform = new Map(transforms.map((id, place) => [id, ids.length + place]));
  }
  /**
   * The image of an id, or its transform; an empty box where there is none.
   *
   * @param {number} id
   * @param {number} pixels its height
   * @param {boolean} [ofTransform]
   */
  thumb(id, pixels, ofTransform = false) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", ofTransform ? `transform of image ${id}` : `image ${id}`);
    box.dataset.id = String(id);
    const place = (ofTransform ? this.placeOfTransform : this.place).get(id);
    if (!this.url || place === void 0) return box;
    const scale = pixels / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.count / this.columns);
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
var SMALL_PX = 40;
var ImageStrip = class {
  /**
   * @param {StripParts} parts
   * @param {Sprite} sprite
   * @param {{ pick: (key: Key) => void, point: (key: Key) => void, leave: () => void }} on hears which image is chosen,
   *   which is only pointed at, and that none is any more
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
    const { strip: root, stripTitle, stripAnswer, stripClear, stripSaid, stripList, chart } = this.parts;
    setText(stripAnswer, strip.answer);
    stripAnswer.hidden = !strip.answer;
    stripClear.hidden = !strip.marked;
    root.dataset.marked = String(strip.marked);
    showText(stripSaid, strip.said);
    const focused = focusedIn(stripList)?.dataset.key;
    if (!refill(stripList, [strip, cycle], () => strip.images.map((image) => this.item(image)))) return;
    setText(stripTitle, strip.title);
    root.hidden = !strip.title;
    if (!focused) return;
    const again = stripList.querySelector(`button[data-key="${focused}"]`);
    (again ?? chart).focus();
  }
  /** @param {StripImage} image */
  item({ key, id, text }) {
    const made = button("", "", () => this.on.pick(key), "");
    made.dataset.key = String(key);
    const words = make("span");
    words.append(make("span", "", text), make("span", "", `id ${id}`));
    made.append(this.sprite.thumb(id, SMALL_PX), words);
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => this.on.point(key));
    for (const event of ["blur", "pointerleave"]) made.addEventListener(event, () => this.on.leave());
    const item = make("li");
    item.append(made);
    return item;
  }
};

// lada_explore/views/map/toolbar.js
var POOL_COST = "The density of the whole pool behind the map. Once for each cycle, up to 100,000 images pass through its classifier, between stages; the time that is left is shown here, and the result is kept with the run.";
var FORMATS = ["svg", "pdf", "png"];
function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}
function tick(label, onChange) {
  const box = make("label", "lada-map-tick");
  const input = make("input");
  input.type = "checkbox";
  input.addEventListener("change", () => onChange(input.checked));
  box.append(input, label);
  return { box, input };
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
   * @param {Model<MapTraits>} model of the view
   */
  constructor(bar, model) {
    this.model = model;
    this.page = Math.random().toString(36).slice(2);
    this.method = choice("Layout", (value) => model.send({ type: "method", value }));
    this.colour = choice("Colour", (value) => model.send({ type: "colour", value }));
    const byCycle = tick("Labelled by cycle", (value) => model.send({ type: "by_cycle", value }));
    this.byCycle = byCycle.input;
    const pool = tick("Whole pool", (value) => model.send({ type: "whole_pool", value }));
    pool.box.title = POOL_COST;
    this.pool = pool.input;
    this.buttons = FORMATS.map((format) => this.saveButton(format));
    const save = make("span", "lada-map-save");
    save.append(make("span", "lada-map-save-name", "Save figure"), ...this.buttons);
    this.busy = make("span", "lada-map-busy");
    this.busy.setAttribute("role", "status");
    bar.append(this.method.box, this.colour.box, byCycle.box, pool.box, save, this.busy);
  }
  /** @param {string} format */
  saveButton(format) {
    const press = () => {
      if (made.getAttribute("aria-disabled") !== "true") this.model.send({ type: "save", format, page: this.page });
    };
    const made = button(format.toUpperCase(), "", press, "");
    made.title = `Save the map as ${format.toUpperCase()}`;
    made.setAttribute("aria-label", made.title);
    made.dataset.format = format;
    return made;
  }
  /**
   * @param {Panel} panel
   * @param {string} message what stands in place of the map, if anything: it is not said twice
   */
  show(panel, message) {
    fillSelect(this.method.select, panel.methods, panel.method);
    fillSelect(this.colour.select, panel.colours, panel.colour);
    this.byCycle.checked = panel.by_cycle;
    this.pool.checked = panel.whole_pool;
    for (const one of this.buttons)
      one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format ?? "")));
    const now = this.model.kernel.gone ? "" : panel.busy || panel.pool_busy;
    const busy = message.toLowerCase().startsWith(now.toLowerCase()) ? "" : now;
    setText(this.busy, busy);
    this.busy.title = busy;
  }
  /**
   * Takes a message: a figure that this page asked for is saved.
   *
   * @type {Listener}
   */
  receive(message, buffers) {
    if (message?.type === "file" && message.page === this.page) download(message.name, buffers[0]);
  }
};

// lada_explore/views/map/zoom.js
var HINT_MS = 1600;
var STEP = 1.25;
var CTRL = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "") ? "⌘" : "Ctrl";
var HINT = `${CTRL} + wheel zooms; after a click into the map the wheel alone does`;
function zoomed([start, end], length, from, to, scale) {
  const value = start + (end - start) * from / length;
  const span = (end - start) * scale;
  const begin = value - span * to / length;
  return [begin, begin + span];
}
function between(touches) {
  const [{ clientX: x, clientY: y }, { clientX: x2, clientY: y2 }] = [touches[0], touches[1]];
  return { at: [(x + x2) / 2, (y + y2) / 2], apart: Math.max(1, Math.hypot(x - x2, y - y2)) };
}
var MapZoom = class {
  /**
   * @param {HTMLElement} body in which the chart lies
   * @param {PlotElement} chart that plotly draws
   */
  constructor(body, chart) {
    this.body = body;
    this.chart = chart;
    this.hint = make("div", "lada-map-hint", HINT);
    this.hint.hidden = true;
    this.hiding = void 0;
    this.clicked = false;
    this.tool = false;
    this.pinch = null;
    this.wanted = null;
    this.drawing = false;
    this.home = {};
    body.append(this.hint);
    this.listen();
  }
  listen() {
    const { body } = this;
    const first = { capture: true, passive: false };
    body.addEventListener("wheel", (event) => this.wheel(event), first);
    body.addEventListener("pointerdown", (event) => this.press(event), true);
    body.addEventListener("pointerleave", (event) => this.leave(event));
    for (
      const type of
      /** @type {const} */
      ["touchstart", "touchmove", "touchend", "touchcancel"]
    ) {
      body.addEventListener(type, (event) => this.touch(event), first);
    }
  }
  /** @param {WheelEvent} event */
  wheel(event) {
    if (event.ctrlKey || event.metaKey || this.clicked) {
      this.hint.hidden = true;
      return;
    }
    event.stopPropagation();
    this.hint.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => {
      this.hint.hidden = true;
    }, HINT_MS);
  }
  /** @param {PointerEvent} event */
  press(event) {
    const target = (
      /** @type {Element} */
      event.target
    );
    if (event.pointerType === "touch") {
      const button2 = target.closest?.(".modebar-btn");
      if (button2) this.tool = ["lasso", "select"].includes(button2.getAttribute("data-val") ?? "");
    } else this.clicked = true;
  }
  /**
   * The pointer goes. Plotly lays a cover over the page while a button is down, which is not that.
   *
   * @param {PointerEvent} event
   */
  leave({ relatedTarget }) {
    const covered2 = relatedTarget instanceof Element && relatedTarget.classList.contains("dragcover");
    if (!covered2) this.clicked = false;
  }
  /** A finger's lasso or box is done: the next one scrolls the page again. */
  selected() {
    this.tool = false;
  }
  /** @param {TouchEvent} event */
  touch(event) {
    if (
      /** @type {Element} */
      event.target.closest?.(".modebar, .legend")
    ) return;
    if (event.touches.length < 2) {
      this.pinch = null;
      if (!this.tool) event.stopPropagation();
      return;
    }
    event.stopPropagation();
    if (event.cancelable) event.preventDefault();
    if (!isDrawn(this.chart)) return;
    const now = between(event.touches);
    if (!this.pinch || event.type === "touchstart") {
      const { xaxis, yaxis } = this.chart._fullLayout;
      this.pinch = { ranges: { xaxis: { range: [...xaxis.range] }, yaxis: { range: [...yaxis.range] } }, ...now };
      return;
    }
    this.move(this.pinch.ranges, this.pinch.at, now.at, this.pinch.apart / now.apart);
  }
  /**
   * What the keys for zooming do: closer, farther, or the whole map.
   *
   * @param {string} key
   * @returns {boolean} whether it is one of them
   */
  key(key) {
    const { chart } = this;
    const scale = { "+": 1 / STEP, "=": 1 / STEP, "-": STEP }[key];
    if (!scale && key !== "0" || !isDrawn(chart)) return false;
    const { xaxis, yaxis } = chart._fullLayout;
    if (scale) {
      const { left, top } = chart.getBoundingClientRect();
      const middle = [left + xaxis._offset + xaxis._length / 2, top + yaxis._offset + yaxis._length / 2];
      this.move({ xaxis, yaxis }, middle, middle, scale);
    } else this.draw(this.home);
    return true;
  }
  /** @param {Layout} layout of the map as it is sent: its whole */
  take({ xaxis, yaxis }) {
    this.home = { "xaxis.range": xaxis?.range, "yaxis.range": yaxis?.range };
  }
  /**
   * @param {Ranged} ranges to begin from
   * @param {Place} from on the page, px
   * @param {Place} to
   * @param {number} scale
   */
  move(ranges, from, to, scale) {
    if (!isDrawn(this.chart)) return;
    const { xaxis, yaxis } = this.chart._fullLayout;
    const { left, top } = this.chart.getBoundingClientRect();
    const [x, y] = [left + xaxis._offset, top + yaxis._offset];
    const up = (at) => yaxis._length - (at - y);
    this.draw({
      "xaxis.range": zoomed(ranges.xaxis.range, xaxis._length, from[0] - x, to[0] - x, scale),
      "yaxis.range": zoomed(ranges.yaxis.range, yaxis._length, up(from[1]), up(to[1]), scale)
    });
  }
  /**
   * One drawing at a time, and of what is wanted meanwhile only the last.
   *
   * @param {object} ranges
   */
  async draw(ranges) {
    this.wanted = ranges;
    if (this.drawing) return;
    this.drawing = true;
    try {
      const plotly = await shared.ready;
      while (this.wanted && isDrawn(this.chart)) {
        const next = this.wanted;
        this.wanted = null;
        await plotly.relayout(this.chart, next);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    } finally {
      this.drawing = false;
    }
  }
};

// lada_explore/views/map/map_view.js
var BESIDE = 1.15;
var NAMES_PX = 190;
var NARROW_PX2 = 640;
var NARROW_FONT_PX = 10;
function buildMap({ root, chart, notes, message, caption }, onAnswer, onClear) {
  root.classList.add("lada-map");
  const bar = make("div", "lada-map-bar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Map");
  const about = make("details", "lada-map-about");
  const mark = make("summary", "", "i");
  mark.setAttribute("aria-label", "What this map shows, and how well it keeps neighbours and earlier places");
  const [words, gauge] = [make("div", "lada-map-about-words"), make("p", "lada-map-gauge")];
  words.append(caption, gauge);
  about.append(mark, words);
  const body = make("div", "lada-map-body");
  const detail = make("aside", "lada-map-detail");
  detail.setAttribute("aria-live", "polite");
  detail.setAttribute("aria-label", "The image at the pointer or the cursor");
  const strip = make("section", "lada-map-strip");
  const [stripTitle, stripList] = [make("p"), make("ol")];
  const says = "Take the marked images to the labeller, in the grid and selected, to be answered together";
  const stripAnswer = button("", says, onAnswer, "lada-map-answer");
  const stripClear = button("Clear marks", "Mark no image any more", onClear, "lada-map-clear");
  const stripSaid = announced("lada-map-said");
  const stripHead = make("div", "lada-map-strip-head");
  stripHead.append(stripTitle, stripAnswer, stripClear);
  strip.append(stripHead, stripSaid, stripList);
  chart.before(bar, body);
  body.append(chart, notes, message, detail);
  body.after(strip);
  return {
    root,
    chart,
    bar,
    body,
    about,
    gauge,
    detail,
    strip,
    stripTitle,
    stripAnswer,
    stripClear,
    stripSaid,
    stripList
  };
}
var MapAround = class {
  config = { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true, scrollZoom: true };
  barInside = true;
  // where no title is
  /**
   * @param {ChartParts} parts
   * @param {Model<MapTraits>} model
   */
  constructor(parts, model) {
    this.model = model;
    const ask = (type) => () => model.send({ type });
    this.parts = buildMap(parts, ask("answer"), ask("clear"));
    this.wired = false;
    const on = {
      pick: (key) => model.send({ type: "pick", key: Array.from(key) }),
      toggle: (key) => model.send({ type: "toggle", keys: [Array.from(key)] }),
      add: (keys) => model.send({ type: "add", keys: keys.map((key) => Array.from(key)) }),
      clear: ask("clear"),
      point: (key) => this.point(key),
      leave: () => this.point(null),
      key: (key) => this.zoom.key(key),
      first: () => this.strip.first
    };
    this.sprite = new Sprite();
    this.toolbar = new MapToolbar(this.parts.bar, model);
    this.numbers = new MapNumbers(this.parts.chart, this.parts.bar);
    this.parts.bar.append(this.parts.about);
    this.card = new ImageCard(this.parts, this.sprite, model);
    this.zoom = new MapZoom(this.parts.body, this.parts.chart);
    this.strip = new ImageStrip(this.parts, this.sprite, on);
    this.cursor = new MapCursor(this.parts.chart, on);
    this.gliding = new Gliding(this.parts.chart);
    this.density = new MapDensity(this.parts.chart);
    this.onPanel = () => this.showPanel();
    this.onAtlas = () => this.takeAtlas();
    this.onMessage = (message, buffers) => this.toolbar.receive(message, buffers);
    model.kernel.onGone(this.onPanel);
    model.on("change:panel", this.onPanel);
    model.on("change:atlas", this.onAtlas);
    model.on("msg:custom", this.onMessage);
    this.takeAtlas();
  }
  get panel() {
    return this.model.get("panel");
  }
  close() {
    this.model.off("change:panel", this.onPanel);
    this.model.off("change:atlas", this.onAtlas);
    this.model.off("msg:custom", this.onMessage);
    this.sprite.close();
    this.gliding.dots.close();
    this.density.close();
  }
  // What the kernel tells ---
  takeAtlas() {
    const atlas = this.model.get("atlas");
    this.sprite.take(atlas);
    this.parts.root.dataset.atlas = String(atlas.cycle ?? "");
    this.card.empty();
    this.showPanel();
  }
  showPanel() {
    const { panel } = this;
    this.parts.body.dataset.busy = String(Boolean(panel.busy) && !this.model.kernel.gone);
    if (!panel.methods) return;
    this.toolbar.show(panel, this.model.get("spec").message ?? "");
    setText(this.parts.gauge, panel.gauge);
    this.strip.show(panel.strip, this.model.get("atlas").cycle);
  }
  // What happens to the chart ---
  /**
   * @param {Trace[]} data
   * @param {ChartTheme} theme
   */
  prepare(data, theme) {
    this.numbers.take(data, this.model.get("spec").figure?.layout.meta?.pair);
    this.density.take(data, theme.ink);
    this.gliding.prepare(data, this.panel.cycle);
    for (const trace of data) {
      if (typeof trace.meta !== "object" || trace.meta.outline !== "ink") continue;
      trace.marker = { ...trace.marker, line: { ...trace.marker?.line, color: theme.ink } };
      if (String(trace.marker.symbol).endsWith("-open")) trace.marker.color = theme.ink;
    }
  }
  /**
   * The legend beside the axes where there is more room there than below.
   *
   * @param {Layout} layout
   * @param {boolean} filled whether the map is as high as its place
   * @returns {Layout}
   */
  arrange(layout, filled) {
    this.zoom.take(layout);
    const width = this.parts.body.clientWidth;
    if (!filled || width < BESIDE * layout.height) return layout;
    const font = width < NARROW_PX2 ? { font: { size: NARROW_FONT_PX } } : {};
    const legend = { x: 1.01, xanchor: "left", y: 1, yanchor: "top", tracegroupgap: 0, ...font };
    return (
      /** @type {Layout} */
      {
        ...layout,
        legend,
        meta: { ...layout.meta, names: NAMES_PX }
      }
    );
  }
  drawn() {
    const { cycle } = this.panel;
    this.showPanel();
    if (this.parts.root.dataset.cycle !== String(cycle)) this.cursor.hide();
    else this.cursor.follow();
    const { chart } = this.parts;
    if (isDrawn(chart)) {
      if (!this.wired) this.wire(chart);
      const { b, r } = chart._fullLayout._size;
      this.parts.root.style.setProperty("--lada-below", `${Math.round(b)}px`);
      this.parts.root.style.setProperty("--lada-beside", `${Math.round(r)}px`);
    }
    this.gliding.go(cycle);
    this.density.go();
    this.numbers.draw();
    this.parts.root.dataset.cycle = String(cycle);
  }
  /**
   * Shows the image at the pointer, with the numbers of its pair.
   *
   * @param {Key | null} key null where no point is
   */
  point(key) {
    if (key) this.card.show(key);
    else this.card.hide();
    this.numbers.point(key);
  }
  /** @param {DrawnPlot} chart */
  wire(chart) {
    chart.on("plotly_hover", (event) => {
      const key = event?.points?.[0]?.customdata;
      if (key) this.point(key);
    });
    chart.on("plotly_unhover", () => this.point(null));
    for (const event of ["plotly_afterplot", "plotly_relayouting"]) {
      chart.on(event, () => this.numbers.draw());
      chart.on(event, () => this.density.draw());
    }
    for (const event of ["plotly_relayouting", "plotly_relayout"]) chart.on(event, () => this.cursor.hide());
    chart.on("plotly_selected", () => this.zoom.selected());
    this.gliding.dots.wire(chart);
    this.wired = true;
  }
  /** @param {PlotEvent | undefined} event */
  selected(event) {
    return this.gliding.dots.selected(event);
  }
  emptied() {
    this.wired = false;
    this.showPanel();
    this.gliding.dots.close();
    this.density.close();
    this.card.empty();
  }
};
var around = (parts, model) => new MapAround(parts, model);
var map_view_default = withKernel(chartView(around));
export {
  map_view_default as default
};
