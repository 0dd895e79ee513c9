// Shows one plotly figure and redraws it with Plotly.react whenever its spec changes.

import { themeOf } from "./chart_theme.js";
import { isDrawn } from "./figure.js";
import { notesLine, showNotes } from "./notes.js";
import { announced, make, showText, viewRoot } from "./page.js";
import { fitted, TIGHT_PX } from "./plot_fit.js";
import { askUntilLoaded, shared, takeLibrary } from "./plotly_library.js";
import { onThemeChange } from "./theme.js";
import { fromWire } from "./wire.js";

/** @import { ChartTheme } from "./chart_theme.js" */
/** @import { ChartSpec, DrawnPlot, Figure, Layout, PickedPoint, PlotElement, PlotEvent, Plotly, Trace } from "./figure.js" */
/** @import { Given, Model } from "./kernel.js" */

/** @typedef {{ spec: ChartSpec, library?: DataView<ArrayBuffer>, panel?: { busy: string } }} ChartTraits */

/** @typedef {ReturnType<typeof build>} ChartParts */

/**
 * What a view adds to its chart.
 *
 * @typedef {object} ChartExtension
 * @property {object} config of plotly's
 * @property {boolean} barInside whether plotly's buttons stand in the margin, so that they need no row above the axes
 * @property {(data: Trace[], theme: ChartTheme) => void} prepare changes traces that are about to be drawn
 * @property {(layout: Layout, filled: boolean) => Layout} arrange fits the layout to its place, which it fills or not
 * @property {() => void} drawn after each drawing
 * @property {(event: PlotEvent | undefined) => PickedPoint[]} selected points in a lasso that plotly does not know of
 * @property {() => void} emptied when there is no figure
 * @property {() => void} close
 */

const HEIGHT = 360; // of a figure that does not say
const PAPER_PX = 700; // A4 or letter between their margins, about
const MIN_SHARE = 0.5; // of the height that the axes keep, whatever the legend takes
const PRINTING = ["beforeprint", "afterprint"];

/**
 * @param {unknown} value
 * @returns {value is unknown[]} or a typed array
 */
const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

/** @type {(a: unknown, b: unknown) => boolean} */
const same = (a, b) =>
  isArray(a) && isArray(b) ? a.length === b.length && a.every((entry, n) => same(entry, b[n])) : Object.is(a, b);

/**
 * The value with the arrays of an older one in place of its own that equal them: plotly works anew on other arrays only.
 *
 * @param {any} value of a figure, however deep
 * @param {any} old
 * @returns {any} as `value`
 */
function keepArrays(value, old) {
  if (!value || typeof value !== "object" || !old || typeof old !== "object") return value;
  if (isArray(value) && same(value, old)) return old;
  if (Array.isArray(value)) return value.map((entry, n) => keepArrays(entry, old[n]));
  if (isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keepArrays(inner, old[name])]));
}

/**
 * @param {PlotEvent | undefined} event
 * @returns {PickedPoint[]}
 */
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

/** @param {HTMLElement} el */
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
    probe: make("span"),
  };
  parts.chart.setAttribute("role", "group");
  parts.probe.hidden = true;
  root.append(parts.error, parts.notes, parts.chart, parts.message, parts.caption, parts.probe);
  return parts;
}

/**
 * What stands in place of the chart; without a kernel nothing that was under way will be done.
 *
 * @param {ChartSpec} spec
 * @param {Model<ChartTraits>} model
 */
function messageOf(spec, model) {
  if (!model.kernel.gone) return spec.message ?? "";
  if (spec.figure)
    return shared.started
      ? ""
      : "The chart cannot be drawn: plotly.js comes from the kernel or with the saved widgets.";
  return model.get("panel")?.busy ? "The map was not laid out yet when this was saved." : (spec.message ?? "");
}

/**
 * @param {ChartParts} parts
 * @param {ChartSpec} spec
 * @param {string} message
 */
function writeTexts(parts, spec, message) {
  showText(parts.error, spec.error ?? "");
  showText(parts.message, message);
  showText(parts.caption, spec.caption ?? "");
  showNotes(parts.line, spec.notes ?? []);
  parts.chart.setAttribute("aria-label", spec.label || "Chart");
  parts.chart.hidden = !spec.figure;
}

/** @param {Model<ChartTraits>} model */
function initialize(model) {
  takeLibrary(model.get("library"));
  model.on("change:library", () => takeLibrary(model.get("library")));
  model.on("msg:custom", (message, buffers) => {
    if (message?.type === "library") takeLibrary(buffers?.[0]);
  });
  return askUntilLoaded(model);
}

/**
 * A view with nothing around its chart.
 *
 * @type {ChartExtension}
 */
const NOTHING_ADDED = {
  config: {},
  barInside: false,
  prepare() {},
  arrange: (layout) => layout,
  drawn() {},
  selected: () => [],
  emptied() {},
  close() {},
};

/**
 * A view that shows a figure.
 *
 * @template {ChartTraits} T
 * @param {(parts: ChartParts, model: Model<T>) => ChartExtension} extend puts more around the chart
 */
export function chartView(extend = () => NOTHING_ADDED) {
  return {
    /** @param {{ model: Model<T> }} given */
    initialize: ({ model }) => initialize(model),

    /** @param {Given<T>} given */
    render({ model, el }) {
      takeLibrary(model.get("library"));
      const parts = build(el);
      const chart = new Chart(model, parts, extend(parts, model));
      return () => chart.close();
    },
  };
}

class Chart {
  /**
   * @param {Model<ChartTraits>} model
   * @param {ChartParts} parts
   * @param {ChartExtension} more what stands around the chart
   */
  constructor(model, parts, more) {
    this.model = model;
    this.parts = parts;
    this.more = more;
    /** @type {Plotly | null} */
    this.plotly = null; // once it is there
    /** @type {Figure | null} */
    this.figure = null; // as it was drawn last
    /** @type {object | null} */
    this.template = null;
    this.alive = true;
    this.wired = false; // whether plotly's events are listened to
    this.drawing = false;
    this.again = false; // whether something has changed since the drawing began
    this.missed = false; // whether the present spec came while the view was off the page: an output can be collapsed
    this.printed = false;
    this.width = 0; // px that the drawing is fitted to
    this.height = 0; // px, of a drawing that fills its place; 0 for one that is as high as its figure says
    this.deficit = 0; // px by which a tall legend would flatten the axes at this width
    this.onSpec = () => this.draw();
    model.on("change:spec", this.onSpec);
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(parts.root);
    this.resizer.observe(parts.chart);
    // Paper is white, and narrower than most windows. What is drawn in here is done before the browser goes on.
    this.onPrint = (/** @type {Event} */ { type }) => {
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
    // Where it was measured while JupyterLab took one theme for another, there was no place to fill.
    requestAnimationFrame(() => this.alive && this.resize());
  }

  async drawOnce() {
    const { model, parts } = this;
    const spec = model.get("spec");
    this.write(spec);
    // Off the page there are neither a theme's colours nor a width; the resizer calls again once there are.
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
    /** @type {Figure} */
    const figure = keepArrays(fromWire(sent), this.figure);
    this.figure = figure;
    const data = figure.data.map((trace) => ({ ...trace })); // theirs to change
    this.more.prepare(data, theme);
    // The same object while it says the same: for another plotly draws everything anew.
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
    const least = this.height ? TIGHT_PX : undefined;
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
    chart.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf(event) }));
    chart.on("plotly_selected", (event) => {
      // Drawing again makes Plotly repeat a lasso on the new points, which is nobody's choice.
      if (this.drawing) return;
      model.send({ type: "select", points: [...pointsOf(event), ...this.more.selected(event)] });
    });
    this.wired = true;
  }
}
