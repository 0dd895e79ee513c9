// Two methods over many seeds: the difference of each seed, and the mean with its interval as it narrows.

import { announced, button, groupName, make, progressBar, setText, showProgress, showText } from "../base/page.js";
import { drawAxes, linePath, shape } from "../base/pair_plot.js";
import { bandPath, rangeOf } from "./interval.js";
import { heightOf } from "./room.js";

/**
 * What the kernel shows of the seeds; differences in points.
 *
 * @typedef {object} SeedsState
 * @property {string} method
 * @property {string} against
 * @property {number} wanted number of seeds
 * @property {number} done
 * @property {boolean} running
 * @property {boolean} begun
 * @property {number[]} own of each seed
 * @property {number[]} mean after each seed
 * @property {(number | null)[]} lower end of the interval after each seed
 * @property {(number | null)[]} upper
 * @property {string} says
 * @property {string} error
 * @property {number} revision
 */

const MAX_PX = 900;
const [LOW_PX, HIGH_PX] = [220, 420];

export class SeedsPanel {
  /**
   * @param {HTMLElement} parent
   * @param {{ ask: (message: object, pressed?: HTMLElement) => void }} on
   */
  constructor(parent, on) {
    this.root = parent.appendChild(make("div", "lada-pg-seeds"));
    const bar = make("div", "lada-pg-row");
    const run = () => on.ask({ type: "seeds", on: !this.state?.running }, this.run);
    this.run = button("Run 20 seeds", "In the background; the page can be used meanwhile", run, "lada-button");
    this.count = make("span", "lada-pg-duel-count");
    this.progress = progressBar("Seeds that are done");
    bar.append(this.run, this.count, this.progress.bar);
    this.what = make("p", "lada-pg-seeds-what");
    this.says = announced("lada-pg-seeds-says");
    this.error = announced("lada-pair-error", "alert");
    const frame = make("div", "lada-pg-seeds-chart");
    const label = "Difference of accuracy, seed by seed, with the 95 % interval of its mean";
    this.chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
    frame.append(this.chart);
    this.frame = frame;
    this.root.append(bar, this.error, this.what, this.says, frame);
    this.clip = groupName();
    /** @type {SeedsState | null} */
    this.state = null;
  }

  /** @param {SeedsState | {}} state empty before the first */
  show(state) {
    if (!("wanted" in state)) return;
    this.state = state;
    const { done, wanted, running, begun, method, against } = state;
    this.root.dataset.running = String(running);
    this.root.dataset.done = String(done);
    const rest = begun && done < wanted ? "Go on" : `Run ${wanted} seeds`;
    setText(this.run, running ? "Stop" : rest);
    this.run.hidden = done >= wanted;
    setText(this.count, begun ? `${done} of ${wanted} seeds` : "");
    this.progress.bar.hidden = !begun;
    showProgress(this.progress, done, wanted);
    setText(
      this.what,
      `${method} minus ${against}, both from the same start with the same seed: the mean share of test points right over ` +
        "5 cycles after the start, in points. A dot is one seed, the line is their mean so far, the band its 95 % interval " +
        "(Student's t, paired by seed).",
    );
    showText(this.says, state.says);
    showText(this.error, state.error);
    this.draw();
  }

  draw() {
    const { state } = this;
    const width = Math.min(MAX_PX, this.frame.clientWidth);
    if (!state || width < 160) return;
    const { own, mean, lower, upper, wanted, method, against } = state;
    const seeds = own.map((_, n) => n + 1);
    const y = rangeOf(own, lower, upper);
    const height = heightOf(this.root, 0.42, LOW_PX, HIGH_PX);
    const axes = { width, height, xTitle: "seeds", yTitle: "difference (points)" };
    const { toX, toY, layer, box } = drawAxes(this.chart, { ...axes, x: [0.5, wanted + 0.5], y });
    const clip = shape("clipPath", { id: this.clip });
    clip.append(shape("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }));
    layer.append(clip);
    const band = bandPath(seeds.map(toX), lower, upper, toY);
    layer.append(shape("path", { class: "lada-pg-band", d: band, "clip-path": `url(#${this.clip})` }));
    layer.append(shape("line", { class: "lada-pg-zero", x1: box.left, x2: box.right, y1: toY(0), y2: toY(0) }));
    if (mean.length) layer.append(shape("path", { class: "lada-pg-mean", d: linePath(seeds.map(toX), mean.map(toY)) }));
    own.forEach((value, n) =>
      layer.append(shape("circle", { class: "lada-pg-seed", cx: toX(n + 1), cy: toY(value), r: 3.5 })),
    );
    const side = (/** @type {string} */ text, /** @type {number} */ at) =>
      layer.append(shape("text", { class: "lada-tick", x: box.right - 4, y: at, "text-anchor": "end" }, text));
    side(`${method} ahead ↑`, box.top + 12);
    side(`${against} ahead ↓`, box.bottom - 6);
  }
}
