// The layers of the plane, each drawn over those before it.

import { onTheWay } from "../base/motion.js";
import { penOf } from "../base/page.js";
import { BACKGROUNDS } from "./backgrounds.js";
import { bitsColour, classColour, classPath, css } from "./plane_colours.js";
import { endsOf, toPixel } from "./plane_geometry.js";

/** @import { PlaneScene } from "./plane.js" */
/** @import { PageColours } from "./plane_colours.js" */
/** @import { Ends, Pixel } from "./plane_geometry.js" */
/** @import { Field, Pairs } from "./run_state.js" */

/**
 * What a layer is drawn on.
 *
 * @typedef {object} Surface
 * @property {CanvasRenderingContext2D} pen
 * @property {number} size px of the square
 * @property {PageColours} colours
 * @property {string} family of the page's font
 */

const FALL_PX = 34;
const PIECES = 32; // of a segment
const WIDTHS = { other: 1.4, asked: 4, chosen: 5.5 };

/**
 * The classifier over the plane: tints of the classes, or the entropy.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function drawField({ pen, size, colours }, { field, mode }) {
  if (!field) return;
  const cell = size / (field.side - 1);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(fieldImage(field, mode, colours), -cell / 2, -cell / 2, size + cell, size + cell);
}

/**
 * A pixel for each node of the field, to be stretched.
 *
 * @param {Field} field
 * @param {string} mode key of BACKGROUNDS
 * @param {PageColours} colours
 */
function fieldImage(field, mode, colours) {
  const { colourAt } = BACKGROUNDS[mode];
  const image = new ImageData(field.side, field.side);
  for (let row = 0; row < field.side; row += 1) {
    for (let column = 0; column < field.side; column += 1) {
      const at = row * field.side + column;
      image.data.set([...colourAt(field, at, colours), 255], 4 * ((field.side - 1 - row) * field.side + column));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = field.side;
  penOf(canvas).putImageData(image, 0, 0);
  return canvas;
}

/**
 * The segments of the pairs: those that are asked about over the others, the chosen one over all.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function drawSegments(surface, scene) {
  const { pairs, chosen } = scene;
  if (!pairs) return;
  const { queried } = pairs;
  const backwards = [...queried.keys()].filter((row) => row !== chosen).reverse();
  for (const row of backwards) if (!queried[row]) drawSegment(surface, scene, pairs, row, WIDTHS.other);
  for (const row of backwards) if (queried[row]) drawSegment(surface, scene, pairs, row, WIDTHS.asked);
  if (chosen >= 0 && chosen < queried.length) drawSegment(surface, scene, pairs, chosen, WIDTHS.chosen);
}

/**
 * @param {Surface} surface
 * @param {PlaneScene} scene
 * @param {Pairs} pairs
 * @param {number} row
 * @param {number} width
 */
function drawSegment({ pen, size, colours }, scene, pairs, row, width) {
  const ends = endsOf(scene, pairs, row, size);
  const line = new Path2D(`M${ends[1].join(" ")}L${ends[0].join(" ")}`);
  pen.lineCap = "round";
  if (!pairs.known) {
    Object.assign(pen, { strokeStyle: css(colours.ink, 0.35), lineWidth: 1 });
    pen.setLineDash([4, 3]);
    pen.stroke(line);
    pen.setLineDash([]);
    return;
  }
  Object.assign(pen, {
    strokeStyle: css(colours.dark ? [0, 0, 0] : [255, 255, 255], 0.9),
    lineWidth: width + (width > 2 ? 2.4 : 1.2),
  });
  pen.stroke(line);
  pen.lineWidth = width;
  drawProfileAlong(pen, ends, profileOf(pairs, row), (value) => bitsColour(value / scene.highest, colours.dark));
}

/**
 * A(lam) of a pair on the grid of lam, from 0 to 1.
 *
 * @param {Pairs} pairs
 * @param {number} row
 */
const profileOf = ({ profile, grid }, row) => profile.subarray(row * grid.length, (row + 1) * grid.length);

/**
 * The segment in pieces, each in the colour of A(lam) in its middle.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Ends} ends
 * @param {Float32Array} profile
 * @param {(value: number) => number[]} colourOf
 */
function drawProfileAlong(pen, [one, zero], profile, colourOf) {
  for (let piece = 0; piece < PIECES; piece += 1) {
    const [from, to] = [piece / PIECES, (piece + 1) / PIECES];
    pen.strokeStyle = css(colourOf(profile[Math.round(((from + to) / 2) * (profile.length - 1))]));
    pen.beginPath();
    pen.moveTo(...onTheWay(zero, one, from));
    pen.lineTo(...onTheWay(zero, one, to));
    pen.stroke();
  }
}

/**
 * The points: dots, larger for candidates, and the marks of their classes where they are labelled.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function drawPoints(surface, scene) {
  const { pen, size, colours } = surface;
  const { labels, ids, fresh } = scene.labelled;
  const labelled = new Set(ids);
  const candidates = new Set(scene.candidates);
  for (let id = 0; id < scene.x.length; id += 1) {
    if (labelled.has(id)) continue;
    const candidate = candidates.has(id);
    pen.beginPath();
    pen.arc(...toPixel(size, scene.x[id], scene.y[id]), candidate ? 2.6 : 1.5, 0, 2 * Math.PI);
    pen.fillStyle = css(colours.ink, candidate ? 0.85 : 0.3);
    pen.fill();
  }
  ids.forEach((id, place) => {
    drawLabelled(surface, toPixel(size, scene.x[id], scene.y[id]), labels[place], place >= ids.length - fresh);
  });
}

/**
 * @param {Surface} surface
 * @param {Pixel} at
 * @param {number} label
 * @param {boolean} fresh whether it was labelled in this cycle
 */
function drawLabelled({ pen, colours }, [x, y], label, fresh) {
  const path = classPath(label, x, y, fresh ? 6.5 : 5);
  pen.fillStyle = css(classColour(label));
  Object.assign(pen, { strokeStyle: css(fresh ? colours.ink : colours.paper), lineWidth: fresh ? 1.8 : 1.3 });
  pen.fill(path);
  pen.stroke(path);
}

/**
 * Virtual instances on the segments, above them by what is left of their fall.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 * @param {number} share of the fall's time that is over
 */
export function drawVirtual(surface, scene, share) {
  const { pairs } = scene;
  if (!pairs) return;
  for (const row of pairs.queried.keys()) {
    const lams = scene.lamOf(row);
    if (lams) drawFalling(surface, endsOf(scene, pairs, row, surface.size), lams, share);
  }
}

/**
 * @param {Surface} surface
 * @param {Ends} ends
 * @param {number[]} lams
 * @param {number} share of the fall's time that is over
 */
function drawFalling({ pen, colours }, [one, zero], lams, share) {
  const [wide, high] = [one[0] - zero[0], one[1] - zero[1]];
  const length = Math.hypot(wide, high) || 1;
  const side = wide >= 0 ? 1 : -1;
  lams.forEach((lam, place) => {
    const own = Math.min(1, Math.max(0, share * 1.8 - (0.8 * place) / lams.length)); // one falls after the other
    const away = (side * FALL_PX * (1 - own * own)) / length;
    const [x, y] = onTheWay(zero, one, lam);
    const shown = Math.min(1, 3 * own);
    pen.beginPath();
    pen.arc(x + away * high, y - away * wide, 2.7, 0, 2 * Math.PI);
    pen.fillStyle = css(colours.dark ? [20, 20, 20] : [255, 255, 255], 0.85 * shown);
    Object.assign(pen, { strokeStyle: css(colours.ink, 0.95 * shown), lineWidth: 1.1 });
    pen.fill();
    pen.stroke();
  });
}

/**
 * Names of the ends of the chosen pair; they would cover the mark of a point that waits for an answer.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function nameEnds(surface, scene) {
  const { pairs, chosen, current } = scene;
  if (!pairs?.known || chosen < 0 || chosen >= pairs.queried.length || current >= 0) return;
  endsOf(scene, pairs, chosen, surface.size).forEach(([x, y], end) => write(surface, `λ = ${1 - end}`, [x + 9, y - 8]));
}

/**
 * Rings around what is asked about, and a question mark at what waits for its answer.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function drawAsked(surface, scene) {
  const { pen, size, colours } = surface;
  for (const id of scene.asked) {
    if (scene.labelled.ids.includes(id)) continue;
    const [x, y] = toPixel(size, scene.x[id], scene.y[id]);
    const now = id === scene.current;
    pen.beginPath();
    pen.arc(x, y, now ? 12 : 8, 0, 2 * Math.PI);
    Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: now ? 3 : 1.6 });
    pen.stroke();
    if (now) write(surface, "?", [x + 15, y - 9], 18);
  }
}

/**
 * The cross that keys move while points are drawn by hand.
 *
 * @param {Surface} surface
 * @param {PlaneScene} scene
 */
export function drawCross({ pen, size, colours }, { cross }) {
  if (!cross) return;
  const [x, y] = toPixel(size, ...cross);
  Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: 1.5 });
  pen.stroke(new Path2D(`M${x - 10} ${y}h20M${x} ${y - 10}v20`));
}

/**
 * Writes inside the square, on a rim in the colour of the page.
 *
 * @param {Surface} surface
 * @param {string} text
 * @param {Pixel} at
 */
function write({ pen, size, colours, family }, text, [x, y], height = 12) {
  pen.font = `600 ${height}px ${family}`;
  const wide = pen.measureText(text).width;
  const [left, base] = [Math.min(size - wide - 3, Math.max(3, x)), Math.min(size - 4, Math.max(height, y))];
  Object.assign(pen, {
    strokeStyle: css(colours.paper),
    lineWidth: 4,
    lineJoin: "round",
    fillStyle: css(colours.ink),
  });
  pen.strokeText(text, left, base);
  pen.fillText(text, left, base);
}
