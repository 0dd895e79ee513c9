// Colours and marks of the plane.

import { addGlyph } from "../base/glyphs.js";
import { between } from "../base/motion.js";
import { make, penOf } from "../base/page.js";
import { channelsOf, isDark } from "../base/theme.js";

/** @typedef {number[]} Rgb red, green and blue from 0 to 255 */

/**
 * What the page writes on and with.
 *
 * @typedef {object} PageColours
 * @property {boolean} dark whether it writes light on dark
 * @property {Rgb} ink
 * @property {Rgb} paper
 */

const CLASS_COLOURS = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [214, 180, 0],
];
const CLASS_SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
// Light to dark in steps of luminance that colour-blind readers see too (after matplotlib's inferno).
const BITS = [
  [252, 228, 140],
  [249, 174, 50],
  [229, 92, 48],
  [164, 44, 96],
  [88, 16, 110],
  [18, 6, 36],
];

/**
 * @param {Rgb} rgb
 * @param {number} alpha
 */
export const css = (rgb, alpha = 1) => `rgba(${rgb[0]}, ${rgb[1]}, ${rgb[2]}, ${alpha})`;

/**
 * @param {number} label
 * @returns {Rgb} of a class by its number
 */
export const classColour = (label) => CLASS_COLOURS[label % CLASS_COLOURS.length];

/**
 * The page's colours where an element stands. By the colour it writes in: style sheets come later than a theme's name.
 *
 * @param {Element} element
 * @returns {PageColours}
 */
export function pageColours(element) {
  const { color } = getComputedStyle(element);
  const dark = !isDark(channelsOf(color, [0, 0, 0]));
  return {
    dark,
    ink: channelsOf(color, dark ? [240, 240, 240] : [20, 20, 20]),
    paper: dark ? [17, 17, 17] : [255, 255, 255],
  };
}

/**
 * The colour of a share in [0, 1] of the highest entropy; what is low fades into the page.
 *
 * @param {number} share
 * @param {boolean} dark
 * @returns {Rgb}
 */
export function bitsColour(share, dark) {
  const at = Math.min(1, Math.max(0, dark ? 1 - share : share)) * (BITS.length - 1);
  const low = Math.min(BITS.length - 2, Math.floor(at));
  return between(BITS[low], BITS[low + 1], at - low).map(Math.round);
}

/**
 * The outline of a class's mark.
 *
 * @param {number} label
 * @param {number} x
 * @param {number} y
 * @param {number} half half of its size, in px
 */
export function classPath(label, x, y, half) {
  const path = new Path2D();
  addGlyph(path, CLASS_SHAPES[label % CLASS_SHAPES.length], x, y, half);
  return path;
}

/**
 * A class's mark as a small picture beside its name; the name is said in the text.
 *
 * @param {number} label
 */
export function classIcon(label, size = 14) {
  const canvas = make("canvas", "lada-pg-icon");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = penOf(canvas);
  pen.scale(ratio, ratio);
  pen.fillStyle = css(classColour(label));
  pen.fill(classPath(label, size / 2, size / 2, size * 0.36));
  return canvas;
}
