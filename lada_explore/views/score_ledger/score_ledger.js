// The score ledger: ranks the pairs again in the page whenever a weight moves; only a click on a pair asks the kernel.

import { withKernel } from "../base/kernel.js";
import { announced, button, classWords, focusedIn, make, refill, setText } from "../base/page.js";
import { fixed, pairView, slider, thumbnail, writeSentences } from "../base/pair_parts.js";
import { numbers } from "../base/wire.js";
import { rank } from "./ranking.js";

const DRAWN = 30;
const MORE = 60; // queried pairs beyond the best ones that still get a bar
const TERMS = [
  { name: "A(1)", what: "the first image by itself" },
  { name: "A(0)", what: "the second image by itself" },
  { name: "V(tau*)", what: "their virtual images" },
];
const STATUS = { stays: "● stays", enters: "▲ enters", leaves: "▼ leaves", other: "" };

function statusOf(queried, chosen) {
  if (queried) return chosen ? "stays" : "leaves";
  return chosen ? "enters" : "other";
}

function build(el, onWeight, onReset) {
  const parts = pairView(el, "lada-ledger", "Score ledger");
  const bar = make("div", "lada-led-weights");
  bar.dataset.alone = ""; // drawn in the page, with or without a kernel
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Weights of the three terms");
  parts.weights = TERMS.map(({ name, what }, place) => {
    const label = make("label", "lada-led-weight");
    const input = slider(`Weight of ${name}, ${what}`, { min: 0, max: 2, step: 0.05, value: 1 }, onWeight);
    const amount = make("output", "lada-led-amount", "1.00");
    const sample = make("span", `lada-led-sample lada-led-term-${place}`);
    label.append(sample, make("span", "lada-led-term", name), input, amount, make("span", "lada-led-what", what));
    bar.append(label);
    return { input, amount };
  });
  parts.reset = button("Reset", "All weights back to 1, as the method has them", onReset);
  bar.append(parts.reset);
  parts.summary = announced("lada-led-summary");
  const head = make("div", "lada-led-head");
  for (const text of ["", "rank", "pair", "class", TERMS.map(({ name }) => name).join(" + "), "score"]) {
    head.append(make("span", "", text));
  }
  head.setAttribute("aria-hidden", "true"); // each row says all of it in its title
  parts.list = make("ol", "lada-led-rows");
  parts.cut = make("li", "lada-led-cut");
  parts.body.append(bar, parts.summary, head, parts.list);
  return parts;
}

/** A row of the list, made once a state; `refresh` writes what the weights change. */
function buildRow(ledger, row, onPick) {
  const item = make("li", "lada-led-item");
  const pick = make("button", "lada-led-row");
  pick.type = "button";
  pick.dataset.row = row;
  const ids = [ledger.pairIds[2 * row], ledger.pairIds[2 * row + 1]];
  const both = (names) =>
    names[2 * row] || names[2 * row + 1] ? `${names[2 * row] || "?"} + ${names[2 * row + 1] || "?"}` : "";
  const parts = {
    item,
    pick,
    ids,
    status: make("span", "lada-led-status"),
    rank: make("span", "lada-led-rank"),
    images: make("span", "lada-led-images"),
    total: make("span", "lada-led-total"),
    segments: TERMS.map((_, place) => {
      const segment = make("span", `lada-led-segment lada-led-term-${place}`);
      segment.append(make("span", "lada-led-share"));
      return segment;
    }),
  };
  const words = make("span", "lada-led-words");
  const named = classWords({ known: both(ledger.known), guess: both(ledger.guesses) });
  words.append(named, make("span", "lada-led-ids", `ids ${ids.join(", ")}`));
  const bar = make("span", "lada-led-bar");
  bar.append(...parts.segments);
  pick.append(parts.status, parts.rank, parts.images, words, bar, parts.total);
  pick.addEventListener("click", () => onPick(ids));
  item.append(pick);
  return parts;
}

function refresh(parts, ledger, row, { place, score, weights, longest, status, selected }) {
  setText(parts.status, STATUS[status]);
  parts.pick.dataset.status = status;
  parts.pick.setAttribute("aria-pressed", String(selected));
  const before = ledger.placeBefore[row];
  setText(parts.rank, before === place ? `${place}` : `${place} (was ${before})`);
  const words = [];
  parts.segments.forEach((segment, term) => {
    const amount = weights[term] * ledger.terms[3 * row + term];
    const share = longest > 0 ? (100 * Math.max(0, amount)) / longest : 0;
    segment.style.width = `${share}%`;
    setText(segment.firstChild, fixed(amount));
    words.push(`${TERMS[term].name} ${fixed(amount)}`);
  });
  setText(parts.total, `${fixed(score)} ${ledger.unit}`);
  parts.pick.title = `${words.join(", ")} ${ledger.unit}`;
}

function showThumbnails(parts, images) {
  const key = parts.ids.map((id) => images.get(id)?.length ?? "");
  refill(parts.images, key, () => parts.ids.map((id) => thumbnail(images.get(id), `image ${id}`)));
}

function readLedger(state) {
  const terms = numbers(state.terms);
  const ledger = {
    ...state,
    terms,
    pairIds: numbers(state.pair_ids),
    queried: numbers(state.queried),
    placeBefore: [],
    rows: new Map(),
  };
  rank(terms, [1, 1, 1]).order.forEach((row, place) => (ledger.placeBefore[row] = place + 1));
  ledger.asked = ledger.queried.reduce((sum, one) => sum + one, 0);
  return ledger;
}

function summaryOf(ledger, entering, plain) {
  const query = `${ledger.asked.toLocaleString("en")} queried pair${ledger.asked === 1 ? "" : "s"}`;
  if (!entering)
    return plain ? `These are the method's weights; they chose the ${query}.` : `The same ${query} would be chosen.`;
  return `▼ ${entering} of the ${query} would leave, and ▲ ${entering} would enter.`;
}

function render({ model, el }) {
  let ledger = null;
  const images = new Map();
  const parts = build(
    el,
    () => show(),
    () => {
      for (const { input } of parts.weights) input.value = 1;
      show();
    },
  );
  const pick = (ids) => model.send({ type: "pair", ids });
  const rowOf = (row) => {
    if (!ledger.rows.has(row)) ledger.rows.set(row, buildRow(ledger, row, pick));
    return ledger.rows.get(row);
  };

  const askFor = (rows) => {
    const missing = rows.flatMap((row) => rowOf(row).ids).filter((id) => !images.has(id));
    if (!missing.length) return;
    for (const id of missing) images.set(id, ""); // asked once; the box says so until it comes
    model.send({ type: "images", ids: missing });
  };

  const show = () => {
    if (!ledger) return;
    const weights = parts.weights.map(({ input }) => Number(input.value));
    parts.weights.forEach(({ amount }, place) => setText(amount, weights[place].toFixed(2)));
    const { scores, order } = rank(ledger.terms, weights);
    const places = new Map(order.map((row, place) => [row, place + 1]));
    const beyond = order.slice(DRAWN).filter((row) => ledger.queried[row]);
    const rows = [...order.slice(0, DRAWN), ...beyond.slice(0, MORE)];
    const totals = rows.map((row) =>
      [0, 1, 2].reduce((sum, n) => sum + Math.max(0, weights[n] * ledger.terms[3 * row + n]), 0),
    );
    const longest = Math.max(...totals);
    askFor(rows);
    for (const row of rows) {
      const status = statusOf(Boolean(ledger.queried[row]), places.get(row) <= ledger.asked);
      const selected = row === ledger.selected;
      refresh(rowOf(row), ledger, row, {
        place: places.get(row),
        score: scores[row],
        weights,
        longest,
        status,
        selected,
      });
      showThumbnails(rowOf(row), images);
    }
    setText(parts.cut, `the query ends here, after ${ledger.asked.toLocaleString("en")} pairs`);
    const items = rows.map((row) => rowOf(row).item);
    if (ledger.asked < rows.length) items.splice(ledger.asked, 0, parts.cut);
    if (beyond.length > MORE) items.push(make("li", "lada-led-cut", `and ${beyond.length - MORE} more queried pairs`));
    const focused = focusedIn(parts.list);
    parts.list.replaceChildren(...items);
    focused?.focus({ preventScroll: true });
    const entering = order.slice(0, ledger.asked).filter((row) => !ledger.queried[row]).length;
    setText(
      parts.summary,
      summaryOf(
        ledger,
        entering,
        weights.every((weight) => weight === 1),
      ),
    );
  };

  const draw = () => {
    const state = model.get("state");
    writeSentences(parts, state);
    ledger = state.title ? readLedger(state) : null;
    for (const [id, url] of [...images]) if (!url) images.delete(id);
    for (const [id, url] of Object.entries(state.images ?? {})) images.set(Number(id), url);
    show();
    parts.root.dataset.rev = state.revision;
  };
  const handle = (message) => {
    if (message?.type !== "images") return;
    for (const [id, url] of Object.entries(message.images)) images.set(Number(id), url);
    show();
  };
  model.on("change:state", draw);
  model.on("msg:custom", handle);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("msg:custom", handle);
  };
}

export default withKernel({ render });
