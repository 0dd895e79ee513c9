// The plane: field, points, segments and virtual instances on a canvas, with axes in SVG behind it.

import { addGlyph } from "../base/glyphs.js";
import { between } from "../base/motion.js";
import { make } from "../base/page.js";
import { fixed } from "../base/pair_parts.js";
import { drawAxes, MARGIN, shape } from "../base/pair_plot.js";
import { channelsOf, isDark } from "../base/theme.js";

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
const PICK_PX = 12;
const FALL_PX = 34;
const FALL_MS = 700;
const PIECES = 32; // of a segment

const css = (rgb, alpha = 1) => `rgba(${rgb[0]}, ${rgb[1]}, ${rgb[2]}, ${alpha})`;

/** Whether the page writes light on dark, by the colour it writes in: the style sheets come later than their name. */
function onDark(element) {
  return !isDark(channelsOf(getComputedStyle(element).color, [0, 0, 0]));
}

/** The colour of a share in [0, 1] of the highest entropy; what is low fades into the page. */
function bitsColour(share, dark) {
  const at = Math.min(1, Math.max(0, dark ? 1 - share : share)) * (BITS.length - 1);
  const low = Math.min(BITS.length - 2, Math.floor(at));
  return between(BITS[low], BITS[low + 1], at - low);
}

/** A path of a class's shape around x, y. */
function classPath(kind, x, y, half) {
  const path = new Path2D();
  addGlyph(path, kind, x, y, half);
  return path;
}

/** A class's mark as a small picture beside its name; the name is said in the text. */
export function classIcon(label, size = 14) {
  const canvas = make("canvas", "lada-pg-icon");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = css(CLASS_COLOURS[label % 5]);
  pen.fill(classPath(CLASS_SHAPES[label % 5], size / 2, size / 2, size * 0.36));
  return canvas;
}

/** The classifier over the plane as a small image, to be stretched: tints of the classes, or the entropy. */
function fieldImage(field, mode, dark, paper) {
  const image = new ImageData(field.side, field.side);
  for (let row = 0; row < field.side; row += 1) {
    for (let column = 0; column < field.side; column += 1) {
      const at = row * field.side + column;
      const share = field.entropy[at] / field.highest;
      const tint = between(paper, CLASS_COLOURS[field.winner[at] % 5], 0.5 * (1 - share) ** 0.7);
      const colour = mode === "entropy" ? bitsColour(share, dark) : tint;
      image.data.set([...colour.map(Math.round), 255], 4 * ((field.side - 1 - row) * field.side + column));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = field.side;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Makes a plane in `parent`; `on.pick(pair)` and `on.place(x, y)` hear clicks. */
export function makePlane(parent, on) {
  const frame = make("div", "lada-pg-plane");
  const axes = shape("svg", { class: "lada-plot-svg", "aria-hidden": "true" });
  const canvas = make("canvas", "lada-pg-canvas");
  canvas.setAttribute("role", "img");
  frame.append(axes, canvas);
  parent.append(frame);
  let box = null;
  let pen = null;
  let size = 0;
  let look = null; // what is drawn: see draw()
  let fell = { key: "", at: 0 };
  let frameRequest = 0;

  const toX = (x) => ((x + 1) / 2) * size;
  const toY = (y) => ((1 - y) / 2) * size;

  const resize = () => {
    const width = Math.min(parent.clientWidth, 640);
    if (width < 120) return false;
    const height = width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom;
    box = drawAxes(axes, {
      width,
      height,
      x: [-1, 1],
      y: [-1, 1],
      xTitle: "first coordinate",
      yTitle: "second coordinate",
    }).box;
    size = box.right - box.left;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(size * ratio);
    Object.assign(canvas.style, {
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${size}px`,
      height: `${size}px`,
    });
    pen = canvas.getContext("2d");
    pen.scale(canvas.width / size, canvas.width / size);
    return true;
  };

  const ends = (pairs, row) => {
    const [first, second] = [pairs.ids[2 * row], pairs.ids[2 * row + 1]];
    return [toX(look.x[first]), toY(look.y[first]), toX(look.x[second]), toY(look.y[second])];
  };

  const drawBar = (dark, unit, highest) => {
    const [left, top, height] = [box.right + 6, box.top + 14, Math.min(150, box.bottom - box.top - 40)];
    const steps = 24;
    for (let n = 0; n < steps; n += 1) {
      const fill = css(bitsColour(1 - (n + 0.5) / steps, dark).map(Math.round));
      axes.append(
        shape("rect", { x: left, y: top + (n * height) / steps, width: 9, height: height / steps + 0.6, fill }),
      );
    }
    axes.append(shape("text", { class: "lada-tick", x: left - 2, y: top - 4 }, unit));
    axes.append(shape("text", { class: "lada-tick", x: left + 12, y: top + 8 }, fixed(highest, 1)));
    axes.append(shape("text", { class: "lada-tick", x: left + 12, y: top + height }, "0"));
  };

  const drawSegment = (row, width, colours) => {
    const { pairs } = look;
    const [x1, y1, x0, y0] = ends(pairs, row);
    pen.lineCap = "round";
    if (!pairs.known) {
      Object.assign(pen, { strokeStyle: css(colours.ink, 0.35), lineWidth: 1 });
      pen.setLineDash([4, 3]);
      pen.stroke(new Path2D(`M${x0} ${y0}L${x1} ${y1}`));
      pen.setLineDash([]);
      return;
    }
    Object.assign(pen, {
      strokeStyle: css(colours.dark ? [0, 0, 0] : [255, 255, 255], 0.9),
      lineWidth: width + (width > 2 ? 2.4 : 1.2),
    });
    pen.stroke(new Path2D(`M${x0} ${y0}L${x1} ${y1}`));
    pen.lineWidth = width;
    const count = pairs.grid.length;
    for (let piece = 0; piece < PIECES; piece += 1) {
      const [from, to] = [piece / PIECES, (piece + 1) / PIECES];
      const value = pairs.profile[row * count + Math.round(((from + to) / 2) * (count - 1))];
      pen.strokeStyle = css(bitsColour(value / look.highest, colours.dark).map(Math.round));
      pen.beginPath();
      pen.moveTo(x0 + from * (x1 - x0), y0 + from * (y1 - y0));
      pen.lineTo(x0 + to * (x1 - x0), y0 + to * (y1 - y0));
      pen.stroke();
    }
  };

  /** Virtual instances on their segment, above it by what is left of their fall. */
  const drawFallen = (row, lams, share, colours) => {
    const [x1, y1, x0, y0] = ends(look.pairs, row);
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const side = x1 >= x0 ? 1 : -1;
    const across = [(side * (y1 - y0)) / length, (-side * (x1 - x0)) / length];
    lams.forEach((lam, place) => {
      const own = Math.min(1, Math.max(0, share * 1.8 - (0.8 * place) / lams.length));
      const away = FALL_PX * (1 - own * own);
      const [x, y] = [x0 + lam * (x1 - x0) + away * across[0], y0 + lam * (y1 - y0) + away * across[1]];
      pen.beginPath();
      pen.arc(x, y, 2.7, 0, 2 * Math.PI);
      pen.fillStyle = css(colours.dark ? [20, 20, 20] : [255, 255, 255], 0.85 * Math.min(1, 3 * own));
      Object.assign(pen, { strokeStyle: css(colours.ink, 0.95 * Math.min(1, 3 * own)), lineWidth: 1.1 });
      pen.fill();
      pen.stroke();
    });
  };

  const drawLabelled = (id, label, fresh, colours) => {
    const path = classPath(CLASS_SHAPES[label % 5], toX(look.x[id]), toY(look.y[id]), fresh ? 6.5 : 5);
    pen.fillStyle = css(CLASS_COLOURS[label % 5]);
    Object.assign(pen, { strokeStyle: fresh ? css(colours.ink) : css(colours.paper), lineWidth: fresh ? 1.8 : 1.3 });
    pen.fill(path);
    pen.stroke(path);
  };

  const drawPoints = (colours) => {
    const labelled = new Set(look.labelled.ids);
    const candidates = new Set(look.candidates);
    for (let id = 0; id < look.x.length; id += 1) {
      if (labelled.has(id)) continue;
      const chosen = candidates.has(id);
      pen.beginPath();
      pen.arc(toX(look.x[id]), toY(look.y[id]), chosen ? 2.6 : 1.5, 0, 2 * Math.PI);
      pen.fillStyle = css(colours.ink, chosen ? 0.85 : 0.3);
      pen.fill();
    }
    const old = look.labelled.ids.length - look.labelled.fresh;
    look.labelled.ids.forEach((id, place) => drawLabelled(id, look.labelled.labels[place], place >= old, colours));
  };

  const drawAsked = (colours) => {
    look.asked.forEach((id) => {
      if (look.labelled.ids.includes(id)) return;
      const now = id === look.current;
      pen.beginPath();
      pen.arc(toX(look.x[id]), toY(look.y[id]), now ? 12 : 8, 0, 2 * Math.PI);
      Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: now ? 3 : 1.6 });
      pen.stroke();
      if (!now) return;
      write("?", toX(look.x[id]) + 15, toY(look.y[id]) - 9, colours, 18);
    });
  };

  const write = (text, x, y, colours, height = 12) => {
    pen.font = `600 ${height}px ${getComputedStyle(frame).fontFamily}`;
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
  };

  const drawPairs = (colours, share) => {
    const { pairs, chosen } = look;
    const rows = pairs.queried.length;
    for (let row = rows - 1; row >= 0; row -= 1) {
      if (row !== chosen && !pairs.queried[row]) drawSegment(row, 1.4, colours);
    }
    for (let row = rows - 1; row >= 0; row -= 1) if (row !== chosen && pairs.queried[row]) drawSegment(row, 4, colours);
    if (chosen >= 0 && chosen < rows) drawSegment(chosen, 5.5, colours);
    return () => {
      for (let row = 0; row < rows; row += 1) {
        const lams = look.lamOf(row);
        if (lams) drawFallen(row, lams, share, colours);
      }
      // Names of the ends would cover the mark of the point that waits for an answer.
      if (chosen < 0 || chosen >= rows || !pairs.known || look.current >= 0) return;
      const [x1, y1, x0, y0] = ends(pairs, chosen);
      write("lam = 1", x1 + 9, y1 - 8, colours);
      write("lam = 0", x0 + 9, y0 - 8, colours);
    };
  };

  const paint = () => {
    frameRequest = 0;
    if (!look || !pen) return;
    const dark = onDark(frame);
    const style = getComputedStyle(frame);
    const colours = {
      dark,
      ink: channelsOf(style.color, dark ? [240, 240, 240] : [20, 20, 20]),
      paper: dark ? [17, 17, 17] : [255, 255, 255],
    };
    pen.clearRect(0, 0, size, size);
    pen.fillStyle = css(colours.paper);
    pen.fillRect(0, 0, size, size);
    if (look.field) {
      const cell = size / (look.field.side - 1);
      pen.imageSmoothingEnabled = true;
      pen.drawImage(
        fieldImage(look.field, look.mode, dark, colours.paper),
        -cell / 2,
        -cell / 2,
        size + cell,
        size + cell,
      );
    }
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const share = still ? 1 : Math.min(1, (performance.now() - fell.at) / FALL_MS);
    const above = look.pairs ? drawPairs(colours, share) : null;
    drawPoints(colours);
    above?.();
    drawAsked(colours);
    if (look.cross) drawCross(colours);
    if (share < 1 && above) frameRequest = requestAnimationFrame(paint);
  };

  const drawCross = (colours) => {
    const [x, y] = [toX(look.cross[0]), toY(look.cross[1])];
    Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: 1.5 });
    pen.stroke(new Path2D(`M${x - 10} ${y}h20M${x} ${y - 10}v20`));
  };

  canvas.addEventListener("click", (event) => {
    if (!look) return;
    const where = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - where.left, event.clientY - where.top];
    if (look.cross) {
      on.place((2 * x) / size - 1, 1 - (2 * y) / size);
      return;
    }
    let best = { row: -1, away: PICK_PX };
    for (let row = 0; look.pairs?.known && row < look.pairs.queried.length; row += 1) {
      const [x1, y1, x0, y0] = ends(look.pairs, row);
      const lengths = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / lengths));
      const away = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
      if (away < best.away) best = { row, away };
    }
    if (best.row >= 0) on.pick(best.row);
  });

  return {
    canvas,
    /** Draws a look; its virtual instances fall anew when `look.fallKey` changes. */
    draw: (next) => {
      if (next.fallKey !== fell.key) fell = { key: next.fallKey, at: performance.now() };
      const before = look;
      look = next;
      if (!box || frame.dataset.width !== String(parent.clientWidth) || before?.highest !== look.highest) {
        if (!resize()) return;
        frame.dataset.width = String(parent.clientWidth);
        if (look.highest) drawBar(onDark(frame), "bits", look.highest);
      }
      canvas.setAttribute("aria-label", look.label);
      cancelAnimationFrame(frameRequest);
      paint();
    },
    again: () => {
      box = null;
    },
    stop: () => cancelAnimationFrame(frameRequest),
  };
}
