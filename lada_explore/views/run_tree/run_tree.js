// The tree of runs: layout and input only. Rows and sentences come from the kernel.

import { keysButton } from "../base/key_list.js";
import {
  announced,
  button,
  focusedIn,
  KEY_EVENTS,
  make,
  refill,
  setAttributes,
  setText,
  showText,
  viewRoot,
} from "../base/page.js";
import { statePage } from "../base/state_page.js";
import { showKeys } from "../base/view_keys.js";
import { openTabs } from "./page_tabs.js";
import { hasBranches, moved, seenRows, toggled, whyNot } from "./tree_moves.js";
import { buildRow, HEADS } from "./tree_row.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { Deed, Row } from "./tree_moves.js" */

/**
 * @typedef {object} TreeState
 * @property {number} revision
 * @property {string} folder
 * @property {Row[]} rows
 * @property {string} shown the run that the tree was opened from
 * @property {string} note
 * @property {string} busy what is being done
 * @property {string} says
 * @property {string} error
 * @property {{ run: string, title: string, lines: string[] } | null} question before a run is deleted
 */

/** @type {[Deed, string, string][]} */
const DEEDS = [
  ["open", "Open", "Show the run in an explorer (key Enter)"],
  ["continue", "Continue", "Open the run to go on with it"],
  ["close", "Close", "Let go of the run, so that it can be opened elsewhere; finished stages are kept"],
  ["ask", "Delete …", "Delete the run, after a question (key Delete)"],
  ["compare", "Compare", "Compare the runs that are ticked"],
];

/**
 * @param {HTMLElement} el
 * @param {RunTreePage} on what the controls do
 */
function build(el, on) {
  const root = viewRoot(el, "lada-runs", "Runs");
  const folder = make("p", "lada-runs-folder");
  const head = make("div", "lada-runs-head");
  head.append(
    folder,
    keysButton(() => showKeys(root)),
  );
  const bar = make("div", "lada-runs-bar");
  setAttributes(bar, { role: "group", "aria-label": "What to do" });
  const at = make("span", "lada-runs-at");
  const deeds = DEEDS.map(([deed, text]) => button(text, "", () => on.act(deed), "lada-button"));
  bar.append(at, ...deeds);
  const says = announced("lada-runs-says");
  const error = announced("lada-error", "alert");
  const grid = make("div", "lada-runs-tree");
  setAttributes(grid, { role: "treegrid", "aria-label": "Runs", "aria-multiselectable": "true" });
  const columns = make("div", "lada-runs-columns lada-runs-row");
  columns.setAttribute("role", "row");
  columns.append(...HEADS.map((text) => Object.assign(make("span", "", text), { role: "columnheader" })));
  const body = make("div", "lada-runs-body");
  body.setAttribute("role", "rowgroup");
  grid.append(columns, body);
  const note = make("p", "lada-runs-note");
  const question = buildQuestion(on);
  root.append(head, bar, says, error, grid, note, question.dialog);
  return { root, folder, bar, at, deeds, says, error, grid, body, note, question };
}

/** @param {RunTreePage} on */
function buildQuestion(on) {
  const dialog = make("dialog", "lada-keys lada-runs-question");
  const title = make("h2", "lada-keys-title");
  title.id = `lada-runs-${Math.random().toString(36).slice(2)}`;
  setAttributes(dialog, { role: "alertdialog", "aria-labelledby": title.id });
  const lines = make("div", "lada-runs-lines");
  const buttons = make("div", "lada-runs-bar");
  const keep = button("Keep it", "", () => dialog.close(), "lada-button");
  const go = button("Delete", "", () => on.remove(), "lada-button lada-runs-delete");
  buttons.append(keep, go);
  dialog.append(title, lines, buttons);
  for (const type of KEY_EVENTS) dialog.addEventListener(type, (event) => event.stopPropagation());
  dialog.addEventListener("close", () => on.keep());
  return { dialog, title, lines, keep };
}

/** The tree in a page: which row is looked at, which are ticked, and which are closed. */
class RunTreePage {
  /**
   * @param {Model<{ state: TreeState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.at = "";
    /** @type {Set<string>} */
    this.ticked = new Set();
    /** @type {Set<string>} */
    this.closed = new Set();
    this.parts = build(el, this);
    this.parts.body.addEventListener("keydown", (event) => this.press(event));
  }

  get rows() {
    return this.model.get("state").rows;
  }

  /** The run that is looked at. */
  get row() {
    return this.rows.find(({ run }) => run === this.at);
  }

  // What a person does

  /** @param {Deed} deed */
  act(deed) {
    const { busy } = this.model.get("state");
    if (busy || whyNot(deed, this.row, this.ticked.size)) return;
    const ticked = this.rows.map(({ run }) => run).filter((run) => this.ticked.has(run));
    this.model.send({ type: deed, runs: deed === "compare" ? ticked : [this.at], tabs: openTabs() });
  }

  remove() {
    const { question } = this.model.get("state");
    if (question) this.model.send({ type: "delete", runs: [question.run] });
  }

  keep() {
    if (this.model.get("state").question) this.model.send({ type: "keep" });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !this.rows.length) return;
    const to = moved(this.rows, this.closed, this.at, key);
    if (to) {
      this.at = to.at;
      this.closed = to.closed;
    } else if (key === " ") this.tick(this.at);
    else if (key === "Enter") this.act("open");
    else if (key === "Delete") this.act("ask");
    else return;
    event.preventDefault();
    this.draw();
    this.focusRow();
  }

  /** @param {string} run */
  tick(run) {
    if (!this.ticked.delete(run)) this.ticked.add(run);
  }

  /**
   * @param {Row} row
   * @param {MouseEvent} event
   */
  click({ run }, event) {
    const target = /** @type {Element} */ (event.target);
    this.at = run;
    if (target.closest(".lada-runs-fold")) this.closed = toggled(this.closed, run).closed;
    else if (target.closest(".lada-runs-tick") || event.ctrlKey || event.metaKey) this.tick(run);
    this.draw();
    this.focusRow();
  }

  focusRow() {
    /** @type {HTMLElement | null} */
    const row = this.parts.body.querySelector('[tabindex="0"]');
    row?.focus();
  }

  // Drawing

  draw() {
    const { parts, model } = this;
    const state = model.get("state");
    this.stay(state);
    setText(parts.folder, state.folder);
    const seen = seenRows(state.rows, this.closed);
    const held = focusedIn(parts.body) !== null;
    refill(parts.body, [seen, [...this.closed], state.shown], () =>
      seen.map((row) => {
        const open = hasBranches(state.rows, state.rows.indexOf(row)) ? !this.closed.has(row.run) : null;
        return buildRow(row, open, row.run === state.shown, (event) => this.click(row, event));
      }),
    );
    this.marks();
    if (held && !focusedIn(parts.body)) this.focusRow();
    showText(parts.note, state.note);
    setText(parts.says, state.busy || state.says);
    showText(parts.error, state.error);
    this.bar(state.busy);
    this.ask(state.question);
    parts.grid.hidden = !state.rows.length;
    parts.root.dataset.busy = String(Boolean(state.busy));
    parts.root.dataset.rev = String(state.revision);
  }

  /**
   * Looks at a run that is there and seen, and ticks none that is gone.
   *
   * @param {TreeState} state
   */
  stay({ rows, shown }) {
    const there = new Set(rows.map(({ run }) => run));
    for (const run of this.ticked) if (!there.has(run)) this.ticked.delete(run);
    const seen = seenRows(rows, this.closed).map(({ run }) => run);
    if (!seen.includes(this.at)) this.at = seen.includes(shown) ? shown : (seen[0] ?? "");
  }

  marks() {
    for (const element of /** @type {HTMLCollectionOf<HTMLElement>} */ (this.parts.body.children)) {
      const run = element.dataset.run ?? "";
      element.tabIndex = run === this.at ? 0 : -1;
      element.classList.toggle("lada-runs-current", run === this.at);
      element.setAttribute("aria-selected", String(this.ticked.has(run)));
    }
  }

  /** @param {string} busy */
  bar(busy) {
    const { at, deeds } = this.parts;
    setText(at, this.at);
    DEEDS.forEach(([deed, text, title], place) => {
      const why = busy || whyNot(deed, this.row, this.ticked.size);
      const shown = deeds[place];
      if (deed === "compare") setText(shown, this.ticked.size ? `${text} (${this.ticked.size})` : text);
      shown.hidden = deed === "close" ? this.row?.open !== "here" : deed === "continue" && this.row?.open === "here";
      shown.setAttribute("aria-disabled", String(Boolean(why)));
      shown.title = why || title;
    });
  }

  /** @param {TreeState["question"]} question */
  ask(question) {
    const { dialog, title, lines, keep } = this.parts.question;
    if (question) {
      setText(title, question.title);
      refill(lines, question.lines, () => question.lines.map((line) => make("p", "", line)));
      if (dialog.open) return;
      dialog.showModal();
      keep.focus();
    } else if (dialog.open) dialog.close();
  }

  stop() {}
}

export default statePage(RunTreePage);
