// What a person does: each deed becomes an action on its way to the kernel, or changes what the page shows.

import { showKeys } from "../base/view_keys.js";

/** @import { Labeller } from "./page.js" */
/** @import { Deed } from "./state.js" */

const ZOOM = 1.5; // of a key or a click
export const NOTHING_ASKED = "Nothing is asked now, so there is no image to answer.";
export const NO_IMAGE = "No image is chosen; choose one with the arrow keys or a click.";

export class Actions {
  /** @param {Labeller} labeller on which they are done */
  constructor(labeller) {
    this.labeller = labeller;
  }

  /** @param {Deed} deed */
  act(deed) {
    const { queue, view } = this.labeller;
    queue.push({ annotator: view.annotator, at: view.at ?? -1, ms: Date.now(), ...deed });
  }

  // The image looked at

  /** The image looked at; null, and a sentence, where there is none. */
  here() {
    const { at } = this.labeller.view;
    if (at === null) this.labeller.say(this.labeller.situation().order.length ? NO_IMAGE : NOTHING_ASKED);
    return at;
  }

  /**
   * Leaves the images that are dealt with for the next open one.
   *
   * @param {Deed & ({ id: number } | { ids: number[] })} deed
   */
  advance(deed) {
    const { view } = this.labeller;
    const ids = "ids" in deed ? deed.ids : [deed.id];
    view.selection.clear();
    view.at = this.labeller.situation().nextOpen(ids);
    if (view.at === null && view.shelf) {
      view.shelf = 0; // with nothing left to answer on it
      view.at = this.labeller.situation().nextOpen(ids);
    }
    this.act(deed);
  }

  /**
   * Answers the image looked at, or all that are selected.
   *
   * @param {number} place of a class
   */
  label(place) {
    const ids = this.chosen();
    if (ids.length) this.answer(ids, Array(ids.length).fill(place));
  }

  /** Answers what the model guesses. */
  accept() {
    const now = this.labeller.situation();
    const ids = this.chosen();
    const labels = ids.map((id) => now.asked.images[now.place(id)].guessed);
    const without = labels.filter((label) => label < 0).length;
    if (without) this.labeller.say(`There is no guess to accept: no model has looked at ${without} of the images.`);
    else if (ids.length) this.answer(ids, labels);
  }

  /** The images that a deed is about: those that are selected, or the one looked at. */
  chosen() {
    const { selection } = this.labeller.view;
    const ids = this.labeller.situation().order.filter((id) => selection.has(id));
    if (ids.length) return ids;
    const id = this.here();
    return id === null ? [] : [id];
  }

  /**
   * @param {number[]} ids
   * @param {number[]} labels place of a class for each
   */
  answer(ids, labels) {
    const { view } = this.labeller;
    const now = this.labeller.situation();
    view.last = labels[labels.length - 1];
    view.newKeys = false;
    view.recent.note(view.last, this.labeller.keys);
    this.clearFilter();
    const names = new Set(labels.map((label) => now.nameOf(label)));
    const as = names.size === 1 ? [...names][0] : `${names.size} classes, as guessed`;
    this.labeller.say(ids.length > 1 ? `${ids.length} images: ${as}.` : "");
    const unasked = ids.some((id) => now.unasked(id)) ? { unasked: true } : {};
    if (ids.length === 1) this.advance({ name: "label", id: ids[0], label: labels[0], ...unasked });
    else this.advance({ name: "label_many", ids, labels, ...unasked });
  }

  same() {
    const { last } = this.labeller.view;
    if (last === null) this.labeller.say("Nothing was answered yet.");
    else this.label(last);
  }

  /** Sets the image looked at aside, or all that are selected. */
  skip() {
    const ids = this.chosen();
    if (ids.length === 1) this.advance({ name: "skip", id: ids[0] });
    else if (ids.length) this.advance({ name: "skip_many", ids });
  }

  /** Flags the image looked at, or all that are selected; takes the flags away where all have one. */
  flag() {
    const ids = this.chosen();
    const now = this.labeller.situation();
    const on = ids.some((id) => !now.flagged(id));
    if (ids.length === 1) this.act({ name: "flag", id: ids[0], on });
    else if (ids.length) this.act({ name: "flag_many", ids, on });
  }

  /**
   * @param {number} id
   * @param {number} label
   */
  adjudicate(id, label) {
    this.labeller.say("");
    this.act({ name: "adjudicate", id, label });
    this.labeller.focus();
  }

  // The images like the one looked at

  /** Shows the images that are like the one looked at; leaves those that are shown already. */
  alike() {
    const { labeller } = this;
    const id = this.here();
    if (id === null) return;
    labeller.focus();
    if (labeller.shelf()?.of === id) return this.leaveShelf();
    labeller.say("Looking for images like this one …");
    labeller.send({ type: "alike", page: labeller.queue.page, id });
  }

  /** Goes back to the images that are asked. */
  leaveShelf() {
    const { view } = this.labeller;
    view.shelf = 0;
    view.selection.clear();
    this.labeller.draw();
    this.labeller.focus();
  }

  // What waits, and what was done

  again() {
    this.labeller.queue.again();
  }

  drop() {
    this.labeller.queue.drop();
  }

  undo() {
    this.act({ name: "undo" });
  }

  // The query and its classes

  unskip() {
    this.act({ name: "unskip", ids: this.labeller.model.get("marks").skipped });
  }

  goOn() {
    this.act({ name: "go_on" });
  }

  enough() {
    this.act({ name: "end_seed_round" });
  }

  /** @param {number} place of a class */
  noMore(place) {
    this.act({ name: "mark_class_absent", label: place });
  }

  addClass() {
    const { model, parts } = this.labeller;
    const text = parts.newClass.value.trim();
    if (!text) return this.labeller.say("Type the name of the further class first.");
    if (model.get("asked").class_names.includes(text)) return this.labeller.say(`The class ${text} is there already.`);
    this.act({ name: "add_class", text });
    parts.newClass.value = "";
  }

  rule() {
    this.act({ name: "rule", rule: this.labeller.parts.rule.value });
  }

  // What the page shows

  /** @param {number} step forward or back, as far as images go */
  move(step) {
    const to = this.stepFrom(this.labeller.view.at, step);
    if (to !== null) this.labeller.lookAt(to);
  }

  /**
   * The image so many steps from another, as far as images go; null where nothing is asked.
   *
   * @param {number | null} from
   * @param {number} step
   */
  stepFrom(from, step) {
    const now = this.labeller.situation();
    const last = now.order.length - 1;
    const place = now.place(from);
    const to = place < 0 ? (step < 0 ? last : 0) : Math.max(0, Math.min(last, place + step));
    return now.order[to] ?? null;
  }

  // Selecting

  /**
   * A click on an image: it looks at it; with Shift it selects up to it, with Ctrl or Cmd, or on its tick, it selects it
   * or not.
   *
   * @param {number} id
   * @param {MouseEvent} event
   */
  pick(id, { shiftKey, ctrlKey, metaKey, target }) {
    const { view } = this.labeller;
    const ticks = ctrlKey || metaKey || (target instanceof Element && target.matches(".lada-lab-tick"));
    if (shiftKey) view.selection.reach(view.at, id, this.labeller.situation());
    else if (ticks) view.selection.toggle(id);
    else view.selection.clear(id);
    this.labeller.lookAt(id);
  }

  /** @param {number} step by which the selection reaches further, or less far */
  reach(step) {
    const { view } = this.labeller;
    const to = this.stepFrom(view.at, step);
    if (to === null) return;
    view.selection.reach(view.at, to, this.labeller.situation());
    this.labeller.lookAt(to);
  }

  /** Selects the image looked at, or not. */
  toggleSelected() {
    const id = this.here();
    if (id === null) return;
    this.labeller.view.selection.toggle(id);
    this.labeller.draw();
  }

  selectAll() {
    this.labeller.view.selection.all(this.labeller.situation());
    this.labeller.draw();
    this.labeller.focus();
  }

  clearSelection() {
    this.labeller.view.selection.clear();
    this.labeller.draw();
    this.labeller.focus();
  }

  smaller() {
    this.resize(-1);
  }

  larger() {
    this.resize(1);
  }

  /** @param {number} step */
  resize(step) {
    this.labeller.view.resize(step);
    this.labeller.draw();
  }

  zoomOut() {
    if (this.labeller.view.grid) this.smaller();
    else this.labeller.viewer.zoom(1 / ZOOM);
  }

  zoomIn() {
    if (this.labeller.view.grid) this.larger();
    else this.labeller.viewer.zoom(ZOOM);
  }

  showWhole() {
    this.labeller.viewer.whole();
    this.labeller.focus();
  }

  keepZoom() {
    this.toggle("keepZoom");
  }

  grid() {
    this.toggle("grid");
  }

  guess() {
    this.toggle("guess");
  }

  sort() {
    this.toggle("sorted");
    this.labeller.focus();
  }

  findImages() {
    if (!this.labeller.model.get("marks").looks) this.act({ name: "look_for_images" });
    this.labeller.focus();
  }

  counts() {
    this.toggle("counts");
  }

  /** @param {"grid" | "guess" | "sorted" | "counts" | "keepZoom"} name */
  toggle(name) {
    this.labeller.view.toggle(name);
    this.labeller.draw();
  }

  find() {
    this.labeller.parts.filter.focus();
  }

  keys() {
    const { root, keyDialog } = this.labeller.parts;
    if (!showKeys(root)) keyDialog.open();
  }

  filter() {
    const { parts, view } = this.labeller;
    view.filter = parts.filter.value;
    this.chooseFound(0);
  }

  /** @param {number} best place of the found class that Enter answers */
  chooseFound(best) {
    this.labeller.view.best = Math.max(0, best);
    this.labeller.draw();
  }

  leaveFilter() {
    this.clearFilter();
    this.labeller.focus();
  }

  clearFilter() {
    const { parts, view } = this.labeller;
    view.filter = parts.filter.value = "";
  }

  /** Somebody else answers. */
  rename() {
    const { parts, view } = this.labeller;
    view.annotator = parts.annotator.value.trim() || view.annotator;
    parts.annotator.value = view.annotator;
    view.keep();
    this.labeller.presence.leave();
    this.labeller.draw();
  }
}
