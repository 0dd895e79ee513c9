// The three charts of the pair mixer; each returns its scales and the marks that move.

import { make, setText } from "../base/page.js";
import { drawAxes, interpolate, linePath, mark, shape } from "../base/pair_plot.js";

export const HEIGHTS = { profile: 210, classes: 190, value: 210 };
const DENSITY_TOP = 3;
const LETTER_PX = 7;
export const MARKS = ["circle", "square", "triangle", "diamond", "circle"];

export function densityPath(plot, top, tau, logBeta) {
  const xs = [];
  const ys = [];
  for (let n = 0; n <= 160; n += 1) {
    const lam = 0.002 + (0.996 * n) / 160;
    const density = Math.exp((tau - 1) * Math.log(lam * (1 - lam)) - logBeta);
    xs.push(plot.toX(lam));
    ys.push(plot.box.bottom - (Math.min(density, top) / top) * (plot.box.bottom - plot.box.top));
  }
  const line = linePath(xs, ys);
  return `${line}L${xs.at(-1).toFixed(1)} ${plot.box.bottom}L${xs[0].toFixed(1)} ${plot.box.bottom}Z`;
}

/** The highest density that Beta(tau, tau) takes in the middle, for any tau of the slider. */
function densityTop({ tau, log_beta: logBeta }) {
  let top = DENSITY_TOP;
  for (let n = 0; n < tau.length; n += 1) top = Math.max(top, Math.exp((tau[n] - 1) * Math.log(0.25) - logBeta[n]));
  return top;
}

export function drawProfile(parts, pair, width) {
  const top = densityTop(pair.table);
  const highest = Math.max(...pair.profile) || 1;
  const lowest = Math.min(0, ...pair.profile);
  const plot = drawAxes(parts.profile, {
    width,
    height: HEIGHTS.profile,
    x: [0, 1],
    y: [lowest, lowest + 1.12 * (highest - lowest)],
    xTitle: "lam, the share of the right image",
    yTitle: `A(lam) (${pair.unit})`,
    right: { top, title: "density of lam" },
  });
  const density = plot.layer.appendChild(shape("path", { class: "lada-density" }));
  const guide = plot.layer.appendChild(shape("line", { class: "lada-guide", y1: plot.box.top, y2: plot.box.bottom }));
  const points = linePath(Array.from(pair.grid, plot.toX), Array.from(pair.profile, plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  const here = plot.layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  return { ...plot, density, guide, here, top };
}

export function drawClasses(parts, pair, width) {
  parts.classes.hidden = parts.legend.hidden = !pair.probabilities.length;
  setText(parts.noClasses, pair.classes.reason);
  parts.noClasses.hidden = !pair.classes.reason;
  parts.legend.replaceChildren();
  if (!pair.probabilities.length) return null;
  const plot = drawAxes(parts.classes, {
    width,
    height: HEIGHTS.classes,
    x: [0, 1],
    y: [0, 1.02],
    xTitle: "lam",
    yTitle: "class probability",
  });
  const guide = plot.layer.appendChild(shape("line", { class: "lada-guide", y1: plot.box.top, y2: plot.box.bottom }));
  const lines = [...pair.probabilities, pair.rest];
  const xs = Array.from(pair.grid, plot.toX);
  const taken = [];
  const entries = lines.map((line, place) => {
    const rest = place === pair.probabilities.length;
    const name = rest ? "all others" : pair.classes.names[place];
    const look = rest ? "rest" : String(place);
    plot.layer.append(
      shape("path", { class: "lada-class", "data-look": look, d: linePath(xs, Array.from(line, plot.toY)) }),
    );
    const dot = plot.layer.appendChild(shape("g"));
    if (!rest) labelPeak(plot, pair.grid, line, name, look, taken);
    return { line, dot, look, kind: MARKS[place % MARKS.length], value: legendItem(parts.legend, name, look, place) };
  });
  return { ...plot, guide, entries };
}

function legendItem(legend, name, look, place) {
  const item = make("li", "lada-mix-class");
  const sample = shape("svg", { width: 30, height: 12, "aria-hidden": "true" });
  sample.append(shape("path", { class: "lada-class", "data-look": look, d: "M0 6H30" }));
  sample.append(mark(MARKS[place % MARKS.length], 15, 6, 3.5, `lada-class-mark lada-look-${look}`));
  const value = make("span", "lada-mix-value");
  item.append(sample, make("span", "lada-mix-class-name", name), value);
  legend.append(item);
  return value;
}

/** Names a line where it is highest, unless another name is there already; the legend has them all. */
function labelPeak(plot, grid, line, name, look, taken) {
  let peak = 0;
  for (let n = 1; n < line.length; n += 1) if (line[n] > line[peak]) peak = n;
  if (line[peak] < 0.08) return;
  const room = Math.floor((plot.box.right - plot.box.left) / (2 * LETTER_PX)); // letters in half of the width
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const half = (LETTER_PX * short.length) / 2;
  const x = Math.min(plot.box.right - half - 4, Math.max(plot.box.left + half + 6, plot.toX(grid[peak])));
  const y = Math.max(plot.box.top + 12, plot.toY(line[peak]) + (line[peak] > 0.85 ? 16 : -7));
  if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 14)) return;
  taken.push({ x, y, half });
  plot.layer.append(
    shape("text", { class: `lada-class-label lada-look-${look}`, x, y, "text-anchor": "middle" }, short),
  );
}

/** Names the end of a learned tau beside its line, on the side and at the height where no mark of the curve stands. */
function limitText(plot, x, marks) {
  const right = x < (plot.box.left + plot.box.right) / 2;
  const room = right ? plot.box.right - x : x - plot.box.left;
  const words = ["end of a learned tau", "limit"].find((text) => 6.2 * text.length + 8 < room) ?? "";
  const long = 6.2 * words.length;
  const [from, to] = right ? [x, x + long + 8] : [x - long - 8, x];
  const clear = (y) =>
    Math.min(200, ...marks.filter(([at]) => at > from - 24 && at < to + 24).map(([, up]) => Math.abs(up - y)));
  const [low, middle, high] = [plot.box.bottom - 6, (plot.box.bottom + plot.box.top) / 2, plot.box.top + 12];
  const y = [low, high, middle].reduce((best, other) => (clear(other) > clear(best) ? other : best));
  return shape(
    "text",
    { class: "lada-tick", x: right ? x + 4 : x - 4, y, "text-anchor": right ? "start" : "end" },
    words,
  );
}

export function drawValue(parts, pair, width) {
  const { tau, value } = pair.table;
  const low = Math.min(...value);
  const high = Math.max(...value);
  const room = Math.max(0.15 * (high - low), 0.02 * Math.abs(high), 1e-3);
  const end = tau[tau.length - 3];
  const plot = drawAxes(parts.value, {
    width,
    height: HEIGHTS.value,
    x: [0, end],
    y: [low - room, high + room],
    xTitle: "tau",
    yTitle: `V(tau) (${pair.unit})`,
  });
  if (pair.tau_max < end * 0.999) {
    const x = plot.toX(pair.tau_max);
    plot.layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: plot.box.top, y2: plot.box.bottom }));
    plot.layer.append(
      limitText(
        plot,
        x,
        [tau.length - 2, tau.length - 1].map((at) => [plot.toX(tau[at]), plot.toY(value[at])]),
      ),
    );
  }
  const count = tau.length - 2;
  const xs = Array.from(tau.subarray(0, count), plot.toX);
  plot.layer.append(
    shape("path", { class: "lada-curve", d: linePath(xs, Array.from(value.subarray(0, count), plot.toY)) }),
  );
  const here = plot.layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  const ends = [
    { place: count, kind: "diamond", text: "tau*", shift: 20 },
    { place: count + 1, kind: "triangle", text: "best", shift: -11 },
  ];
  for (const { place, kind, text, shift } of ends) {
    const x = plot.toX(tau[place]);
    const y = plot.toY(value[place]);
    plot.layer.append(mark(kind, x, y, 4.5, `lada-mark-${kind}`));
    const inside = Math.min(plot.box.right - 14, Math.max(plot.box.left + 16, x));
    plot.layer.append(
      shape(
        "text",
        { class: `lada-mark-text lada-mark-${kind}-text`, x: inside, y: y + shift, "text-anchor": "middle" },
        text,
      ),
    );
  }
  return { ...plot, here };
}
