// Marks that colour alone need not tell apart, for a canvas and for SVG. y grows downwards.

const WIDE = 2 / Math.sqrt(3);
const ARM = 0.4; // half the width of an arm of the cross

/** @typedef {[number, number]} Corner across and down */

/**
 * @param {number} n corners
 * @param {number} turn of the first one, in radians
 * @returns {Corner[]}
 */
const even = (n, turn) =>
  Array.from({ length: n }, (_, k) => [Math.cos(turn + (2 * Math.PI * k) / n), Math.sin(turn + (2 * Math.PI * k) / n)]);

/**
 * Corners of a shape around (0, 0), in halves of its size; a circle has none. Names with a dash are plotly's.
 *
 * @type {Record<string, Corner[] | undefined>}
 */
const CORNERS = {
  square: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  diamond: [
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
    [0, -1.3],
  ],
  triangle: [
    [0, -1.2],
    [1.2, 1],
    [-1.2, 1],
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
    [-ARM, -ARM],
  ],
  "triangle-up": [
    [-WIDE, 0.5],
    [WIDE, 0.5],
    [0, -1],
  ],
  "triangle-down": [
    [-WIDE, -0.5],
    [WIDE, -0.5],
    [0, 1],
  ],
  "triangle-left": [
    [0.5, -WIDE],
    [0.5, WIDE],
    [-1, 0],
  ],
  "triangle-right": [
    [-0.5, -WIDE],
    [-0.5, WIDE],
    [1, 0],
  ],
  pentagon: even(5, -Math.PI / 2),
  hexagon2: even(6, 0),
  hourglass: [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ],
  bowtie: [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ],
};

/** @typedef {Pick<CanvasPath, "moveTo" | "lineTo" | "arc" | "closePath">} GlyphPath */

/**
 * Adds a shape around (x, y) to a path.
 *
 * @param {GlyphPath} path a canvas's context, or a Path2D
 * @param {string} kind name of the shape; any name that is not known is a circle
 * @param {number} x
 * @param {number} y
 * @param {number} half half of its size
 */
export function addGlyph(path, kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) {
    path.moveTo(x + half, y);
    path.arc(x, y, half, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([across, down], n) => path[n ? "lineTo" : "moveTo"](x + half * across, y + half * down));
  path.closePath();
}

/**
 * The same shape as the `d` of an SVG path.
 *
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 * @param {number} half
 */
export function glyphPath(kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) return `M${x - half} ${y}a${half} ${half} 0 1 0 ${2 * half} 0a${half} ${half} 0 1 0 ${-2 * half} 0Z`;
  return `M${corners.map(([across, down]) => `${x + half * across} ${y + half * down}`).join("L")}Z`;
}
