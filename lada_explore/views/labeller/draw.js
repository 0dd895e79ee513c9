// What the labeller draws: the images, the classes and the sentences, as they stand now.

import { make, refill, setText } from "../base/page.js";
import { FEW_CLASSES } from "./classes.js";
import { keyHelp } from "./keys.js";
import { canvasFor, labButton, SIZES, showKey } from "./parts.js";

const PER_PAGE = 60; // images of a grid that are in the page at once
const STRIP = 15; // images of the row below a single one
const SILENT_MS = 3000;
const SIGNS = { open: "○", saved: "✓", saving: "…", unsaved: "!", disputed: "≠", leaving: "…" };

/** What the page knows: the kernel's word, and what is on its way. */
export function situation(model, queue, view) {
  const asked = model.get("asked");
  const marks = model.get("marks");
  const marked = new Map(marks.images.map((mark) => [mark.id, mark]));
  const coming = new Map();
  const flags = new Map();
  for (const [place, { action }] of queue.waiting.entries()) {
    if (action.name === "flag") flags.set(action.id, action.on);
    if (["label", "adjudicate", "skip"].includes(action.name)) {
      coming.set(action.id, { label: action.label ?? -1, failed: place === 0 && queue.failed, name: action.name });
    }
  }
  const me = marks.people.indexOf(view.annotator);
  const taken = new Set(marks.at.filter(([name]) => name !== view.annotator).map(([, id]) => id));
  const nameOf = (label) => asked.class_names[label] ?? String(label);

  const stateOf = (id) => {
    const mark = marked.get(id);
    const on = coming.get(id);
    const mine = mark?.answers.find(([person]) => person === me)?.[1] ?? -1;
    if (on?.failed)
      return { sign: "unsaved", label: on.label, text: on.label >= 0 ? `${nameOf(on.label)}, not saved` : "not saved" };
    if (on?.name === "skip") return { sign: "leaving", label: -1, text: "being set aside" };
    if (on) return { sign: "saving", label: on.label, text: `${nameOf(on.label)}, being saved` };
    if (mark?.disputed && mark.label < 0) return { sign: "disputed", label: mine, text: "disputed" };
    if (mark && mark.label >= 0) {
      const differ = mark.disputed ? ", answers differ" : "";
      return { sign: "saved", label: mark.label, text: `${nameOf(mark.label)}${differ}` };
    }
    if (mine >= 0) return { sign: "saved", label: mine, text: `${nameOf(mine)}, yours` };
    return { sign: "open", label: -1, text: "open" };
  };
  return {
    asked,
    marks,
    nameOf,
    stateOf,
    mark: (id) => marked.get(id),
    flagged: (id) => flags.get(id) ?? marked.get(id)?.flagged ?? false,
    place: (id) => asked.images.findIndex((image) => image.id === id),
    /** The image to look at: the one that was chosen as long as it is asked, else the first open one. */
    lookedAt(chosen) {
      return chosen !== null && this.place(chosen) >= 0 ? chosen : this.firstOpen();
    },
    /** The next open image after this one; those that somebody else looks at come last. */
    nextOpen(from) {
      const start = this.place(from);
      const round = asked.images.map((_, i) => asked.images[(start + 1 + i) % asked.images.length].id);
      const open = round.filter((id) => id !== from && stateOf(id).sign === "open");
      return open.find((id) => !taken.has(id)) ?? open[0] ?? null;
    },
    firstOpen() {
      // What was acknowledged is answered, also where the marks that say so are still to come.
      const open = asked.images.map(({ id }) => id).filter((id) => id !== view.done && stateOf(id).sign === "open");
      return open.find((id) => !taken.has(id)) ?? open[0] ?? null;
    },
  };
}

function card(image, px, onPick) {
  const made = make("button", "lada-lab-card");
  made.type = "button";
  made.dataset.id = image.id;
  made.style.setProperty("--px", `${px}px`);
  made.append(canvasFor(image.id, px, `image ${image.id}`), make("span", "lada-lab-state"));
  made.addEventListener("click", () => onPick(image.id));
  return made;
}

function showCard(element, now, view, words) {
  const id = Number(element.dataset.id);
  const { sign, text } = now.stateOf(id);
  const image = now.asked.images[now.place(id)];
  element.dataset.state = sign;
  element.setAttribute("aria-pressed", String(id === view.at));
  const flag = now.flagged(id) ? " ⚑" : "";
  setText(element.querySelector(".lada-lab-state"), `${SIGNS[sign]}${words ? ` ${text}` : ""}${flag}`);
  const guess = words && view.guess && image.guess ? `\nguess: ${image.guess}` : "";
  element.title = `image ${id}${image.name ? `, ${image.name}` : ""}: ${text}${guess}`;
}

function pairsOf(images) {
  const groups = [];
  for (const image of images) {
    const last = groups.at(-1);
    if (last && image.partner >= 0 && last[0].pair === image.pair) last.push(image);
    else groups.push([image]);
  }
  return groups;
}

export function drawGrid(parts, now, view, onPick) {
  const { images } = now.asked;
  const px = SIZES.grid[view.sizes.grid];
  const page = Math.floor(Math.max(0, now.place(view.at)) / PER_PAGE);
  const shown = images.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  refill(parts.stage, ["grid", px, page, shown], () => {
    const list = make("div", "lada-lab-grid");
    for (const group of pairsOf(shown)) {
      const box = make("div", group[0].partner >= 0 ? "lada-lab-pair" : "lada-lab-single");
      if (group[0].partner >= 0) box.append(make("span", "lada-lab-pair-name", `pair ${group[0].pair + 1}`));
      const cards = make("div", "lada-lab-cards");
      cards.append(...group.map((image) => card(image, px, onPick)));
      box.append(cards);
      list.append(box);
    }
    const from = page * PER_PAGE;
    const words = images.length > PER_PAGE ? `Images ${from + 1} to ${from + shown.length} of ${images.length}` : "";
    return [list, make("p", "lada-lab-pages", words), make("div", "lada-lab-about")];
  });
  for (const element of parts.stage.querySelectorAll(".lada-lab-card")) {
    const moved = Number(element.dataset.id) === view.at && element.getAttribute("aria-pressed") === "false";
    showCard(element, now, view, true);
    if (moved) element.scrollIntoView({ block: "nearest" });
  }
  return shown.map(({ id }) => id);
}

export function drawOne(parts, now, view) {
  const image = now.asked.images[now.place(view.at)];
  const px = SIZES.one[view.sizes.one];
  if (!image) {
    refill(parts.stage, ["none", now.asked.images.length, now.asked.kind], () => [
      make(
        "p",
        "lada-lab-nothing",
        now.asked.images.length
          ? "Every image is answered. The arrow keys lead back to them."
          : "Nothing is asked now.",
      ),
    ]);
    return [];
  }
  const partner = now.asked.images.find(({ id }) => id === image.partner);
  refill(parts.stage, ["one", px, image.id, partner?.id], () => {
    const figure = make("figure", "lada-lab-figure");
    figure.append(canvasFor(image.id, px, `image ${image.id}`));
    const beside = make("div", "lada-lab-beside");
    beside.append(make("div", "lada-lab-about"));
    if (partner) {
      const box = make("div", "lada-lab-partner");
      box.append(canvasFor(partner.id, 84, `its partner, image ${partner.id}`), make("span", "lada-lab-partner-text"));
      beside.append(box);
    }
    return [figure, beside];
  });
  if (partner)
    setText(parts.stage.querySelector(".lada-lab-partner-text"), `its partner: ${now.stateOf(partner.id).text}`);
  return [image.id, ...(partner ? [partner.id] : [])];
}

/** Name, answers and reasons of the image looked at. */
export function drawAbout(parts, now, view, adjudicate) {
  const about = parts.stage.querySelector(".lada-lab-about");
  const image = now.asked.images[now.place(view.at)];
  if (!about) return;
  const mark = image && now.mark(image.id);
  const state = image && now.stateOf(image.id);
  const key = [image?.id, state, mark, view.guess, now.flagged(view.at), now.marks.people, now.asked.class_names];
  refill(about, key, () => {
    if (!image) return [make("p", "lada-lab-nothing", now.asked.images.length ? "Every image is answered." : "")];
    const name = make("p", "lada-lab-name", image.name || `image ${image.id}`);
    const stands = make(
      "p",
      "lada-lab-stands",
      `${SIGNS[state.sign]} ${state.text}${now.flagged(image.id) ? " ⚑ flagged" : ""}`,
    );
    stands.dataset.state = state.sign;
    const rest = image.why.map((line) => make("li", "", line));
    if (image.name) rest.unshift(make("li", "", `image ${image.id}`));
    const why = make("ul", "lada-lab-why");
    why.append(...rest);
    const parted = [name, stands];
    if (mark?.disputed) parted.push(disputeBox(image.id, mark, now, adjudicate));
    const guess = image.guess || "none, no model has looked at this image";
    if (view.guess) parted.push(make("p", "lada-lab-guess", `guess: ${guess}`));
    return [...parted, why];
  });
}

function disputeBox(id, mark, now, adjudicate) {
  const box = make("div", "lada-lab-dispute");
  const says = mark.answers.map(([person, label]) => `${now.marks.people[person]}: ${now.nameOf(label)}`);
  box.append(make("p", "", says.join(" · ")));
  for (const label of new Set(mark.answers.map(([, given]) => given))) {
    const name = now.nameOf(label);
    box.append(
      labButton(`Settle as ${name}`, `Decide for all that it is ${name}; stands above the rule`, () =>
        adjudicate(id, label),
      ),
    );
  }
  return box;
}

export function drawStrip(parts, now, view, onPick) {
  const { images } = now.asked;
  parts.strip.hidden = view.grid || images.length === 0;
  if (parts.strip.hidden) return [];
  // With nothing left to answer, those that were answered last.
  const place = view.at === null ? images.length - 1 : now.place(view.at);
  const start = Math.max(0, Math.min(place - Math.floor(STRIP / 2), images.length - STRIP));
  const shown = images.slice(start, start + STRIP);
  refill(
    parts.strip,
    shown.map(({ id }) => id),
    () => shown.map((image) => card(image, 48, onPick)),
  );
  for (const element of parts.strip.children) showCard(element, now, view, false);
  return shown.map(({ id }) => id);
}

export function drawWords(parts, now, view, queue, error, keys) {
  const { marks, asked } = now;
  setText(parts.sentence, marks.sentence);
  setText(parts.progress, marks.progress);
  setText(parts.pace, marks.pace.find(([name]) => name === view.annotator)?.[1] ?? "");
  parts.fill.style.width = `${marks.total ? (100 * marks.answered) / marks.total : 0}%`;
  for (const [name, value] of [
    ["min", 0],
    ["max", marks.total || 1],
    ["now", marks.answered],
  ]) {
    parts.bar.setAttribute(`aria-value${name}`, String(value));
  }
  const waits = queue.waiting.length;
  const silent = waits > 0 && !queue.failed && queue.silentMs > SILENT_MS;
  setText(
    parts.saved,
    queue.failed || silent || queue.lost
      ? `${waits} not saved`
      : waits
        ? `${waits} being saved …`
        : marks.answered
          ? "✓ all saved"
          : "",
  );
  const left = waits > 1 ? `; ${waits - 1} more wait behind it` : "";
  const busy = `The kernel has been silent for ${Math.round(queue.silentMs / 1000)} s: ${waits} not saved yet. They are sent again until it answers; keep this page open.`;
  const lost = queue.lost;
  setText(parts.troubleText, lost || (queue.failed ? `Not saved: ${queue.failed}${left}` : silent ? busy : ""));
  parts.trouble.hidden = !(lost || queue.failed || silent);
  parts.again.hidden = parts.drop.hidden = !queue.failed;
  setText(parts.error, error);
  parts.error.hidden = !error;
  parts.goOn.hidden = !marks.go_on;
  parts.grow.hidden = !asked.may_grow;
  if (document.activeElement !== parts.rule) parts.rule.value = marks.rule;
  parts.aside.hidden = marks.skipped.length === 0;
  setText(
    parts.asideText,
    `${marks.skipped.length} set aside: ${marks.skipped.slice(0, 8).join(", ")}${marks.skipped.length > 8 ? " …" : ""} `,
  );
  const steps = marks.undo.find(([person]) => marks.people[person] === view.annotator)?.[1] ?? 0;
  parts.undo.dataset.says = `Take back your last action; ${steps} can be taken back without making anything stale`;
  for (const name of Object.keys(keys.commands)) if (name in parts) showKey(parts[name], keys.commands[name][0]);
  parts.filter.placeholder = `Find a class: ${keys.commands.find[0]}`;
  setText(parts.help, `${view.newKeys ? "The keys have changed. " : ""}${keyHelp(asked.class_names, keys)}`);
  parts.grid.setAttribute("aria-pressed", String(view.grid));
  parts.guess.setAttribute("aria-pressed", String(view.guess));
  setText(parts.last, view.last === null ? "" : `last: ${now.nameOf(view.last)}`);
  parts.body.classList.toggle("lada-lab-many", asked.class_names.length > FEW_CLASSES);
  parts.side.hidden = asked.images.length === 0 && !asked.may_grow;
  parts.root.dataset.kind = asked.kind;
  parts.root.dataset.cycle = asked.cycle;
  parts.root.dataset.waiting = waits;
  parts.root.dataset.at = view.at ?? "";
}
