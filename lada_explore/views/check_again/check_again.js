// Labels to look at again: layout and input; the kernel changes the labels and says what that means.

import { withKernel } from "../base/kernel.js";
import { keysButton } from "../base/key_list.js";
import { announced, button, fillSelect, focusedIn, make, showText, viewRoot } from "../base/page.js";
import { showKeys } from "../base/view_keys.js";

/** @import { Given } from "../base/kernel.js" */

/**
 * A label and what became of it.
 *
 * @typedef {object} Doubt
 * @property {number} id
 * @property {string} url of its picture, "" for a point
 * @property {string} name of its file, or ""
 * @property {string} reason
 * @property {number} given its label when it was checked
 * @property {number} suggested
 * @property {number} now its label
 * @property {boolean} kept
 */

/** @typedef {{ title: string, classes: string[], rows: Doubt[], says: string, error: string, revision: number }} State */

/** @typedef {{ keep: (id: number) => void, relabel: (id: number, label: number) => void }} Deeds */

/**
 * What stands behind the reason: what was done, or nothing yet.
 *
 * @param {Doubt} doubt
 * @param {string[]} classes
 */
function outcome({ given, now, kept }, classes) {
  if (now !== given) return `✓ now ${classes[now]}`;
  return kept ? "✓ kept" : "";
}

/**
 * A list of all other classes, which is filled when it is first used: there may be a thousand, in each row.
 *
 * @param {Doubt} doubt
 * @param {string[]} classes
 * @param {Deeds} on
 */
function otherClass({ id, name, now }, classes, on) {
  const select = make("select", "lada-field");
  select.setAttribute("aria-label", `Another class for ${name || `image ${id}`}`);
  /** @type {[string, string][]} */
  const entries = [["", "Other class …"]];
  fillSelect(select, entries, "");
  const fill = () => {
    if (entries.length > 1) return;
    classes.forEach((title, label) => {
      if (label !== now) entries.push([String(label), title]);
    });
    fillSelect(select, entries, "");
  };
  for (const event of ["pointerdown", "focus"]) select.addEventListener(event, fill);
  select.addEventListener("change", () => {
    if (select.value) on.relabel(id, Number(select.value));
  });
  return select;
}

/**
 * @param {Doubt} doubt
 * @param {string[]} classes
 * @param {Deeds} on
 */
function buildRow(doubt, classes, on) {
  const { id, url, name, reason, given, suggested, now } = doubt;
  const row = make("li", "lada-check-row");
  row.dataset.id = String(id);
  if (outcome(doubt, classes)) row.dataset.decided = "true";
  const picture = make("span", "lada-check-picture");
  if (url) {
    const image = Object.assign(make("img"), { src: url, alt: `image ${id}` });
    picture.append(image);
  }
  const words = make("div", "lada-check-words");
  words.append(make("b", "", name || `image ${id}`), make("span", "", reason));
  const done = make("span", "lada-check-done", outcome(doubt, classes));
  const deeds = make("div", "lada-check-deeds");
  const act = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ deed) =>
    deeds.append(button(text, title, deed, "lada-button"));
  if (now === given) {
    act("Keep", `The label ${classes[given]} is right`, () => on.keep(id));
    act(`Change to ${classes[suggested]}`, "", () => on.relabel(id, suggested));
  } else {
    act(`Back to ${classes[given]}`, "Give it the label that it had", () => on.relabel(id, given));
  }
  deeds.append(otherClass(doubt, classes, on));
  row.append(picture, words, done, deeds);
  return row;
}

/** @param {Given<{ state: State }>} given */
function render({ model, el }) {
  const root = viewRoot(el, "lada-check", "Labels to look at again");
  const title = make("p", "lada-check-title");
  const says = announced("lada-check-says");
  const error = announced("lada-check-error", "alert");
  const list = make("ol", "lada-check-list");
  const head = make("div", "lada-check-head");
  head.append(
    title,
    keysButton(() => showKeys(root)),
  );
  root.append(head, list, says, error);
  const on = {
    keep: (/** @type {number} */ id) => model.send({ type: "keep", id }),
    relabel: (/** @type {number} */ id, /** @type {number} */ label) => model.send({ type: "relabel", id, label }),
  };
  /** @type {Map<number, { now: number, kept: boolean, row: HTMLElement }>} */
  const shown = new Map();
  /** Shows a label anew if anything became of it; who acted by keyboard goes on with the next that is undecided. */
  const showRow = (/** @type {Doubt} */ doubt, /** @type {string[]} */ classes) => {
    const before = shown.get(doubt.id);
    if (before?.now === doubt.now && before.kept === doubt.kept) return;
    const row = buildRow(doubt, classes, on);
    shown.set(doubt.id, { now: doubt.now, kept: doubt.kept, row });
    if (!before) {
      list.append(row);
      return;
    }
    const focused = focusedIn(before.row);
    before.row.replaceWith(row);
    if (!focused) return;
    let next = /** @type {HTMLElement} */ (row.nextElementSibling ?? row);
    while (next.dataset.decided && next.nextElementSibling instanceof HTMLElement) next = next.nextElementSibling;
    next.querySelector("button")?.focus();
  };
  const show = () => {
    const state = model.get("state");
    showText(title, state.title);
    showText(says, state.says);
    showText(error, state.error);
    root.dataset.rev = String(state.revision);
    for (const doubt of state.rows) showRow(doubt, state.classes);
  };
  show();
  model.on("change:state", show);
  return () => model.off("change:state", show);
}

export default withKernel({ render });
