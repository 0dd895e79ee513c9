// What the map has around its chart: a toolbar, a card at the pointer, a strip of images, keys, zoom and animation.
// Words and numbers come from the kernel, once a cycle.

import { chartView } from "../base/chart.js";
import { isDrawn } from "../base/figure.js";
import { withKernel } from "../base/kernel.js";
import { announced, button, make, setText } from "../base/page.js";
import { ImageCard } from "./card.js";
import { MapCursor } from "./cursor.js";
import { MapDensity } from "./density.js";
import { Gliding } from "./gliding.js";
import { MapNumbers } from "./numbers.js";
import { Sprite } from "./sprite.js";
import { ImageStrip } from "./strip.js";
import { MapToolbar } from "./toolbar.js";
import { MapZoom } from "./zoom.js";

/** @import { ChartExtension, ChartParts } from "../base/chart.js" */
/** @import { ChartTheme } from "../base/chart_theme.js" */
/** @import { ChartSpec, DrawnPlot, Key, Layout, PlotEvent, Trace } from "../base/figure.js" */
/** @import { Listener, Model } from "../base/kernel.js" */
/** @import { Atlas } from "./sprite.js" */
/** @import { Panel } from "./toolbar.js" */

const BESIDE = 1.15; // a map this many times as wide as high has its legend beside it
const NAMES_PX = 190; // of the names there
const NARROW_PX = 640; // a narrower map has them in smaller letters
const NARROW_FONT_PX = 10;

/** @typedef {{ cycle: number, busy: string, methods?: undefined }} NoPanel what there is before the first map */

/** @typedef {{ spec: ChartSpec, panel: Panel | NoPanel, atlas: Atlas }} MapTraits */

/**
 * Puts the parts of the map around the chart of a view.
 *
 * @param {ChartParts} parts
 * @param {() => void} onAnswer takes the marked images to the labeller
 * @param {() => void} onClear
 */
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
    stripList,
  };
}

/** @implements {ChartExtension} */
class MapAround {
  config = { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true, scrollZoom: true };
  barInside = true; // where no title is

  /**
   * @param {ChartParts} parts
   * @param {Model<MapTraits>} model
   */
  constructor(parts, model) {
    this.model = model;
    const ask = (/** @type {string} */ type) => () => model.send({ type });
    this.parts = buildMap(parts, ask("answer"), ask("clear"));
    this.wired = false; // whether plotly's events are listened to
    const on = {
      pick: (/** @type {Key} */ key) => model.send({ type: "pick", key: Array.from(key) }),
      toggle: (/** @type {Key} */ key) => model.send({ type: "toggle", keys: [Array.from(key)] }),
      add: (/** @type {Key[]} */ keys) => model.send({ type: "add", keys: keys.map((key) => Array.from(key)) }),
      clear: ask("clear"),
      point: (/** @type {Key} */ key) => this.point(key),
      leave: () => this.point(null),
      key: (/** @type {string} */ key) => this.zoom.key(key),
      first: () => this.strip.first,
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
    /** @type {Listener} */
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
    const font = width < NARROW_PX ? { font: { size: NARROW_FONT_PX } } : {};
    const legend = { x: 1.01, xanchor: "left", y: 1, yanchor: "top", tracegroupgap: 0, ...font };
    return /** @type {Layout} */ ({
      ...layout,
      legend,
      meta: { ...layout.meta, names: NAMES_PX },
    });
  }

  drawn() {
    const { cycle } = this.panel;
    this.showPanel();
    if (this.parts.root.dataset.cycle !== String(cycle)) this.cursor.hide();
    else this.cursor.follow();
    const { chart } = this.parts;
    if (isDrawn(chart)) {
      if (!this.wired) this.wire(chart);
      const { b, r } = chart._fullLayout._size; // what axes and legend take
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
}

/** @type {(parts: ChartParts, model: Model<MapTraits>) => ChartExtension} */
const around = (parts, model) => new MapAround(parts, model);

export default withKernel(chartView(around));
