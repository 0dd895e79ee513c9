// The buttons that begin a branch and show the runs, and the form: layout and input only.

import { announced, button, KEY_EVENTS, make, refill, setText, showText, viewRoot } from "../base/page.js";
import { statePage } from "../base/state_page.js";
import { openTabs } from "../run_tree/page_tabs.js";

/** @import { Model } from "../base/kernel.js" */

/**
 * @typedef {object} Form see form.py
 * @property {number} at
 * @property {string} title
 * @property {string} name
 * @property {number} cycles
 * @property {string} method
 * @property {number} seed
 * @property {string} oracle
 * @property {string[]} methods
 * @property {string[]} oracles
 */

/**
 * @typedef {object} BranchState
 * @property {number} revision
 * @property {string} why no branch can begin at the shown cycle; empty if one can
 * @property {Form | null} form
 * @property {string} busy
 * @property {string} says
 * @property {string} error
 */

/**
 * A field behind its name, with what it means below it.
 *
 * @template {HTMLElement} E
 * @param {string} name
 * @param {E} field
 * @param {string} hint
 */
function named(name, field, hint = "") {
  const label = make("label", "lada-branch-label");
  field.classList.add("lada-field");
  label.append(make("span", "", name), field, ...(hint ? [make("small", "", hint)] : []));
  return label;
}

/** @param {boolean} number whether it takes a number, for the keyboard of a phone */
function input(number = false) {
  const field = make("input");
  field.type = "text";
  field.spellcheck = false;
  if (number) field.inputMode = "numeric";
  return field;
}

/** @param {string} text offered in a field, which takes others too */
const optionOf = (text) => Object.assign(make("option"), { value: text });

function buildFields() {
  const lists = [make("datalist"), make("datalist")];
  for (const list of lists) list.id = `lada-branch-${Math.random().toString(36).slice(2)}`;
  const settings = make("textarea");
  settings.rows = 3;
  settings.spellcheck = false;
  settings.placeholder = "policy.tau_max=4";
  const [name, method, seed, cycles, oracle] = [input(), input(), input(true), input(true), input()];
  const fields = { name, method, seed, cycles, oracle, settings };
  fields.method.setAttribute("list", lists[0].id);
  fields.oracle.setAttribute("list", lists[1].id);
  const labels = [
    named("Name of the new run", fields.name, "a folder beside this run"),
    named("Method", fields.method),
    named("Seed", fields.seed),
    named("Last cycle", fields.cycles),
    named("Answers by", fields.oracle),
    named("Other settings", fields.settings, "one name=value a line, as for --set"),
  ];
  return { fields, labels, lists };
}

/**
 * @param {HTMLElement} el
 * @param {BranchPage} on what the controls do
 */
function build(el, on) {
  const root = viewRoot(el, "lada-branch", "Branches");
  const begin = button("", "", () => on.open(), "lada-button");
  begin.append("Branch", make("span", "lada-branch-wide", " from here"));
  const runs = button("Runs", "The tree of the runs beside this one", () => on.showRuns(), "lada-button");
  const heard = announced("lada-branch-heard");
  const dialog = make("dialog", "lada-keys lada-branch-dialog");
  dialog.setAttribute("aria-label", "Begin a branch");
  const title = make("h2", "lada-keys-title");
  const why = make("p", "lada-branch-why");
  const form = make("form", "lada-branch-form");
  const { fields, labels, lists } = buildFields();
  const says = announced("lada-branch-says");
  const error = announced("lada-error", "alert");
  const buttons = make("div", "lada-branch-buttons");
  const cancel = button("Cancel", "", () => dialog.close(), "lada-button");
  const go = Object.assign(make("button", "lada-button", "Begin the branch"), { type: "submit" });
  buttons.append(cancel, go);
  form.append(...labels, ...lists);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    on.begin();
  });
  form.id = lists[0].id.replace("branch", "form");
  go.setAttribute("form", form.id);
  dialog.append(title, why, form, says, error, buttons);
  for (const type of KEY_EVENTS) dialog.addEventListener(type, (event) => event.stopPropagation());
  dialog.addEventListener("close", () => on.closed());
  root.append(begin, runs, heard, dialog);
  return { root, begin, runs, heard, dialog, title, why, form, fields, lists, says, error, cancel, go };
}

/** The buttons and the form in a page. */
class BranchPage {
  /**
   * @param {Model<{ state: BranchState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    this.asked = false; // whether this page asked for the form: another one that shows the run does not open it
  }

  // What a person does

  open() {
    this.asked = true;
    this.model.send({ type: "form" });
  }

  showRuns() {
    this.asked = true;
    this.model.send({ type: "runs", tabs: openTabs() });
  }

  begin() {
    const { form, busy } = this.model.get("state");
    if (!form || busy) return;
    const values = Object.entries(this.parts.fields).map(([name, field]) => [name, field.value]);
    this.model.send({ type: "branch", at: form.at, tabs: openTabs(), ...Object.fromEntries(values) });
  }

  closed() {
    this.asked = false;
    const { form, error } = this.model.get("state");
    if (form || error) this.model.send({ type: "cancel" });
  }

  // Drawing

  draw() {
    const { parts } = this;
    const state = this.model.get("state");
    parts.begin.title = state.why || "Begin another run that shares this one up to the cycle shown";
    parts.begin.classList.toggle("lada-branch-not", Boolean(state.why));
    setText(parts.heard, state.form ? "" : state.busy || state.says);
    this.drawDialog(state);
    parts.root.dataset.busy = String(Boolean(state.busy));
    parts.root.dataset.rev = String(state.revision);
  }

  /** @param {BranchState} state */
  drawDialog({ form, why, busy, error, says }) {
    const { dialog, title, fields, lists, cancel, go } = this.parts;
    const refused = !form && Boolean(why) && !busy && !says;
    const wanted = this.asked && Boolean(form || error || refused);
    setText(title, form?.title ?? "Branch from here");
    showText(this.parts.why, refused ? why : "");
    showText(this.parts.says, busy);
    showText(this.parts.error, error);
    this.parts.form.hidden = !form;
    go.hidden = !form;
    go.setAttribute("aria-disabled", String(Boolean(busy)));
    setText(cancel, form ? "Cancel" : "Close");
    if (form) {
      refill(lists[0], form.methods, () => form.methods.map(optionOf));
      refill(lists[1], form.oracles, () => form.oracles.map(optionOf));
      if (!dialog.open && wanted) this.fill(form);
    }
    if (wanted && !dialog.open) {
      dialog.showModal();
      (form ? fields.name : cancel).focus();
    } else if (!wanted && dialog.open) dialog.close();
  }

  /** @param {Form} form */
  fill({ name, method, seed, cycles, oracle }) {
    const { fields } = this.parts;
    for (const field of Object.values(fields)) field.value = "";
    fields.name.value = name;
    fields.cycles.value = String(cycles);
    fields.method.placeholder = `as in this run: ${method}`;
    fields.seed.placeholder = `as in this run: ${seed}`;
    fields.oracle.placeholder = `as in this run: ${oracle}`;
  }

  stop() {}
}

export default statePage(BranchPage);
