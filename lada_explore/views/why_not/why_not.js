// Why not this one? A search for images, and how one of them stood in every cycle. All words come from the kernel.

import { announced, button, classWords, make, refill, showText } from "../base/page.js";
import { hasBody, pairView, thumbnail, writeSentences } from "../base/pair_parts.js";
import { statePage } from "../base/state_page.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */

const SEND_AFTER_MS = 200;
const HEADS = ["What became of it", "Its own score", "The score that counted", "Rank", "What it lacked"];
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @typedef {{ id: number, name: string, url: string, known: string, guess: string }} FoundImage */

/**
 * How the image stood in a cycle, or in some that follow each other.
 *
 * @typedef {object} CycleRow
 * @property {number} cycle the last of them
 * @property {number} from the first of them
 * @property {boolean} shown whether the other views show this cycle
 * @property {string} outcome
 * @property {number[]} pair ids of its pair, empty for none
 * @property {string[]} cells in the order of HEADS
 */

/**
 * @typedef {object} WhyNotState
 * @property {number} revision
 * @property {string} title
 * @property {string} [error]
 * @property {string} [caption]
 * @property {string} hint how to find an image, while nobody has chosen one
 * @property {string} text
 * @property {FoundImage[]} found
 * @property {string} summary
 * @property {FoundImage[]} marked images to change to, empty for one alone
 * @property {FoundImage | null} image
 * @property {CycleRow[]} rows
 */

/**
 * @param {HTMLElement} el
 * @param {WhyNot} on
 */
function build(el, on) {
  const frame = pairView(el, "lada-why", "Why not this one?");
  const input = make("input", "lada-field lada-why-text");
  Object.assign(input, { type: "search", placeholder: "id, file name or class", autocomplete: "off" });
  input.setAttribute("aria-label", "Find an image by id, a part of its file name or a class");
  input.addEventListener("input", () => on.findSoon());
  input.addEventListener("keydown", (event) => on.inInput(event));
  const summary = announced("lada-why-summary");
  const bar = make("div", "lada-why-bar");
  bar.append(input, summary);
  const found = list("Images that were found", on);
  const marked = list("Marked images", on);
  const hint = make("p", "lada-pair-message");
  const image = make("div", "lada-why-image");
  const table = make("table", "lada-why-table");
  frame.body.append(bar, found, marked, hint, image, table);
  return { ...frame, input, summary, found, marked, hint, image, table };
}

/**
 * A list of images, in which the arrow keys move.
 *
 * @param {string} label
 * @param {WhyNot} on
 */
function list(label, on) {
  const made = make("ul", "lada-why-list");
  made.setAttribute("aria-label", label);
  made.addEventListener("keydown", (event) => on.inList(event));
  return made;
}

/**
 * @param {FoundImage} image
 * @param {(id: number) => void} onPick
 */
function imageItem({ id, name, url, known, guess }, onPick) {
  const item = make("li");
  const pick = make("button", "lada-why-pick");
  pick.type = "button";
  pick.dataset.id = String(id);
  pick.append(thumbnail(url, `image ${id}`), aboutImage({ id, name, known, guess }));
  pick.addEventListener("click", () => onPick(id));
  item.append(pick);
  return item;
}

/** @param {Omit<FoundImage, "url">} image */
function aboutImage({ id, name, known, guess }) {
  const words = make("span", "lada-why-words");
  words.append(make("span", "lada-why-id", `id ${id}`));
  if (name) words.append(make("span", "lada-why-name", name));
  words.append(classWords({ known, guess }));
  return words;
}

/**
 * Opens the cycle of a row, or the last of those that share it.
 *
 * @param {CycleRow} row
 * @param {(row: CycleRow) => void} onCycle
 */
function cycleButton(row, onCycle) {
  const [name, which] =
    row.from === row.cycle ? [`cycle ${row.cycle}`, ""] : [`cycles ${row.from} to ${row.cycle}`, ", the last of these"];
  const what = row.pair.length ? " and its pair in every view" : which;
  const show = button(name, `Show cycle ${row.cycle}${what}`, () => onCycle(row));
  show.setAttribute("aria-pressed", String(row.shown));
  return show;
}

/**
 * @param {CycleRow} row
 * @param {(row: CycleRow) => void} onCycle
 */
function tableRow(row, onCycle) {
  const line = make("tr");
  Object.assign(line.dataset, { cycle: row.cycle, outcome: row.outcome });
  const head = make("th");
  head.scope = "row";
  head.append(cycleButton(row, onCycle));
  const cells = row.cells.map((text, place) => {
    const cell = make("td", "", text);
    cell.dataset.what = HEADS[place];
    return cell;
  });
  line.append(head, ...cells);
  return line;
}

/** The search and the table in a page. */
class WhyNot {
  /**
   * @param {Model<{ state: WhyNotState | MessageOnly }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  findSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.model.send({ type: "find", text: this.parts.input.value }), SEND_AFTER_MS);
  }

  /** @param {KeyboardEvent} event Enter takes the first image, the arrow down goes to the list */
  inInput(event) {
    const first = this.parts.found.querySelector("button");
    if (!first || !["Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") first.click();
    else first.focus();
  }

  /** @param {KeyboardEvent} event */
  inList(event) {
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const { currentTarget, target } = event;
    if (!step || !(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
    event.preventDefault();
    const picks = [...currentTarget.querySelectorAll("button")];
    const place = picks.findIndex((pick) => pick.contains(target)) + step;
    if (place < 0 && currentTarget === this.parts.found) this.parts.input.focus();
    else picks[Math.min(Math.max(place, 0), picks.length - 1)].focus();
  }

  draw() {
    const { model, parts } = this;
    const state = model.get("state");
    writeSentences(parts, state);
    if (hasBody(state)) this.drawBody(state);
    parts.root.dataset.rev = String(state.revision);
  }

  /** @param {WhyNotState} state */
  drawBody({ found, marked, summary, hint, text, image, rows }) {
    const { parts, model } = this;
    const onPick = (/** @type {number} */ id) => model.send({ type: "image", id });
    if (document.activeElement !== parts.input) parts.input.value = text;
    showText(parts.summary, summary);
    for (const [box, images] of /** @type {const} */ ([
      [parts.found, found],
      [parts.marked, marked],
    ])) {
      refill(box, images, () => images.map((one) => imageItem(one, onPick)));
      box.hidden = !images.length;
      for (const pick of box.querySelectorAll("button")) {
        pick.setAttribute("aria-pressed", String(Number(pick.dataset.id) === image?.id));
      }
    }
    showText(parts.hint, hint);
    parts.image.hidden = !image;
    parts.table.hidden = !image;
    if (!image) return;
    refill(parts.image, image, () => [thumbnail(image.url, `image ${image.id}`), aboutImage(image)]);
    refill(parts.table, rows, () => [
      headRow(),
      ...rows.map((row) => tableRow(row, ({ cycle, pair }) => model.send({ type: "cycle", cycle, pair }))),
    ]);
  }

  stop() {
    clearTimeout(this.timer);
  }
}

function headRow() {
  const row = make("tr");
  row.append(...["", ...HEADS].map((text) => (text ? make("th", "", text) : make("td"))));
  return row;
}

export default statePage(WhyNot);
