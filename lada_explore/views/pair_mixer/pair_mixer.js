// The pair mixer: everything of one pair is in `state`, so a drag of lam or tau is drawn here and asks nobody.

import { withKernel } from "../base/kernel.js";
import { button, classWords, make, refill, setAttributes, setText } from "../base/page.js";
import { fixed, pairView, slider, writeSentences } from "../base/pair_parts.js";
import { interpolate, mark, shape } from "../base/pair_plot.js";
import { bytesOf, numbers } from "../base/wire.js";
import { densityPath, drawClasses, drawProfile, drawValue, HEIGHTS } from "./charts.js";

const SWEEP_MS = 4000;

function buildImages(parts) {
  const row = make("div", "lada-mix-images");
  parts.figures = ["other", "blend", "own"].map((name) => {
    const figure = make("figure", "lada-mix-figure");
    const canvas = make("canvas", "lada-mix-canvas");
    canvas.setAttribute("role", "img");
    const missing = make("span", "lada-mix-missing", "not kept in the record");
    const caption = make("figcaption");
    figure.dataset.name = name;
    figure.append(canvas, missing, caption);
    row.append(figure);
    return { canvas, missing, caption };
  });
  return row;
}

function build(el, on) {
  const parts = pairView(el, "lada-mixer", "Pair mixer");
  parts.choice = make("select", "lada-field lada-mix-choice");
  parts.choice.setAttribute("aria-label", "Pair, best first; ● was queried");
  parts.choice.addEventListener("change", () => on.choose(parts.choice.selectedIndex));
  parts.previous = button("‹ Better", "The pair before it in the list", () =>
    on.choose(parts.choice.selectedIndex - 1),
  );
  parts.next = button("Worse ›", "The pair after it in the list", () => on.choose(parts.choice.selectedIndex + 1));
  const chooser = make("div", "lada-mix-chooser");
  chooser.append(parts.previous, parts.choice, parts.next);

  parts.lam = slider("lam, the share of the right image", { min: 0, max: 1, step: 0.01, value: 0.5 }, on.lam);
  parts.play = button("▶ Play", "Let lam go from end to end and back", on.play);
  parts.lamText = make("output", "lada-mix-readout");
  const lamRow = make("div", "lada-mix-slide");
  lamRow.append(parts.lam);
  const lamFoot = make("div", "lada-mix-foot");
  lamFoot.append(parts.play, parts.lamText);

  parts.tau = slider("tau of Beta(tau, tau)", { min: 0, max: 1, step: 1, value: 0 }, on.tau);
  parts.tauText = make("output", "lada-mix-readout");
  parts.star = button("tau*", "The tau this pair was given", () => on.mark(-2));
  parts.best = button("best tau", "The tau that is best for this pair", () => on.mark(-1));
  const tauRow = make("div", "lada-mix-slide");
  tauRow.append(parts.tau);
  const tauFoot = make("div", "lada-mix-foot");
  tauFoot.append(parts.star, parts.best, parts.tauText);

  for (const name of Object.keys(HEIGHTS)) {
    parts[name] = shape("svg", { class: "lada-plot-svg", role: "img" });
  }
  parts.legend = make("ul", "lada-mix-legend");
  parts.noClasses = make("p", "lada-pair-message");
  parts.facts = make("dl", "lada-mix-facts");
  const left = make("div", "lada-mix-path");
  left.append(buildImages(parts), lamRow, lamFoot, parts.profile, parts.classes, parts.legend, parts.noClasses);
  const side = make("div", "lada-mix-tau");
  side.append(parts.value, tauRow, tauFoot, parts.facts);
  parts.columns = make("div", "lada-mix-columns");
  parts.columns.dataset.alone = ""; // drawn in the page, with or without a kernel
  parts.columns.append(left, side);
  parts.body.append(chooser, parts.columns);
  return parts;
}

/** The state with its buffers read, once a state. */
function readPair(state) {
  const table = Object.fromEntries(["tau", "value", "log_beta"].map((name) => [name, numbers(state.table[name])]));
  return {
    ...state,
    grid: numbers(state.grid),
    profile: numbers(state.profile),
    nodes: numbers(state.nodes),
    table: { ...table, regret: state.table.regret },
    images: state.images.map((image) => ({
      ...image,
      pixels: image.pixels && new Uint8Array(bytesOf(image.pixels.bytes)),
    })),
    shape: state.images.find((image) => image.pixels)?.pixels.shape ?? null,
    probabilities: state.classes.probabilities.map(numbers),
    rest: state.classes.names.length ? numbers(state.classes.rest) : null,
  };
}

/** lam * own + (1 - lam) * other on a canvas; grey where there is one channel. */
function paint(canvas, [channels, height, width], own, other, lam) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const size = height * width;
  for (let at = 0; at < size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (channels === 3 ? channel : 0) * size + at;
      image.data[4 * at + channel] = Math.round(lam * own[from] + (1 - lam) * other[from]);
    }
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** What a screen reader says of an image: its class where that is known, and the guess as a guess. */
function altOf({ id, known, guess }) {
  return [`image ${id}`, known, guess && `guess: ${guess}`].filter(Boolean).join(", ");
}

function showImages(parts, pair, lam) {
  const [own, other] = pair.images;
  const both = Boolean(own.pixels && other.pixels);
  const drawn = [
    [other.pixels, 0, altOf(other), `lam = 0: id ${other.id}`, classWords(other)],
    [
      both,
      lam,
      `blend at lam ${fixed(lam)}`,
      `blend at lam ${fixed(lam)}`,
      make("span", "lada-mix-of", "of the images"),
    ],
    [own.pixels, 1, altOf(own), `lam = 1: id ${own.id}`, classWords(own)],
  ];
  drawn.forEach(([kept, share, alt, where, words], place) => {
    const { canvas, missing, caption } = parts.figures[place];
    canvas.hidden = !kept;
    missing.hidden = Boolean(kept);
    if (kept) paint(canvas, pair.shape, own.pixels ?? other.pixels, other.pixels ?? own.pixels, share);
    canvas.setAttribute("aria-label", alt);
    caption.replaceChildren(make("span", "lada-mix-where", where), words);
  });
}

function writeFacts(parts, pair) {
  const { tau, value, regret } = pair.table;
  const unit = pair.unit;
  const at = tau.length;
  const rows = [
    [`A(1), id ${pair.images[0].id} itself`, `${fixed(pair.terms[0], 3)} ${unit}`],
    [`A(0), id ${pair.images[1].id} itself`, `${fixed(pair.terms[1], 3)} ${unit}`],
    ["score, with its look-ahead value", `${fixed(pair.terms[0] + pair.terms[1] + pair.terms[2], 3)} ${unit}`],
    [`◆ V at tau* = ${fixed(tau[at - 2], 3)}`, `${fixed(value[at - 2], 3)} ${unit}`],
    [`▲ V at the best tau = ${fixed(tau[at - 1], 3)}`, `${fixed(value[at - 1], 3)} ${unit}`],
    ["regret, best minus tau*", `${fixed(regret, 3)} ${unit}`],
  ];
  parts.facts.replaceChildren(...rows.flatMap(([what, amount]) => [make("dt", "", what), make("dd", "", amount)]));
}

function fillChoices(parts, pair) {
  refill(parts.choice, pair.choices, () => pair.choices.map(({ text }) => make("option", "", text)));
  const at = pair.choices.findIndex(({ ids }) => ids[0] === pair.pair[0] && ids[1] === pair.pair[1]);
  parts.choice.selectedIndex = at;
  parts.previous.setAttribute("aria-disabled", String(at <= 0));
  parts.next.setAttribute("aria-disabled", String(at >= pair.choices.length - 1));
}

function render({ model, el }) {
  let pair = null;
  let plots = null;
  let tauAt = 0; // place in the table; the last two are tau* and the best tau
  let playing = 0;

  const choose = (place) => {
    const choice = pair?.choices[place];
    if (choice) model.send({ type: "pair", ids: choice.ids });
  };
  const parts = build(el, {
    choose,
    lam: () => {
      stop();
      showLam();
    },
    play: () => (playing ? stop() : play()),
    tau: () => {
      tauAt = Number(parts.tau.value);
      showTau();
    },
    mark: (fromEnd) => {
      tauAt = pair.table.tau.length + fromEnd;
      showTau();
    },
  });

  const showLam = () => {
    const lam = Number(parts.lam.value);
    const value = interpolate(pair.grid, pair.profile, lam);
    showImages(parts, pair, lam);
    const x = plots.profile.toX(lam);
    setAttributes(plots.profile.guide, { x1: x, x2: x });
    setAttributes(plots.profile.here, { cx: x, cy: plots.profile.toY(value) });
    if (plots.classes) {
      setAttributes(plots.classes.guide, { x1: x, x2: x });
      for (const { line, dot, look, kind, value: text } of plots.classes.entries) {
        const share = interpolate(pair.grid, line, lam);
        dot.replaceChildren(mark(kind, x, plots.classes.toY(share), 4, `lada-class-mark lada-look-${look}`));
        setText(text, `${(100 * share).toFixed(0)} %`);
      }
    }
    const words = `lam ${fixed(lam)}: A = ${fixed(value, 3)} ${pair.unit}`;
    setText(parts.lamText, words);
    parts.lam.setAttribute("aria-valuetext", words);
  };

  const showTau = () => {
    const { tau, value, log_beta: logBeta } = pair.table;
    plots.profile.density.setAttribute("d", densityPath(plots.profile, plots.profile.top, tau[tauAt], logBeta[tauAt]));
    setAttributes(plots.value.here, { cx: plots.value.toX(tau[tauAt]), cy: plots.value.toY(value[tauAt]) });
    // The slider has the grid's steps; tau* and the best tau lie between two of them.
    const count = tau.length - 2;
    parts.tau.value = tauAt < count ? tauAt : Math.round((tau[tauAt] / tau[count - 1]) * count) - 1;
    const words = `tau ${fixed(tau[tauAt], 3)}: V = ${fixed(value[tauAt], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === count));
    parts.best.setAttribute("aria-pressed", String(tauAt === count + 1));
  };

  const drawPlots = () => {
    const [left, right] = parts.columns.children;
    if (!pair || !left.clientWidth) return;
    plots = {
      profile: drawProfile(parts, pair, left.clientWidth),
      classes: drawClasses(parts, pair, left.clientWidth),
      value: drawValue(parts, pair, right.clientWidth),
    };
    showLam();
    showTau();
  };

  const stop = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    setText(parts.play, "▶ Play");
  };
  const play = () => {
    const began = performance.now() - (Math.acos(1 - 2 * Number(parts.lam.value)) / Math.PI) * SWEEP_MS;
    const move = (now) => {
      parts.lam.value = (1 - Math.cos(((now - began) / SWEEP_MS) * Math.PI)) / 2;
      showLam();
      playing = requestAnimationFrame(move);
    };
    playing = requestAnimationFrame(move);
    setText(parts.play, "❚❚ Hold");
  };

  const draw = () => {
    const state = model.get("state");
    writeSentences(parts, state);
    const before = pair && `${pair.cycle} ${pair.pair}`;
    pair = state.title ? readPair(state) : null;
    if (pair) {
      parts.profile.setAttribute("aria-label", "Acquisition along the mixing path, with the density of lam");
      parts.classes.setAttribute("aria-label", "Class probabilities along the mixing path");
      parts.value.setAttribute("aria-label", "Look-ahead value against tau");
      parts.tau.max = pair.table.tau.length - 3;
      if (before !== `${pair.cycle} ${pair.pair}`) tauAt = pair.table.tau.length - 2;
      fillChoices(parts, pair);
      writeFacts(parts, pair);
      drawPlots();
    } else stop();
    parts.root.dataset.rev = state.revision;
  };

  let width = 0;
  const resizer = new ResizeObserver(() => {
    if (parts.columns.clientWidth === width) return;
    width = parts.columns.clientWidth;
    drawPlots();
  });
  resizer.observe(parts.columns);
  model.on("change:state", draw);
  draw();
  return () => {
    stop();
    resizer.disconnect();
    model.off("change:state", draw);
  };
}

export default withKernel({ render });
