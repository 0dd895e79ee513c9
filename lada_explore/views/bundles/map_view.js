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
var ASK_AFTER_MS = 800;
var ASK_AGAIN_MS = 5e3;
var HEIGHT = 360;
var PAPER_PX = 700;
var MIN_SHARE = 0.5;
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
    else shared.reject(new Error("its script ran but left nothing behind"));
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
var isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
var same = (a, b) => isArray(a) && isArray(b) ? a.length === b.length && a.every((entry, n) => same(entry, b[n])) : Object.is(a, b);
function keepArrays(value, old) {
  if (!value || typeof value !== "object" || !old || typeof old !== "object") return value;
  if (isArray(value) && same(value, old)) return old;
  if (Array.isArray(value)) return value.map((entry, n) => keepArrays(entry, old[n]));
  if (isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keepArrays(inner, old[name])]));
}
function resolveColour(probe, variable, fallback) {
  probe.style.color = fallback;
  probe.style.color = `var(${variable}, ${fallback})`;
  const colour = getComputedStyle(probe).color;
  return /^rgba?\(/.test(colour) ? colour : fallback;
}
function themeOf(root, probe, printed) {
  const paper = printed ? "rgb(255, 255, 255)" : resolveColour(probe, "--jp-layout-color0", "rgb(255, 255, 255)");
  const dark = isDark(channelsOf(paper, [255, 255, 255]));
  const ink = printed ? "rgb(30, 30, 30)" : resolveColour(probe, "--jp-ui-font-color1", dark ? "rgb(230, 230, 230)" : "rgb(40, 40, 40)");
  const muted = printed ? "rgb(90, 90, 90)" : resolveColour(probe, "--jp-ui-font-color2", ink);
  const line = dark ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.12)";
  const frame = dark ? "rgba(255, 255, 255, 0.45)" : "rgba(0, 0, 0, 0.45)";
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
var NO_MORE = {
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
function chartView(extend = (_parts, _model) => NO_MORE) {
  return { initialize, render: (given) => render(given, extend) };
}
function render({ model, el }, extend) {
  takeLibrary(model.get("library"));
  const parts = build(el);
  const more = extend(parts, model);
  let alive = true;
  let figure = null;
  let template = null;
  let wired = false;
  let drawing = false;
  let again = false;
  let missed = false;
  let width = 0;
  let printed = false;
  let deficit = 0;
  const wire = () => {
    parts.chart.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf(event) }));
    parts.chart.on("plotly_selected", (event) => {
      if (!drawing) model.send({ type: "select", points: [...pointsOf(event), ...more.selected(event)] });
    });
    wired = true;
  };
  const drawOnce = async () => {
    const spec = model.get("spec");
    writeTexts(parts, spec, messageOf(spec, model));
    missed = !parts.root.isConnected;
    if (missed) return;
    const theme = themeOf(parts.root, parts.probe, printed);
    if (spec.figure) {
      const Plotly = await shared.ready;
      if (!alive) return;
      writeTexts(parts, spec, messageOf(spec, model));
      figure = keepArrays(fromWire(spec.figure), figure);
      const { layout, config } = figure;
      const data = figure.data.map((trace) => ({ ...trace }));
      more.prepare(data, theme);
      if (JSON.stringify(template) !== JSON.stringify(theme.template)) template = theme.template;
      const place = printed ? Math.min(parts.chart.offsetWidth, PAPER_PX) : parts.chart.offsetWidth;
      if (place !== width) deficit = 0;
      width = place;
      const family = getComputedStyle(parts.root).fontFamily;
      const fit = fitted({ data, layout: { height: HEIGHT, ...layout, template } }, width, family, !more.barInside);
      const draw2 = () => Plotly.react(
        parts.chart,
        fit.data,
        { ...fit.layout, height: fit.layout.height + deficit },
        { ...CONFIG, ...more.config, ...config }
      );
      await draw2();
      const short = MIN_SHARE * fit.layout.height - parts.chart._fullLayout._size.h;
      if (short > 4) {
        deficit += short;
        await draw2();
      }
      if (!wired) wire();
      more.drawn();
    } else if (wired) {
      globalThis.Plotly.purge(parts.chart);
      wired = false;
    }
    if (!spec.figure) more.emptied();
    parts.root.dataset.theme = theme.dark ? "dark" : "light";
    parts.root.dataset.rev = spec.revision;
  };
  const draw = async () => {
    again = true;
    if (drawing) return;
    drawing = true;
    try {
      while (again && alive) {
        again = false;
        await drawOnce();
      }
    } catch (error) {
      showText(parts.error, `The chart could not be drawn: ${error?.message ?? error}`);
    } finally {
      drawing = false;
    }
  };
  const resizer = new ResizeObserver(() => {
    if (missed || !("rev" in parts.root.dataset)) draw();
    else if (wired && parts.chart.offsetWidth && parts.chart.offsetWidth !== width) draw();
  });
  resizer.observe(parts.root);
  resizer.observe(parts.chart);
  const print = ({ type }) => {
    printed = type === "beforeprint";
    draw();
  };
  for (const type of ["beforeprint", "afterprint"]) addEventListener(type, print);
  const forgetTheme = onThemeChange(draw);
  model.kernel.onGone(() => writeTexts(parts, model.get("spec"), messageOf(model.get("spec"), model)));
  model.on("change:spec", draw);
  draw();
  return () => {
    alive = false;
    model.off("change:spec", draw);
    forgetTheme();
    for (const type of ["beforeprint", "afterprint"]) removeEventListener(type, print);
    more.close();
    resizer.disconnect();
    if (wired) globalThis.Plotly.purge(parts.chart);
  };
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
function withKernel({ initialize: initialize2, render: render2 }, { says = true } = {}) {
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
    return initialize2?.({ ...given, model: guardedModel(given.model, { gone: "", onGone() {
    } }) });
  };
  return view;
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

// lada_explore/views/map/map_view.js
var MOVE_MS = 700;
var BIG_PX = 128;
var SMALL_PX = 56;
var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}
var Sprite = class {
  take(atlas) {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = atlas.png?.byteLength ? URL.createObjectURL(new Blob([atlas.png], { type: "image/png" })) : "";
    this.size = atlas.size;
    this.columns = atlas.columns;
    this.place = new Map((atlas.ids ?? []).map((id, place) => [id, place]));
  }
  /** The image of an id, `pixels` high; a box with a word in it where there is none. */
  thumb(id, pixels) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `image ${id}`);
    box.dataset.id = id;
    const place = this.place?.get(id);
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
function detailLine(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}
var idsOf = ([first, second]) => second < 0 ? [first] : [first, second];
function buildMap(parts) {
  const { root, chart } = parts;
  root.classList.add("lada-map");
  parts.bar = make("div", "lada-map-bar");
  parts.bar.setAttribute("role", "toolbar");
  parts.bar.setAttribute("aria-label", "Map");
  parts.gauge = make("p", "lada-map-gauge");
  parts.body = make("div", "lada-map-body");
  parts.detail = make("aside", "lada-map-detail");
  parts.detail.setAttribute("aria-live", "polite");
  parts.detail.setAttribute("aria-label", "The image under the pointer");
  parts.strip = make("section", "lada-map-strip");
  parts.stripTitle = make("p");
  parts.stripList = make("ol");
  parts.strip.append(parts.stripTitle, parts.stripList);
  root.insertBefore(parts.bar, chart);
  root.insertBefore(parts.gauge, chart);
  root.insertBefore(parts.body, chart);
  parts.body.append(chart, parts.detail);
  parts.body.after(parts.strip);
  chart.tabIndex = 0;
}
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
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  for (const group of chart.querySelectorAll(".scatterlayer .trace")) {
    for (const node of group.querySelectorAll("path.point")) {
      const { __data__: datum } = node;
      const trace = datum && chart.data[group.__data__?.[0]?.trace?.index];
      const key = trace?.customdata?.[datum.i];
      if (!key) continue;
      const old = before.get(String(key));
      if (!old) continue;
      const from = `translate(${xaxis.d2p(old[0])}px, ${yaxis.d2p(old[1])}px)`;
      const to = `translate(${xaxis.d2p(datum.x)}px, ${yaxis.d2p(datum.y)}px)`;
      node.animate([{ transform: from }, { transform: to }], { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}
function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
}
function extendMap(parts, model) {
  buildMap(parts);
  const sprite = new Sprite();
  const page = Math.random().toString(36).slice(2);
  const method = choice("Layout", (value) => model.send({ type: "method", value }));
  const colour = choice("Colour", (value) => model.send({ type: "colour", value }));
  const save = make("span", "lada-map-save", "Save figure");
  const buttons = ["svg", "pdf", "png"].map((format) => {
    const press = () => made.getAttribute("aria-disabled") !== "true" && model.send({ type: "save", format, page });
    const made = button(format.toUpperCase(), "", press, "");
    made.setAttribute("aria-label", `Save the map as ${format.toUpperCase()}`);
    made.dataset.format = format;
    return made;
  });
  save.append(...buttons);
  const busy = make("span", "lada-map-busy");
  busy.setAttribute("role", "status");
  parts.bar.append(method.box, colour.box, save, busy);
  const cursor = make("div", "lada-map-cursor");
  cursor.hidden = true;
  const pick = (key) => model.send({ type: "pick", key: Array.from(key) });
  const showDetail = (key) => {
    const { cycle, details } = model.get("atlas");
    const lines = details?.[String(key)];
    if (!lines || cycle !== model.get("panel").cycle) return;
    const thumbs = make("div", "lada-map-thumbs");
    const ids = idsOf(key);
    thumbs.append(...ids.map((id) => sprite.thumb(id, ids.length > 1 ? BIG_PX / 1.6 : BIG_PX)));
    const words = make("div", "lada-map-words");
    words.append(...lines.map(detailLine));
    parts.detail.replaceChildren(thumbs, words);
    parts.detail.dataset.key = String(key);
  };
  let current = null;
  const point = (found) => {
    current = found.key;
    cursor.style.left = `${found.at[0]}px`;
    cursor.style.top = `${found.at[1]}px`;
    cursor.hidden = false;
    parts.chart.append(cursor);
    showDetail(found.key);
  };
  parts.chart.addEventListener("keydown", (event) => {
    if (event.target !== parts.chart) return;
    if (event.key === "Enter" && current) pick(current);
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    const points = pointsOn(parts.chart);
    const here = points.find((candidate) => String(candidate.key) === String(current));
    const stars = parts.stripList.querySelector("button")?.dataset.key;
    const first = points.find((candidate) => String(candidate.key) === stars) ?? points[0];
    const next = here ? neighbour(points, here.at, direction) : first;
    if (next) point(next);
  });
  parts.chart.addEventListener("blur", () => cursor.hidden = true);
  const stripItem = (image) => {
    const item = make("li");
    const made = button("", "", () => pick(image.key), "");
    made.dataset.key = String(image.key);
    made.append(sprite.thumb(image.id, SMALL_PX), make("span", "", image.text), make("span", "", `id ${image.id}`));
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => showDetail(image.key));
    item.append(made);
    return item;
  };
  const drawStrip = (panel) => {
    const focused = focusedIn(parts.stripList)?.dataset.key;
    const key = [panel.strip, model.get("atlas").cycle];
    if (!refill(parts.stripList, key, () => panel.strip.images.map(stripItem))) return;
    setText(parts.stripTitle, panel.strip.title);
    parts.strip.hidden = !panel.strip.title;
    if (focused) (parts.stripList.querySelector(`button[data-key="${focused}"]`) ?? parts.chart).focus();
  };
  const drawPanel = () => {
    const panel = model.get("panel");
    if (!panel.methods) return;
    fillSelect(method.select, panel.methods, panel.method);
    fillSelect(colour.select, panel.colours, panel.colour);
    for (const one of buttons) one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format)));
    setText(busy, model.kernel.gone ? "" : panel.busy);
    showText(parts.gauge, panel.gauge);
    drawStrip(panel);
  };
  const takeAtlas = () => {
    sprite.take(model.get("atlas"));
    parts.root.dataset.atlas = model.get("atlas").cycle ?? "";
    parts.detail.replaceChildren(make("p", "", "Point at an image to see it here."));
    drawPanel();
  };
  const receive = (message, buffers) => {
    if (message?.type === "file" && message.page === page) download(message.name, buffers[0]);
  };
  model.kernel.onGone(drawPanel);
  model.on("change:panel", drawPanel);
  model.on("change:atlas", takeAtlas);
  model.on("msg:custom", receive);
  takeAtlas();
  const dots = new MapDots(parts.chart);
  let where = /* @__PURE__ */ new Map();
  let before = /* @__PURE__ */ new Map();
  let shownCycle = null;
  let wired = false;
  return {
    config: { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true },
    barInside: true,
    // in the margin, where no title is
    prepare(data, theme) {
      const glides = ![null, model.get("panel").cycle].includes(shownCycle);
      before = glides && !matchMedia("(prefers-reduced-motion: reduce)").matches ? where : /* @__PURE__ */ new Map();
      dots.take(data, before);
      for (const trace of data) {
        if (trace.meta?.outline !== "ink") continue;
        trace.marker = { ...trace.marker, line: { ...trace.marker.line, color: theme.ink } };
        if (String(trace.marker.symbol).endsWith("-open")) trace.marker.color = theme.ink;
      }
    },
    drawn() {
      cursor.hidden = true;
      parts.detail.hidden = false;
      if (!wired) {
        parts.chart.on("plotly_hover", (event) => {
          const key = event.points?.[0]?.customdata;
          if (key) showDetail(key);
        });
        dots.wire();
        wired = true;
      }
      dots.go(MOVE_MS);
      glide(parts.chart, before);
      shownCycle = model.get("panel").cycle;
      where = new Map(
        parts.chart.data.flatMap(
          ({ customdata, x, y }) => Array.from(customdata ?? [], (key, n) => [String(key), [x[n], y[n]]])
        )
      );
      parts.root.dataset.cycle = shownCycle;
    },
    selected: (event) => dots.selected(event),
    emptied() {
      wired = false;
      dots.close();
      parts.detail.hidden = true;
    },
    close() {
      model.off("change:panel", drawPanel);
      model.off("change:atlas", takeAtlas);
      model.off("msg:custom", receive);
      sprite.close();
      dots.close();
    }
  };
}
var map_view_default = withKernel(chartView(extendMap));
export {
  map_view_default as default
};
