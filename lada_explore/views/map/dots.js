// The map's many candidates, on a canvas below plotly's drawing: as nodes of its picture they would take 0.3 s.
// Plotly keeps them as points without marks, so that pointer, axes and legend know them like all others.

import { addGlyph } from "../base/glyphs.js";
import { between, eased } from "../base/motion.js";
import { make } from "../base/page.js";

const DOTS = "dots"; // meta of a trace whose points are drawn here; see map_figure.py

const channels = (hex) => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));

/** The colour of a value on a colour scale of [place, "#rrggbb"]. */
function onScale(value, { cmin, cmax, colorscale }) {
  const at = Math.min(Math.max((value - cmin) / (cmax - cmin || 1), 0), 1);
  const above = Math.max(
    1,
    colorscale.findIndex(([place]) => place >= at),
  );
  const [[low, from], [high, to]] = [colorscale[above - 1], colorscale[above]];
  const share = (at - low) / (high - low);
  const other = channels(to);
  return `rgb(${channels(from)
    .map((channel, k) => Math.round(channel + share * (other[k] - channel)))
    .join(" ")})`;
}

/** Whether a point of the data lies in what a lasso or a box of plotly's encloses. */
function enclosure(event) {
  const { lassoPoints: lasso, range } = event ?? {};
  if (range) {
    const [[left, right], [low, high]] = [range.x, range.y];
    return (x, y) => x >= left && x <= right && y >= low && y <= high;
  }
  if (!lasso) return () => false;
  const { x: xs, y: ys } = lasso;
  return (x, y) => {
    let inside = false;
    for (let n = 0, last = xs.length - 1; n < xs.length; last = n, n += 1) {
      const crosses = ys[n] > y !== ys[last] > y;
      if (crosses && x < ((xs[last] - xs[n]) * (y - ys[n])) / (ys[last] - ys[n]) + xs[n]) inside = !inside;
    }
    return inside;
  };
}

export class MapDots {
  constructor(chart) {
    this.chart = chart;
    this.canvas = make("canvas", "lada-map-dots");
    this.canvas.setAttribute("aria-hidden", "true"); // plotly's label and the keys tell what is on it
    this.groups = [];
    this.share = 1; // of the way that gliding dots have gone
    this.frame = 0;
  }

  /** Takes the marks of the traces that are drawn here; `before` says where a key was, if it is to glide from there. */
  take(data, before) {
    cancelAnimationFrame(this.frame);
    this.groups = data
      .filter((trace) => trace.meta === DOTS)
      .map((trace) => {
        const { marker } = trace;
        const [shape, open] = marker.symbol.split(/-(?=open$)/);
        const one = typeof marker.color === "string";
        const old = Array.from(trace.customdata, (key) => before.get(String(key)));
        data.push({
          ...trace,
          x: [null],
          y: [null],
          customdata: undefined,
          marker: { ...marker, size: marker.size[0] ?? 8 },
        });
        Object.assign(trace, { mode: "none", showlegend: false });
        const colours = one ? marker.color : Array.from(marker.color, (value) => onScale(value, marker));
        return { trace, shape, open: Boolean(open), old, sizes: marker.size, opacity: marker.opacity, colours };
      });
    this.share = this.groups.some(({ old }) => old.some(Boolean)) ? 0 : 1;
  }

  /** Listens to a chart that plotly made anew. */
  wire() {
    for (const event of ["plotly_afterplot", "plotly_relayouting"]) this.chart.on(event, () => this.draw());
  }

  /** Draws, and lets the dots glide from where they were. */
  go(duration) {
    this.chart.prepend(this.canvas);
    this.draw();
    if (this.share === 1) return;
    let began = null;
    const step = (now) => {
      began ??= now;
      const time = Math.min(1, (now - began) / duration);
      this.share = eased(time);
      this.draw();
      if (time < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  draw() {
    const { xaxis, yaxis } = this.chart._fullLayout ?? {};
    if (!xaxis) return;
    const { canvas } = this;
    const [width, height] = [xaxis._length, yaxis._length];
    const sharp = globalThis.devicePixelRatio || 1;
    const pixels = [Math.round(width * sharp), Math.round(height * sharp)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
    const box = { left: xaxis._offset, top: yaxis._offset, width, height };
    for (const [side, length] of Object.entries(box)) canvas.style[side] = `${length}px`;
    const pen = canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    // By the ranges, which follow a hand that drags; plotly's own d2p waits until it lets go.
    const [[left, right], [low, high]] = [xaxis.range, yaxis.range];
    const place = ([x, y]) => [((x - left) / (right - left)) * width, ((high - y) / (high - low)) * height];
    for (const group of this.groups) if (group.trace.visible !== "legendonly") this.drawGroup(pen, group, place);
  }

  drawGroup(pen, { trace, shape, open, old, sizes, opacity, colours }, place) {
    const { share } = this;
    pen.globalAlpha = opacity;
    for (let n = 0; n < old.length; n += 1) {
      const to = [trace.x[n], trace.y[n]];
      const at = place(old[n] && share < 1 ? between(old[n], to, share) : to);
      pen[open ? "strokeStyle" : "fillStyle"] = typeof colours === "string" ? colours : colours[n];
      pen.beginPath();
      addGlyph(pen, shape, at[0], at[1], sizes[n] / 2);
      if (open) pen.stroke();
      else pen.fill();
    }
  }

  /** The points inside a lasso or a box, as `pointsOf` of chart.js tells plotly's. */
  selected(event) {
    const inside = enclosure(event);
    const found = [];
    for (const { trace } of this.groups) {
      if (trace.visible === "legendonly") continue;
      trace.customdata.forEach((key, point) => {
        if (inside(trace.x[point], trace.y[point]))
          found.push({ trace: this.chart.data.indexOf(trace), point, customdata: key });
      });
    }
    return found;
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
  }
}
