// The numbers on the map: those of the chosen pair and of the pair at the pointer, or all of them. They are placed anew
// for every size and zoom, so that none lies over another.

import { isDrawn, pointsOf } from "../base/figure.js";
import { make, penOf, setAttributes } from "../base/page.js";
import { shape } from "../base/pair_plot.js";
import { leaderEnd, placeLabels } from "./labels.js";

/** @import { DrawnPlot, Key, PlotElement, Trace } from "../base/figure.js" */
/** @import { Place } from "./neighbour.js" */

const NUMBERS = "numbers"; // meta of a trace whose texts are drawn here; see figure.py
const SIZE_PX = 12; // of the font
const LINE_PX = 15;

/** @typedef {{ key: Key, x: number, y: number, text: string, colour: string, trace: Trace, group: string }} MapNumber */

/**
 * The numbers of a trace.
 *
 * @param {Trace} trace
 * @returns {MapNumber[]}
 */
function numbersOf(trace) {
  const { text = [], ids = [], x, y, name = "", textfont } = trace;
  return Array.from(ids, (id, n) => ({
    key: String(id).split(",").map(Number),
    x: Number(x?.[n]),
    y: Number(y?.[n]),
    text: String(text[n]),
    colour: textfont?.color ?? "",
    trace,
    group: name,
  }));
}

/**
 * The images of a pair that a key stands for: of a virtual instance its two parents, of an image itself and what it is
 * paired with, as far as a number tells of it.
 *
 * @param {Key} key
 * @param {{ key: Key }[]} numbers
 */
export function pairOf([first, second], numbers) {
  if (second >= 0) return [first, second];
  const pair = numbers.find(({ key: [one, other] }) => other >= 0 && (one === first || other === first));
  return pair ? pair.key.slice(0, 2) : [first];
}

/**
 * The numbers of some images and of the pairs of two of them.
 *
 * @template {{ key: Key }} T
 * @param {T[]} numbers
 * @param {number[]} ids
 * @returns {T[]}
 */
export const numbersFor = (numbers, ids) =>
  numbers.filter(({ key: [first, second] }) => ids.includes(first) && (second < 0 || ids.includes(second)));

export class MapNumbers {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {HTMLElement} place of the switch
   */
  constructor(chart, place) {
    this.chart = chart;
    this.svg = shape("svg", { class: "lada-map-numbers", "aria-hidden": "true" });
    this.pen = penOf(make("canvas"));
    /** @type {MapNumber[]} */
    this.numbers = [];
    /** @type {Key | null} */
    this.pointed = null;
    /** @type {Key | undefined} */
    this.pair = undefined;
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
    for (const trace of own) Object.assign(trace, { mode: "none", text: undefined });
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
      size: /** @type {Place} */ ([Math.ceil(this.pen.measureText(number.text).width) + 2, LINE_PX]),
    }));
    const places = placeLabels(labels, marksOn(chart, at), [width, height]);
    const lines = shape("g");
    const texts = shape("g");
    labels.forEach((label, n) => {
      const place = places[n];
      if (place) this.write(label, place, lines, texts);
    });
    this.svg.replaceChildren(lines, texts);
    const inside = labels.filter(({ point: [x, y] }) => x >= 0 && x <= width && y >= 0 && y <= height);
    const left = inside.length - places.filter((place) => place).length;
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
}

/**
 * Where a point lies in the plot, in px. By the ranges, which follow a hand that drags; plotly's own d2p waits for its end.
 *
 * @param {DrawnPlot} chart
 * @returns {(point: { x: number, y: number }) => Place}
 */
function placer({ _fullLayout: { xaxis, yaxis } }) {
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  return ({ x, y }) => [((x - from) / (to - from)) * xaxis._length, ((high - y) / (high - low)) * yaxis._length];
}

/**
 * Places of the stars and crosses, which a number should not cover.
 *
 * @param {DrawnPlot} chart
 * @param {(point: { x: number, y: number }) => Place} at
 */
function marksOn(chart, at) {
  const shown = chart.data.filter(
    ({ visible, marker }) => visible !== "legendonly" && ["star", "x-thin"].includes(String(marker?.symbol)),
  );
  return shown.flatMap(pointsOf).map(at);
}
