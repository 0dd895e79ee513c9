// The playground: controls over one run or two. What is drawn of a run stands in run_panel.js.

import { withKernel } from "../base/kernel.js";
import { make, setText } from "../base/page.js";
import { pairView, writeSentences } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { onThemeChange } from "../base/theme.js";
import { drawAccuracy } from "./accuracy.js";
import { Asking } from "./asking.js";
import { buildControls, fillChoices } from "./controls.js";
import { DuelPanel } from "./duel_panel.js";
import { Player } from "./player.js";
import { heightOf, roomOf, watchRoom } from "./room.js";
import { RunPanel } from "./run_panel.js";
import { readDraws } from "./run_state.js";
import { SeedsPanel } from "./seeds_panel.js";
import { SketchTool } from "./sketch_tool.js";

/** @import { Given, Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */
/** @import { Actions } from "./controls.js" */
/** @import { DuelState } from "./duel_panel.js" */
/** @import { RunDeeds } from "./run_panel.js" */
/** @import { Draws, RunState, Sent } from "./run_state.js" */
/** @import { SeedsState } from "./seeds_panel.js" */

const THEME_MS = 400; // until the style sheets of a new theme are there
const CHOSEN_MS = 250; // until a pair or a tau that changes is told
const CHART_PX = 720;
const [LOW_PX, HIGH_PX] = [110, 170]; // of the chart below the runs, or below the pair of the only one
const DRAWN = "points:drawn";
const PARTS = /** @type {const} */ (["mode", "duel", "seeds"]);

/**
 * What the kernel shows. Before the first run is open there is only what stands in every view.
 *
 * @typedef {object} PlaygroundState
 * @property {number} revision
 * @property {string} error
 * @property {Sent<RunState>[]} runs
 * @property {number} shown stages that are shown
 * @property {number} count stages that there are
 * @property {{ dataset: string, method: string, compare_method: string, seed: number, by_truth: boolean }} choice
 * @property {{ name: string, text: string }[]} datasets
 * @property {string[]} methods
 * @property {string[]} classes of the runs
 * @property {string[]} palette classes that can be drawn
 * @property {string} caption
 * @property {boolean} drawn whether there are points that were drawn by hand
 * @property {boolean} complete
 * @property {boolean} arriving whether the run has yet to come to where it begins
 * @property {{ pair: number | null, tau: number | null } | null} begins what of a pair is shown first, where the run begins
 */
/**
 * @typedef {object} PlaygroundTraits
 * @property {PlaygroundState | MessageOnly} state
 * @property {Sent<Draws>} draws
 * @property {"step" | "duel" | "seeds"} mode what is done with the plane
 * @property {DuelState | {}} duel empty before there is one
 * @property {number[]} picked ids that are picked in the duel
 * @property {{ pair?: number | null, tau?: number | null }} chosen rank of the pair that is shown, and the tau that is tried
 * @property {SeedsState | {}} seeds
 */
/** @typedef {Model<PlaygroundTraits>} PlaygroundModel */

/**
 * The row of runs and the chart below it.
 *
 * @param {HTMLElement} body
 */
function buildRuns(body) {
  const runRow = make("div", "lada-pg-runs");
  const frame = make("div", "lada-pg-chart");
  const label = "Share of the test points right, against labels";
  const chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
  frame.append(chart);
  body.append(runRow, frame);
  return { runRow, frame, chart };
}

/**
 * Whether everything that was recorded is shown.
 *
 * @param {PlaygroundState} state
 */
const atEnd = ({ shown, count }) => shown >= count;

class PlaygroundPage {
  /**
   * @param {PlaygroundModel} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const frame = pairView(el, "lada-playground", "Playground");
    const controls = buildControls(frame, this.actions());
    const runs = buildRuns(frame.body);
    const parts = { ...controls, runRow: runs.runRow, chart: runs.chart, chartFrame: runs.frame };
    this.parts = parts;
    /** @type {RunPanel[]} */
    this.panels = [];
    /** @type {Draws | null} */
    this.draws = null; // read when they are needed first
    this.size = ""; // width and height that the runs are drawn for
    this.begun = false; // whether the page has shown where the run begins
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.chosenTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.themeTimer = undefined;
    this.asking = new Asking(model, this.parts.root, this.parts.place);
    this.player = new Player(this.parts, this.asking, {
      ended: () => Boolean(this.state?.complete && atEnd(this.state)),
      resting: () => !this.panels.some((panel) => panel.busy || panel.waiting),
    });
    this.sketching = new SketchTool(this.parts.sketch, {
      classes: () => this.state?.palette ?? [],
      begun: () => this.makeRoom(),
      show: (scene) => this.panels[0]?.plane.draw(scene),
      use: (points) => this.begin({ dataset: DRAWN, points }),
      ended: () => this.backToRun(),
    });
    /** @type {(message: object, pressed?: HTMLElement) => void} */
    const ask = (message, pressed) => this.asking.ask(message, pressed);
    this.duel = new DuelPanel(frame.body, { ask });
    this.seeds = new SeedsPanel(frame.body, { ask });
    parts.root.addEventListener("keydown", (event) => this.press(event));
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(parts.runRow);
    this.forgetRoom = watchRoom(parts.root, () => this.fit());
    this.forgetTheme = onThemeChange(() => this.followTheme());
    this.onState = () => this.show();
    this.onDraws = () => this.readDraws();
    this.onModes = () => this.showModes();
    this.onPicked = () => this.duel.showPicked(this.model.get("picked"));
    model.on("change:state", this.onState);
    model.on("change:draws", this.onDraws);
    for (const part of PARTS) model.on(`change:${part}`, this.onModes);
    model.on("change:picked", this.onPicked);
    model.kernel.onGone(() => this.asking.unmark());
    this.show();
  }

  /** What the kernel shows; null before the first run is open. */
  get state() {
    const state = this.model.get("state");
    return "runs" in state ? state : null;
  }

  /**
   * What the controls do.
   *
   * @returns {Actions}
   */
  actions() {
    const go = (/** @type {"back" | "step" | "cycle"} */ type) => {
      this.player.hold();
      this.asking.ask({ type }, this.parts[type]);
    };
    return {
      begin: () => {
        if (this.parts.dataset.value === DRAWN && !this.state?.drawn) this.sketching.begin();
        else this.begin();
      },
      draw: () => this.sketching.toggle(),
      back: () => go("back"),
      step: () => go("step"),
      cycle: () => go("cycle"),
      play: () => this.player.toggle(),
      mode: () => this.panels.forEach((panel) => panel.look(this.parts.mode.value)),
      turn: (mode) => {
        this.player.hold();
        this.asking.ask({ type: "mode", mode });
      },
      truth: () => this.asking.ask({ type: "truth", on: this.parts.truth.value === "truth" }),
    };
  }

  close() {
    this.player.hold();
    this.asking.unmark();
    this.resizer.disconnect();
    this.forgetRoom();
    this.forgetTheme();
    clearTimeout(this.themeTimer);
    clearTimeout(this.chosenTimer);
    for (const panel of this.panels) panel.stop();
    this.duel.stop();
    this.model.off("change:state", this.onState);
    this.model.off("change:draws", this.onDraws);
    for (const part of PARTS) this.model.off(`change:${part}`, this.onModes);
    this.model.off("change:picked", this.onPicked);
  }

  // What a person does ---

  /** Asks for a run of what is chosen. */
  begin(drawn = {}) {
    this.player.hold();
    this.sketching.forget();
    const { dataset, method, compare_method, seed, reset } = this.parts;
    const chosen = {
      dataset: dataset.value,
      method: method.value,
      compare_method: compare_method.value,
      seed: seed.value,
    };
    this.asking.ask({ type: "begin", ...chosen, ...drawn }, reset);
  }

  /**
   * Keys answer, or draw.
   *
   * @param {KeyboardEvent} event
   */
  press(event) {
    if (event.target instanceof Element && event.target.matches("select, input")) return;
    if (this.model.get("mode") !== "step") return;
    const label = Number(event.key) - 1;
    if (this.sketching.active) this.sketching.press(event, this.parts.root);
    else if (label >= 0) this.panels.find((panel) => panel.waiting)?.answer(label);
  }

  /** For points that are drawn by hand. */
  makeRoom() {
    this.player.hold();
    this.show();
  }

  /** After points were drawn by hand, or not. */
  backToRun() {
    if (this.state) this.parts.dataset.value = this.state.choice.dataset;
    for (const panel of this.panels) panel.plane.again();
    this.show();
  }

  // What is shown ---

  show() {
    const { state, parts } = this;
    const sentences = this.model.get("state");
    const [title, message] = state ? ["Playground", ""] : ["", "The playground is opening."];
    writeSentences(parts, { ...sentences, title, message });
    parts.root.dataset.rev = String(sentences.revision);
    if (!state) return;
    fillChoices(parts, state);
    this.matchPanels(state.runs.length);
    parts.root.dataset.sketching = String(this.sketching.active);
    parts.sketch.hidden = !this.sketching.active;
    if (this.sketching.active) return;
    this.showRuns(state);
    this.showBeginning(state);
    this.showPlace(state);
    this.showModes();
  }

  /**
   * The pair and the tau that the run begins with, once it has come there.
   *
   * @param {PlaygroundState} state
   */
  showBeginning({ arriving, begins }) {
    if (this.begun || arriving) return;
    this.begun = true;
    if (begins) this.panels[0].pair.begin(begins);
  }

  /** Tells the kernel which pair of the first run is shown, and with which tau, once both stay. */
  tellChosen() {
    clearTimeout(this.chosenTimer);
    this.chosenTimer = setTimeout(() => {
      const told = this.panels[0]?.pair.told;
      const { pair = null, tau = null } = this.model.get("chosen");
      if (!this.begun || !told || (told.pair === pair && told.tau === tau)) return;
      this.model.set("chosen", told);
      this.model.save_changes();
    }, CHOSEN_MS);
  }

  /** What is done with the plane, and what there is of it. */
  showModes() {
    const { parts, model } = this;
    const mode = model.get("mode");
    const turned = parts.root.dataset.mode !== mode;
    parts.root.dataset.mode = mode;
    for (const made of parts.modes) made.setAttribute("aria-pressed", String(made.dataset.mode === mode));
    this.asking.unmark();
    if (mode === "duel") this.duel.show(model.get("duel"), model.get("picked"));
    if (mode === "seeds") this.seeds.show(model.get("seeds"));
    if (turned && mode === "step" && this.state) this.redrawRuns();
    const { running = false, done = 0, wanted = 0 } = /** @type {Partial<SeedsState>} */ (model.get("seeds"));
    setText(parts.modes[2], running ? `Run 20 seeds (${done} of ${wanted})` : "Run 20 seeds");
  }

  redrawRuns() {
    this.redraw();
    if (this.state) this.showRuns(this.state);
  }

  /**
   * As many panels as there are runs.
   *
   * @param {number} count
   */
  matchPanels(count) {
    /** @type {RunDeeds} */
    const on = {
      ask: (message) => this.asking.ask(message),
      place: (x, y) => this.sketching.stroke(x, y),
      looked: () => this.tellChosen(),
    };
    for (const gone of this.panels.splice(count)) gone.remove();
    while (this.panels.length < count) this.panels.push(new RunPanel(this.parts.runRow, this.panels.length, on));
    const { runRow, chartFrame } = this.parts;
    runRow.dataset.runs = String(count);
    if (count === 1) this.panels[0].take(chartFrame);
    else if (runRow.nextElementSibling !== chartFrame) runRow.after(chartFrame);
  }

  readDraws() {
    this.draws = readDraws(this.model.get("draws"));
    return this.draws;
  }

  /** @param {PlaygroundState} state */
  showRuns({ runs, classes }) {
    const { parts, panels } = this;
    const shared = { classes, draws: this.draws ?? this.readDraws(), mode: parts.mode.value };
    const shown = runs.map((run, row) => panels[row].show(run, shared));
    parts.chartFrame.hidden = false; // to measure its place
    const width = Math.min(CHART_PX, parts.chartFrame.clientWidth);
    drawAccuracy(parts.chart, shown, width, heightOf(parts.root, runs.length > 1 ? 0.12 : 0.15, LOW_PX, HIGH_PX));
  }

  /**
   * How far one is, and where one can go from there.
   *
   * @param {PlaygroundState} state
   */
  showPlace(state) {
    const { parts } = this;
    const last = atEnd(state);
    const ended = state.complete && last;
    const waiting = last && this.panels.some((panel) => panel.waiting);
    parts.back.setAttribute("aria-disabled", String(state.shown === 0));
    for (const made of [parts.step, parts.cycle]) made.setAttribute("aria-disabled", String(ended || waiting));
    const words = last ? `stage ${state.shown}` : `stage ${state.shown} of ${state.count}, looking back`;
    this.asking.unmark();
    setText(parts.place, ended ? `${words}, the last one` : words);
    parts.root.dataset.shown = String(state.shown);
    parts.root.dataset.count = String(state.count);
  }

  /** Draws for the width there is. */
  fit() {
    const { root, runRow } = this.parts;
    const size = `${runRow.clientWidth} ${roomOf(root)}`;
    if (size === this.size) return;
    this.size = size;
    this.redraw();
    this.show();
    this.sketching.draw();
  }

  /** Draws in the colours of the page: at once, and when its style sheets are there. */
  followTheme() {
    const repaint = () => {
      this.redraw();
      this.sketching.draw();
    };
    clearTimeout(this.themeTimer);
    repaint();
    this.themeTimer = setTimeout(repaint, THEME_MS);
  }

  redraw() {
    for (const panel of this.panels) panel.again();
    const mode = this.model.get("mode");
    if (mode === "duel") this.duel.again();
    if (mode === "seeds") this.seeds.draw();
  }
}

/** @param {Given<PlaygroundTraits>} given */
function render({ model, el }) {
  const page = new PlaygroundPage(model, el);
  return () => page.close();
}

export default withKernel({ render });
