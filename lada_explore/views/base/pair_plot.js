// A small line plot in SVG: one pixel is one unit, so text keeps its size; colours come from the style sheet.

import { glyphPath } from "./glyphs.js";
import { setAttributes } from "./page.js";
import { fixed } from "./pair_parts.js";

const SVG_NS = "http://www.w3.org/2000/svg";
/** Marks that tell lines apart, in their order. */
export const MARKS = ["circle", "square", "triangle", "diamond", "circle"];
export const MARGIN = { left: 52, right: 44, top: 10, bottom: 36 };

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box edges of the plot, in pixels */

/** @typedef {(value: number) => number} Scale from a value to its place, in pixels */

/** @typedef {{ box: Box, toX: Scale, toY: Scale, layer: SVGElement }} Axes with the layer for the marks */

/** @typedef {Record<string, string | number>} Attributes */

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[K]}
 */
export function shape(tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG_NS, tag);
  setAttributes(element, attributes);
  if (text) element.textContent = text;
  return element;
}

/**
 * Round steps for about `count` ticks between two numbers.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
function ticksBetween(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs((step / power) % 1) > 0.1 ? 1 : 0));
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) {
    found.push({ at: n * step, text: fixed(n * step, digits) });
  }
  return found;
}

/**
 * @typedef {object} AxesOptions
 * @property {number} width
 * @property {number} height
 * @property {[number, number]} x first and last value
 * @property {[number, number]} y
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {number} [yTicks] steps between the first and the last value; as many as there is room for, where not given
 * @property {RightAxis | null} [right]
 * @property {number} [left] margin for the ticks of y and their title, in pixels
 */

/** @typedef {{ top: number, title: string }} RightAxis a second scale, from 0 to `top` */

/**
 * Draws axes into an emptied svg and returns the scales and the layer for the marks.
 *
 * @param {SVGElement} svg
 * @param {AxesOptions} options
 * @returns {Axes}
 */
export function drawAxes(svg, { width, height, x, y, xTitle, yTitle, yTicks = 0, right = null, left = MARGIN.left }) {
  const box = { left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  /** @type {Scale} */
  const toX = (value) => box.left + ((value - x[0]) / (x[1] - x[0])) * (box.right - box.left);
  /** @type {Scale} */
  const toY = (value) => box.bottom - ((value - y[0]) / (y[1] - y[0])) * (box.bottom - box.top);
  svg.replaceChildren();
  setAttributes(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
  for (const { at, text } of ticksBetween(...y, yTicks || Math.max(2, (box.bottom - box.top) / 38))) {
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

/**
 * @param {SVGElement} svg
 * @param {RightAxis} axis
 * @param {Box} box
 * @param {number} middle
 * @param {number} width
 */
function drawRightAxis(svg, { top, title }, box, middle, width) {
  for (const { at, text } of ticksBetween(0, top, 3)) {
    const y = box.bottom - (at / top) * (box.bottom - box.top);
    svg.append(shape("text", { class: "lada-tick lada-density-text", x: box.right + 5, y: y + 4 }, text));
  }
  const words = upright(title, width - 12, middle, 90);
  words.classList.add("lada-density-text");
  svg.append(words);
}

/**
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} angle in degrees
 */
function upright(text, x, y, angle) {
  const turned = { class: "lada-axis-title", x, y, "text-anchor": "middle", transform: `rotate(${angle} ${x} ${y})` };
  return shape("text", turned, text);
}

/**
 * An upright line over the plot, to be moved along it.
 *
 * @param {Axes} axes
 */
export function guideIn({ layer, box }) {
  return layer.appendChild(shape("line", { class: "lada-guide", y1: box.top, y2: box.bottom }));
}

/**
 * A path through points given as arrays of numbers, in pixels.
 *
 * @param {number[]} xs
 * @param {number[]} ys
 */
export function linePath(xs, ys) {
  let d = "";
  for (let n = 0; n < xs.length; n += 1) d += `${n ? "L" : "M"}${xs[n].toFixed(1)} ${ys[n].toFixed(1)}`;
  return d;
}

/**
 * A mark that colour alone need not tell apart, centred on x, y.
 *
 * @param {string} kind see glyphs.js
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} className
 */
export function mark(kind, x, y, size, className) {
  return shape("path", { class: className, d: glyphPath(kind, x, y, size) });
}

/**
 * Value at `at` of a line through (xs, ys), xs increasing.
 *
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {number} at
 */
export function interpolate(xs, ys, at) {
  let upper = 1;
  while (upper < xs.length - 1 && xs[upper] < at) upper += 1;
  const share = (at - xs[upper - 1]) / (xs[upper] - xs[upper - 1]);
  return ys[upper - 1] + Math.min(1, Math.max(0, share)) * (ys[upper] - ys[upper - 1]);
}
