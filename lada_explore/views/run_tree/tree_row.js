// One row of the tree of runs.

import { make, setAttributes } from "../base/page.js";

/** @import { Row } from "./tree_moves.js" */

export const HEADS = ["run", "method", "where it stands", "labels", "accuracy"];

const [WIDE, HIGH] = [72, 20]; // of the curve, in pixels

/**
 * Places of a curve in a box of this size, from bottom to top as far as the curve goes itself.
 *
 * @param {(number | null)[]} curve
 * @param {number} wide
 * @param {number} high
 */
export function curvePoints(curve, wide, high) {
  const known = curve.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = curve.length > 1 ? wide / (curve.length - 1) : 0;
  return curve.flatMap((value, cycle) =>
    value === null ? [] : [[cycle * step, most > least ? high * (1 - (value - least) / (most - least)) : high / 2]],
  );
}

/** @param {(number | null)[]} curve */
function buildCurve(curve) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  setAttributes(svg, { viewBox: `-2 -2 ${WIDE + 4} ${HIGH + 4}`, class: "lada-runs-curve", "aria-hidden": "true" });
  const line = document.createElementNS(space, "polyline");
  const points = curvePoints(curve, WIDE, HIGH).map((point) => point.map((value) => value.toFixed(1)).join(","));
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  return svg;
}

/**
 * @param {Row} row
 * @param {boolean | null} open whether its branches are seen; null where it has none
 */
function buildName({ run, begun, level, fault }, open) {
  const cell = make("span", "lada-runs-name");
  cell.style.setProperty("--level", String(level - 1));
  const fold = make("span", "lada-runs-fold", open === null ? "" : open ? "▾" : "▸");
  const tick = make("span", "lada-runs-tick");
  tick.title = "Tick to compare (key Space)";
  const words = make("span", "lada-runs-words");
  words.append(make("b", "", run));
  if (begun) words.append(make("span", "lada-runs-begun", begun));
  if (fault) words.append(make("span", "lada-runs-fault", fault));
  for (const part of [fold, tick]) part.setAttribute("aria-hidden", "true");
  cell.append(fold, tick, words);
  return cell;
}

/**
 * @param {Row} row
 * @param {boolean | null} open whether its branches are seen; null where it has none
 * @param {boolean} shown whether it is the run that the tree was opened from
 * @param {(event: MouseEvent) => void} onClick
 */
export function buildRow(row, open, shown, onClick) {
  const element = make("div", "lada-runs-row");
  element.dataset.run = row.run;
  setAttributes(element, { role: "row", "aria-level": row.level });
  if (open !== null) element.setAttribute("aria-expanded", String(open));
  if (shown) element.classList.add("lada-runs-shown");
  const stands = make("span", "lada-runs-stands", row.stands);
  if (row.open) stands.dataset.open = row.open;
  const accuracy = make("span", "lada-runs-accuracy", row.accuracy);
  const percents = row.curve.map((value) => (value === null ? "–" : value.toFixed(1))).join(", ");
  if (row.accuracy) accuracy.title = `By cycle, in per cent: ${percents}`;
  if (row.curve.length > 1 && row.accuracy) accuracy.append(buildCurve(row.curve));
  const labels = make("span", "lada-runs-labels", row.labels);
  const cells = [buildName(row, open), make("span", "lada-runs-method", row.method), stands, labels, accuracy];
  for (const cell of cells) cell.setAttribute("role", "gridcell");
  element.append(...cells);
  element.addEventListener("click", onClick);
  return element;
}
