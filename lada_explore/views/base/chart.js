// Shows one plotly figure and redraws it with Plotly.react whenever its spec changes.

import { announced, make, showText, viewRoot } from "./page.js";
import { fitted } from "./plot_fit.js";
import { channelsOf, isDark, onThemeChange } from "./theme.js";
import { fromWire } from "./wire.js";

const ASK_AFTER_MS = 800;
const ASK_AGAIN_MS = 5000;
const HEIGHT = 360; // of a figure that does not say
const PAPER_PX = 700; // A4 or letter between their margins, about
const MIN_SHARE = 0.5; // of the height that the axes keep, whatever the legend takes

/** plotly.js on this page: loaded once, whichever model brings it first. */
export const shared = (globalThis.__ladaExplorePlotly ??= (() => {
  const state = { started: false, askedAt: -Infinity };
  state.ready = new Promise((resolve, reject) => Object.assign(state, { resolve, reject }));
  state.ready.catch(() => {}); // each view shows the failure itself
  return state;
})());

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

/** Asks the kernel for plotly.js, but only while no model has brought it to this page. Never awaited. */
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

/** @returns {value is any[]} */
const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
const same = (a, b) =>
  isArray(a) && isArray(b) ? a.length === b.length && a.every((entry, n) => same(entry, b[n])) : Object.is(a, b);

/** The value with the arrays of an older one in place of its own that equal them: plotly works anew on other arrays only. */
function keepArrays(value, old) {
  if (!value || typeof value !== "object" || !old || typeof old !== "object") return value;
  if (isArray(value) && same(value, old)) return old;
  if (Array.isArray(value)) return value.map((entry, n) => keepArrays(entry, old[n]));
  if (isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keepArrays(inner, old[name])]));
}

/** A CSS colour as the page resolves it now, or the fallback where the page has no such variable. */
function resolveColour(probe, variable, fallback) {
  probe.style.color = fallback;
  probe.style.color = `var(${variable}, ${fallback})`;
  const colour = getComputedStyle(probe).color;
  return /^rgba?\(/.test(colour) ? colour : fallback;
}

/** Colours and font of the page, as a plotly template: it gives way to whatever a figure says itself. */
function themeOf(root, probe, printed) {
  const paper = printed ? "rgb(255, 255, 255)" : resolveColour(probe, "--jp-layout-color0", "rgb(255, 255, 255)");
  const dark = isDark(channelsOf(paper, [255, 255, 255]));
  const ink = printed
    ? "rgb(30, 30, 30)"
    : resolveColour(probe, "--jp-ui-font-color1", dark ? "rgb(230, 230, 230)" : "rgb(40, 40, 40)");
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
    title: { font: { color: muted, size: 12 }, standoff: 8 },
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
        annotationdefaults: { font: { color: ink } },
      },
    },
  };
}

function pointsOf(event) {
  return (event?.points ?? []).map((point) => ({
    trace: point.curveNumber,
    point: point.pointIndex ?? point.pointNumber ?? -1,
    customdata: point.customdata ?? null,
  }));
}

// plotly.js 4 offers to upload the chart unless told not to.
const CONFIG = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
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
    probe: make("span"),
  };
  parts.notes.setAttribute("aria-label", "Notes on this chart");
  parts.chart.setAttribute("role", "group");
  parts.probe.hidden = true;
  root.append(parts.error, parts.notes, parts.chart, parts.message, parts.caption, parts.probe);
  return parts;
}

/** What stands in place of the chart; without a kernel nothing that was under way will be done. */
function messageOf(spec, model) {
  if (!model.kernel.gone) return spec.message ?? "";
  if (spec.figure)
    return shared.started
      ? ""
      : "The chart cannot be drawn: plotly.js comes from the kernel or with the saved widgets.";
  return model.get("panel")?.busy ? "The map was not laid out yet when this was saved." : (spec.message ?? "");
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

/** What a view with nothing around its chart adds to it. */
const NO_MORE = {
  config: {},
  barInside: false,
  prepare() {},
  drawn() {},
  selected: () => [],
  emptied() {},
  close() {},
};

/**
 * A view that shows a figure.
 *
 * @param extend extend(parts, model) puts more around the chart; see NO_MORE for what it returns
 */
export function chartView(extend = (_parts, _model) => NO_MORE) {
  return { initialize, render: (given) => render(given, extend) };
}

function render({ model, el }, extend) {
  takeLibrary(model.get("library"));
  const parts = build(el);
  const more = extend(parts, model);
  let alive = true;
  let figure = null; // as it was drawn last
  let template = null;
  let wired = false;
  let drawing = false;
  let again = false;
  let missed = false; // whether the present spec came while the view was off the page: an output can be collapsed
  let width = 0; // that the drawing is fitted to
  let printed = false;
  let deficit = 0; // px by which a tall legend would flatten the axes at this width

  const wire = () => {
    parts.chart.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf(event) }));
    parts.chart.on("plotly_selected", (event) => {
      // Drawing again makes Plotly repeat a lasso on the new points, which is nobody's choice.
      if (!drawing) model.send({ type: "select", points: [...pointsOf(event), ...more.selected(event)] });
    });
    wired = true;
  };

  const drawOnce = async () => {
    const spec = model.get("spec");
    writeTexts(parts, spec, messageOf(spec, model));
    // Off the page there are neither a theme's colours nor a width; the resizer calls again once there are.
    missed = !parts.root.isConnected;
    if (missed) return;
    const theme = themeOf(parts.root, parts.probe, printed);
    if (spec.figure) {
      const Plotly = await shared.ready;
      if (!alive) return;
      writeTexts(parts, spec, messageOf(spec, model));
      figure = keepArrays(fromWire(spec.figure), figure);
      const { layout, config } = figure;
      const data = figure.data.map((trace) => ({ ...trace })); // theirs to change
      more.prepare(data, theme);
      // The same object while it says the same: for another plotly draws everything anew.
      if (JSON.stringify(template) !== JSON.stringify(theme.template)) template = theme.template;
      const place = printed ? Math.min(parts.chart.offsetWidth, PAPER_PX) : parts.chart.offsetWidth;
      if (place !== width) deficit = 0;
      width = place;
      const family = getComputedStyle(parts.root).fontFamily;
      const fit = fitted({ data, layout: { height: HEIGHT, ...layout, template } }, width, family, !more.barInside);
      const draw = () =>
        Plotly.react(
          parts.chart,
          fit.data,
          { ...fit.layout, height: fit.layout.height + deficit },
          { ...CONFIG, ...more.config, ...config },
        );
      await draw();
      const short = MIN_SHARE * fit.layout.height - parts.chart._fullLayout._size.h;
      if (short > 4) {
        deficit += short;
        await draw();
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

  // One drawing at a time: Plotly.react is asynchronous, and a second one meanwhile would draw into the first.
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
  // Paper is white, and narrower than most windows. What is drawn in here is done before the browser goes on.
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
