// One run: its plane, its pair with tau, and the classes to answer with. All of a moment is in the state, so that a
// drag of tau asks nobody.

import { button, make, refill, setAttributes, setText } from "../base/page.js";
import { fixed, slider } from "../base/pair_parts.js";
import { shape } from "../base/pair_plot.js";
import { numbers } from "../base/wire.js";
import { densityPath, drawProfile, drawValue } from "../pair_mixer/charts.js";
import { classIcon, makePlane } from "./plane.js";

/** The run's state with its buffers read. */
function readRun(run) {
  const field = run.field && {
    ...run.field,
    entropy: numbers(run.field.entropy),
    winner: numbers(run.field.winner),
  };
  const labelled = {
    ids: Array.from(numbers(run.labelled.ids)),
    labels: numbers(run.labelled.labels),
    fresh: run.labelled.fresh,
  };
  const read = {
    ...run,
    x: numbers(run.x),
    y: numbers(run.y),
    field,
    labelled,
    candidates: numbers(run.candidates),
  };
  if (!run.pairs) return read;
  const pairs = { ...run.pairs };
  for (const name of [
    "ids",
    "queried",
    "scores",
    "nodes",
    "grid",
    "profile",
    "terms",
    "own_tau",
    "own_log_beta",
    "value",
    "lam",
  ]) {
    pairs[name] = numbers(run.pairs[name]);
  }
  if (pairs.known) for (const name of ["tau", "log_beta"]) pairs[name] = numbers(run.pairs[name]);
  return { ...read, pairs };
}

/** A pair of the run as the charts of the pair mixer take it. */
function pairOf(pairs, row) {
  const [steps, points] = [pairs.tau.length, pairs.grid.length];
  const joined = (grid, own) => Float32Array.from([...grid, ...own.subarray(2 * row, 2 * row + 2)]);
  return {
    grid: pairs.grid,
    nodes: pairs.nodes.filter((_, place) => place % 4 === 0),
    profile: pairs.profile.subarray(row * points, (row + 1) * points),
    terms: pairs.terms.subarray(3 * row, 3 * row + 3),
    unit: pairs.unit,
    tau_max: pairs.tau_max,
    table: {
      tau: joined(pairs.tau, pairs.own_tau),
      value: pairs.value.subarray(row * (steps + 2), (row + 1) * (steps + 2)),
      log_beta: joined(pairs.log_beta, pairs.own_log_beta),
    },
  };
}

function buildRunPanel(parent, on) {
  const root = parent.appendChild(make("section", "lada-pg-run"));
  const parts = { root };
  const head = make("header", "lada-pg-head");
  parts.method = make("span", "lada-pg-method");
  parts.accuracy = make("span", "lada-pg-accuracy");
  head.append(parts.method, parts.accuracy);
  parts.where = make("p", "lada-pg-where");
  parts.says = make("p", "lada-pg-says");
  parts.answer = make("div", "lada-pg-answer");
  parts.answer.setAttribute("role", "group");
  parts.note = make("p", "lada-pg-note");
  const left = make("div", "lada-pg-left");
  parts.side = make("div", "lada-pg-side");
  const columns = make("div", "lada-pg-columns");
  columns.append(left, parts.side);
  root.append(head, parts.where, parts.says, parts.answer, columns);
  parts.plane = makePlane(left, { pick: on.pick, place: on.place });
  parts.legend = make("ul", "lada-pg-legend");
  left.append(parts.legend, parts.note);
  parts.choice = make("select", "lada-field lada-mix-choice");
  parts.choice.setAttribute("aria-label", "Pair, best first; ● is asked about");
  parts.choice.addEventListener("change", () => on.pick(parts.choice.selectedIndex));
  for (const name of ["profile", "value"]) parts[name] = shape("svg", { class: "lada-plot-svg", role: "img" });
  parts.profile.setAttribute("aria-label", "Entropy along the segment, with the density of lam");
  parts.value.setAttribute("aria-label", "Look-ahead value against tau");
  parts.tau = slider("tau of Beta(tau, tau)", { min: 0, max: 1, step: 1, value: 0 }, on.tau);
  const slide = make("div", "lada-mix-slide");
  slide.append(parts.tau);
  parts.star = button("◆ tau*", "The tau that the policy gave this pair", () => on.mark(-2));
  parts.best = button("▲ best tau", "The tau whose look-ahead value is highest", () => on.mark(-1));
  parts.tauText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(parts.star, parts.best, parts.tauText);
  parts.waits = make("p", "lada-pair-message");
  parts.pairBody = make("div", "lada-pg-pair");
  parts.pairBody.dataset.alone = ""; // drawn in the page, with or without a kernel
  parts.pairBody.append(parts.choice, parts.profile, parts.value, slide, foot);
  parts.side.append(parts.pairBody, parts.waits);
  return parts;
}

function fillAnswer(parts, classes, current, left, on) {
  const key = `${current} ${left} ${classes}`;
  if (parts.answer.dataset.key === key) return;
  const held = parts.answer.contains(document.activeElement);
  parts.answer.dataset.key = key;
  parts.answer.hidden = current < 0;
  if (current < 0) {
    parts.answer.replaceChildren();
    return;
  }
  const buttons = classes.map((name, label) => {
    const made = button(name, `Answer ${name} (key ${label + 1})`, () => on.answer(label));
    made.prepend(classIcon(label));
    return made;
  });
  parts.answer.replaceChildren(
    make("span", "lada-pg-ask", `Which class is the point with the ring? (${left} to answer)`),
    ...buttons,
  );
  if (held) buttons[0].focus();
}

function fillLegend(parts, classes, run, mode) {
  const rows = classes.map((name, label) => [classIcon(label), `labelled ${name}`]);
  const dot = (className) => make("span", `lada-pg-sample ${className}`);
  rows.push([dot("lada-pg-dot"), "not labelled"]);
  if (run.candidates.length) rows.push([dot("lada-pg-candidate"), "candidate"]);
  if (run.asked.length) rows.push([dot("lada-pg-ring"), "asked"]);
  if (run.pairs?.known) rows.push([dot("lada-pg-thick"), "pair, coloured by A(lam)"]);
  if (run.pairs?.known) rows.push([dot("lada-pg-virtual"), "virtual instance"]);
  const words =
    mode === "entropy" ? "background: predictive entropy" : "background: predicted class, paler where less sure";
  if (run.field) rows.push([dot(mode === "entropy" ? "lada-pg-bits" : "lada-pg-tint"), words]);
  const item = ([icon, text]) => {
    const made = make("li");
    made.append(icon, make("span", "", text));
    return made;
  };
  refill(
    parts.legend,
    rows.map(([, text]) => text),
    () => rows.map(item),
  );
}

/** A run of the page; `ask(message)` sends to the kernel. */
export function makeRunPanel(parent, row, ask) {
  let run = null;
  let shared = null; // { classes, draws, mode }
  let chosen = 0;
  let pair = null;
  let plots = null;
  let tauAt = -2; // place in the pair's table; counted from the end for tau* and the best tau
  let moment = "";
  const parts = buildRunPanel(parent, {
    pick: (place) => {
      chosen = place;
      tauAt = -2;
      showPair();
    },
    place: (x, y) => parts.onPlace?.(x, y),
    tau: () => {
      tauAt = Number(parts.tau.value);
      showTau();
    },
    mark: (fromEnd) => {
      tauAt = fromEnd;
      showTau();
    },
    answer: (label) => ask({ type: "answer", run: row, point: run.to_answer[0], label }),
  });

  const place = () => (tauAt < 0 ? pair.table.tau.length + tauAt : tauAt);

  /** Draws of lam of a pair: at the slider's tau for the chosen one, at its tau* for the others that are asked about. */
  const lamOf = (at) => {
    const { pairs } = run;
    if (!pairs.known) return null;
    const count = pairs.lam.length / pairs.queried.length;
    const own = () => Array.from(pairs.lam.subarray(at * count, (at + 1) * count));
    if (at !== chosen) return pairs.queried[at] ? own() : null;
    if (tauAt === -2) return own();
    const tau = pair.table.tau[place()];
    const steps = shared.draws.tau.length;
    const step = Math.min(steps - 1, Math.max(0, Math.round((tau / shared.draws.tau[steps - 1]) * steps) - 1));
    return Array.from(shared.draws.lam.subarray(step * count, (step + 1) * count));
  };

  const drawPlane = () => {
    parts.plane.draw({
      ...run,
      mode: shared.mode,
      chosen: run.pairs?.known ? chosen : -1,
      current: run.to_answer[0] ?? -1,
      highest: Math.log2(shared.classes.length),
      lamOf,
      fallKey: run.pairs?.known ? `${run.where} ${chosen}` : "",
      label: `${run.where}: ${run.labelled.ids.length} labelled points, ${run.asked.length} asked about`,
    });
  };

  const showTau = () => {
    const { tau, value, log_beta: logBeta } = pair.table;
    const at = place();
    const count = tau.length - 2;
    plots.profile.density.setAttribute("d", densityPath(plots.profile, plots.profile.top, tau[at], logBeta[at]));
    setAttributes(plots.value.here, { cx: plots.value.toX(tau[at]), cy: plots.value.toY(value[at]) });
    parts.tau.value = at < count ? at : Math.round((tau[at] / tau[count - 1]) * count) - 1;
    const words = `tau ${fixed(tau[at], 3)}: V = ${fixed(value[at], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === -2));
    parts.best.setAttribute("aria-pressed", String(tauAt === -1));
    drawPlane();
  };

  const showPair = () => {
    const { pairs } = run;
    const known = Boolean(pairs?.known);
    parts.pairBody.hidden = !known;
    parts.waits.hidden = known;
    if (!known) {
      pair = null;
      setText(parts.waits, waitsFor(run));
      drawPlane();
      return;
    }
    chosen = Math.min(chosen, pairs.queried.length - 1);
    parts.choice.selectedIndex = chosen;
    pair = pairOf(pairs, chosen);
    parts.tau.max = pair.table.tau.length - 3;
    const width = Math.min(640, parts.side.clientWidth);
    if (width > 120) {
      plots = { profile: drawProfile(parts, pair, width), value: drawValue(parts, pair, width) };
      setText(parts.profile.querySelector(".lada-axis-title"), "lam, the weight of the end marked lam = 1");
      plots.profile.guide.remove();
      plots.profile.here.remove();
      showTau();
    }
  };

  const fillChoices = () => {
    const { pairs } = run;
    if (!pairs?.known) return;
    const entries = Array.from(
      pairs.queried,
      (asked, at) =>
        `${at + 1}${asked ? " ●" : ""}  points ${pairs.ids[2 * at]} and ${pairs.ids[2 * at + 1]}, score ${fixed(pairs.scores[at])} ${pairs.unit}`,
    );
    refill(parts.choice, entries, () => entries.map((text) => make("option", "", text)));
  };

  return {
    parts,
    get waiting() {
      return Boolean(run?.to_answer.length);
    },
    get busy() {
      return Boolean(run?.busy);
    },
    get run() {
      return run;
    },
    answer: (label) => {
      if (run.to_answer.length && label < shared.classes.length)
        ask({ type: "answer", run: row, point: run.to_answer[0], label });
    },
    /** Takes a new state of this run. */
    show: (state, now) => {
      run = readRun(state);
      shared = now;
      if (moment.split("·")[0] !== run.where.split("·")[0] || !run.pairs?.known) chosen = 0;
      if (moment !== run.where) tauAt = -2;
      moment = run.where;
      setText(parts.method, run.method);
      const share = run.accuracy.share.at(-1);
      setText(
        parts.accuracy,
        share === undefined
          ? run.accuracy.measured
            ? ""
            : "drawn by hand: no test points"
          : `${fixed(100 * share, 1)} % of the test points right`,
      );
      setText(parts.where, run.where);
      setText(parts.says, run.says);
      setText(parts.note, run.note);
      parts.note.hidden = !run.note;
      fillAnswer(parts, now.classes, run.to_answer[0] ?? -1, run.to_answer.length, {
        answer: (label) => ask({ type: "answer", run: row, point: run.to_answer[0], label }),
      });
      fillLegend(parts, now.classes, run, now.mode);
      fillChoices();
      showPair();
      parts.root.dataset.where = run.where;
    },
    look: (mode) => {
      shared = { ...shared, mode };
      fillLegend(parts, shared.classes, run, mode);
      drawPlane();
    },
    again: () => {
      parts.plane.again();
      if (run) showPair();
    },
    stop: () => parts.plane.stop(),
  };
}

/** What has to happen before there is a pair to look at. */
function waitsFor(run) {
  if (!run.where.startsWith("Cycle"))
    return "The start labels a few points of each class. Pairs come with cycle 1: press Step.";
  if (run.pairs)
    return "The dashed lines are the candidate pairs. What lies on them is known after the stage Look ahead.";
  return "This method scores single points, not pairs: there are no segments and no tau.";
}
