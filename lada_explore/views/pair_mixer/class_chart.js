// The classes along the mixing path, a line for each.

import { make, setAttributes, setText } from "../base/page.js";
import { drawAxes, guideIn, interpolate, linePath, MARKS, mark, shape } from "../base/pair_plot.js";

/** @import { Axes } from "../base/pair_plot.js" */
/** @import { Pair } from "./pair.js" */
/** @import { Parts } from "./parts.js" */

const LETTER_PX = 7;

/**
 * A line of each of the most probable classes, and one of all others; null where the record has none.
 *
 * @param {Parts} parts
 * @param {Pair} pair
 * @param {number} width
 * @param {number} height
 */
export function drawClasses({ classes: svg, legend, noClasses }, pair, width, height) {
  svg.toggleAttribute("hidden", !pair.probabilities.length);
  legend.hidden = !pair.probabilities.length;
  setText(noClasses, pair.classes.reason);
  noClasses.hidden = !pair.classes.reason;
  legend.replaceChildren();
  if (!pair.probabilities.length) return null;
  const axes = { width, height, xTitle: "λ", yTitle: "probability" };
  const plot = drawAxes(svg, { ...axes, x: [0, 1], y: [0, 1.02] });
  const guide = guideIn(plot);
  /** @type {Label[]} */
  const labels = [];
  const entries = pair.probabilities.map((line, place) => {
    const name = pair.classes.names[place];
    const entry = classLine(plot, legend, pair.grid, line, name, place, String(place));
    labelPeak(plot, pair.grid, line, name, String(place), labels);
    return entry;
  });
  entries.push(classLine(plot, legend, pair.grid, pair.rest, "all others", entries.length, "rest"));
  return { ...plot, guide, entries };
}

/**
 * A line, the place of the mark that moves along it, and its entry in the legend.
 *
 * @param {Axes} plot
 * @param {HTMLElement} legend
 * @param {Float32Array} grid
 * @param {Float32Array} line
 * @param {string} name
 * @param {number} place
 * @param {string} look its colour in the style sheet
 */
function classLine(plot, legend, grid, line, name, place, look) {
  const d = linePath(Array.from(grid, plot.toX), Array.from(line, plot.toY));
  plot.layer.append(shape("path", { class: "lada-class", "data-look": look, d }));
  const dot = plot.layer.appendChild(shape("g"));
  const kind = MARKS[place % MARKS.length];
  return { line, dot, look, kind, amount: legendItem(legend, name, look, kind) };
}

/**
 * @param {HTMLElement} legend
 * @param {string} name
 * @param {string} look
 * @param {string} kind
 */
function legendItem(legend, name, look, kind) {
  const item = make("li", "lada-mix-class");
  const sample = shape("svg", { width: 30, height: 12, "aria-hidden": "true" });
  sample.append(shape("path", { class: "lada-class", "data-look": look, d: "M0 6H30" }));
  sample.append(mark(kind, 15, 6, 3.5, `lada-class-mark lada-look-${look}`));
  const amount = make("span", "lada-mix-value");
  item.append(sample, make("span", "lada-mix-class-name", name), amount);
  legend.append(item);
  return amount;
}

/** @typedef {{ x: number, y: number, half: number }} Label middle of a name in a chart, and half of its width */

/**
 * Names a line where it is highest, unless another name is there already; the legend has them all.
 *
 * @param {Axes} plot
 * @param {Float32Array} grid
 * @param {Float32Array} line
 * @param {string} name
 * @param {string} look
 * @param {Label[]} taken names that are there already
 */
function labelPeak(plot, grid, line, name, look, taken) {
  const { box } = plot;
  const peak = line.indexOf(Math.max(...line));
  if (line[peak] < 0.08) return;
  const room = Math.floor((box.right - box.left) / (2 * LETTER_PX)); // letters in half of the width
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const half = (LETTER_PX * short.length) / 2;
  const x = Math.min(box.right - half - 4, Math.max(box.left + half + 6, plot.toX(grid[peak])));
  const y = Math.max(box.top + 12, plot.toY(line[peak]) + (line[peak] > 0.85 ? 16 : -7));
  if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 14)) return;
  taken.push({ x, y, half });
  const className = `lada-class-label lada-look-${look}`;
  plot.layer.append(shape("text", { class: className, x, y, "text-anchor": "middle" }, short));
}

/**
 * Moves the marks of the lines, and writes their shares into the legend.
 *
 * @param {ReturnType<typeof drawClasses>} chart
 * @param {Pair} pair
 * @param {number} lam
 */
export function moveClasses(chart, pair, lam) {
  if (!chart) return;
  const x = chart.toX(lam);
  setAttributes(chart.guide, { x1: x, x2: x });
  for (const { line, dot, look, kind, amount } of chart.entries) {
    const share = interpolate(pair.grid, line, lam);
    dot.replaceChildren(mark(kind, x, chart.toY(share), 4, `lada-class-mark lada-look-${look}`));
    setText(amount, `${(100 * share).toFixed(0)} %`);
  }
}
