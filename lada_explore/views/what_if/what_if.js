// What if: a choice of rule goes to the kernel, which answers with the whole picture.

import { withKernel } from "../base/kernel.js";
import { announced, classWords, groupName, make, setText } from "../base/page.js";
import { pairView, slider, thumbnail, writeSentences } from "../base/pair_parts.js";

const SEND_EVERY_MS = 100;
const AMOUNTS = ["queried", "other rule", "difference"];

function build(el, onRule) {
  const parts = pairView(el, "lada-what-if", "What if");
  parts.rules = make("fieldset", "lada-wi-rules");
  parts.rules.append(make("legend", "", "Another rule, same classifier, same candidates"));
  parts.choices = make("div", "lada-wi-choices");
  parts.tau = slider("tau of every pair", { min: 0.05, max: 5, step: 0.05, value: 2 }, onRule);
  parts.tauText = make("output", "lada-wi-amount");
  parts.seed = make("input", "lada-field lada-wi-seed");
  Object.assign(parts.seed, { type: "number", min: "0", step: "1", value: "0" });
  parts.seed.setAttribute("aria-label", "Seed of the random pairs");
  parts.seed.addEventListener("input", onRule);
  parts.tauBox = make("span", "lada-wi-extra");
  parts.tauBox.append(parts.tau, parts.tauText);
  parts.seedBox = make("label", "lada-wi-extra", "seed ");
  parts.seedBox.append(parts.seed);
  parts.rules.append(parts.choices);
  parts.headline = announced("lada-wi-headline");
  parts.overlap = make("div", "lada-wi-overlap");
  parts.overlap.setAttribute("aria-hidden", "true");
  parts.sides = ["leaving", "entering"].map((name) => {
    const side = make("div", "lada-wi-side");
    side.dataset.name = name;
    const head = make("p", "lada-wi-head");
    const images = make("ul", "lada-wi-images");
    side.append(head, images);
    return { name, side, head, images };
  });
  parts.swapped = make("div", "lada-wi-swapped");
  parts.swapped.append(...parts.sides.map(({ side }) => side));
  parts.table = make("table", "lada-wi-table");
  parts.body.append(parts.rules, parts.headline, parts.overlap, parts.swapped, parts.table);
  return parts;
}

function buildChoices(parts, rules, onRule) {
  const key = JSON.stringify(rules);
  if (parts.choices.dataset.key === key) return;
  parts.choices.dataset.key = key;
  const name = groupName();
  parts.radios = rules.map(({ kind, text }) => {
    const label = make("label", "lada-wi-rule");
    const radio = make("input");
    Object.assign(radio, { type: "radio", name, value: kind });
    radio.addEventListener("change", onRule);
    label.append(radio, make("span", "", text));
    return { kind, radio, label };
  });
  const items = parts.radios.map(({ kind, label }) => {
    const item = make("div", "lada-wi-choice");
    item.append(label);
    if (kind === "fixed") item.append(parts.tauBox);
    if (kind === "random") item.append(parts.seedBox);
    return item;
  });
  parts.choices.replaceChildren(...items);
}

function imageItem({ id, url, known, guess }) {
  const item = make("li", "lada-wi-image");
  item.dataset.id = id;
  const words = make("span", "lada-wi-words");
  words.append(classWords({ known, guess }), make("span", "lada-wi-id", `id ${id}`));
  item.append(thumbnail(url, `image ${id}`), words);
  return item;
}

function showSide({ name, head, images }, { count, images: shown }) {
  const words = name === "leaving" ? "▼ would leave" : "▲ would enter";
  const left = count > shown.length ? `, ${shown.length} drawn` : "";
  setText(head, `${words}: ${count.toLocaleString("en")}${left}`);
  images.replaceChildren(...shown.map(imageItem));
}

function amountCell(amount, place) {
  const cell = make("td", "", amount);
  cell.dataset.what = AMOUNTS[place];
  return cell;
}

function showTable(table, rows) {
  const head = make("tr");
  for (const text of ["mean", ...AMOUNTS]) head.append(make("th", "", text));
  const lines = rows.map(([what, ...amounts]) => {
    const line = make("tr");
    line.append(make("th", "", what), ...amounts.map(amountCell));
    return line;
  });
  table.replaceChildren(head, ...lines);
}

function render({ model, el }) {
  let timer = null;
  const chosen = () => parts.radios.find(({ radio }) => radio.checked)?.kind;
  const send = () => {
    timer = null;
    model.send({ type: "rule", kind: chosen(), tau: Number(parts.tau.value), seed: parts.seed.value });
  };
  const showInputs = () => {
    setText(parts.tauText, `tau ${Number(parts.tau.value).toFixed(2)}`);
    parts.tauBox.hidden = chosen() !== "fixed";
    parts.seedBox.hidden = chosen() !== "random";
  };
  const onRule = () => {
    showInputs();
    timer ??= setTimeout(send, SEND_EVERY_MS);
  };
  const parts = build(el, onRule);

  const draw = () => {
    const state = model.get("state");
    writeSentences(parts, state);
    parts.root.dataset.rev = state.revision;
    if (!state.title) return;
    buildChoices(parts, state.rules, onRule);
    // While an answer is under way the page knows better than the state what is asked.
    if (timer === null) {
      parts.tau.max = state.tau_end;
      parts.tau.value = state.rule.tau;
      if (document.activeElement !== parts.seed) parts.seed.value = state.rule.seed;
      for (const { kind, radio } of parts.radios) radio.checked = kind === state.rule.kind;
    }
    showInputs();
    setText(parts.headline, state.headline);
    parts.overlap.style.setProperty("--kept", `${(100 * state.kept) / Math.max(1, state.total)}%`);
    parts.root.dataset.kept = state.kept;
    parts.root.dataset.rule = state.rule.kind;
    parts.swapped.hidden = state.kept === state.total;
    for (const side of parts.sides) showSide(side, state[side.name]);
    showTable(parts.table, state.numbers);
  };
  model.on("change:state", draw);
  draw();
  return () => {
    clearTimeout(timer);
    model.off("change:state", draw);
  };
}

export default withKernel({ render });
