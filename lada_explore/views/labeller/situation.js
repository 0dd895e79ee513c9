// What the page knows of the images: the kernel's word, and on top of it what is on its way there.

/** @import { PageState } from "./page_state.js" */
/** @import { ActionQueue } from "./queue.js" */
/** @import { Asked, Mark, Marks } from "./state.js" */

/** @typedef {"open" | "saved" | "saving" | "unsaved" | "disputed" | "leaving"} Sign */

/** @typedef {{ sign: Sign, label: number, text: string }} ImageState how an image stands, with its class or -1 */

/** @typedef {{ name: string, label: number, failed: boolean }} Coming what is on its way about an image */

export class Situation {
  /**
   * @param {Asked} asked
   * @param {Marks} marks
   * @param {Pick<ActionQueue, "waiting" | "failed">} queue
   * @param {Pick<PageState, "annotator" | "done">} view
   */
  constructor(asked, marks, queue, view) {
    this.asked = asked;
    this.marks = marks;
    this.done = view.done;
    /** How many images of a class the start still looks for. */
    this.wanted = new Map(marks.wanted);
    this.absentClasses = new Set(marks.absent_classes);
    this.me = marks.people.indexOf(view.annotator);
    /** Ids of the images that are asked, in order. */
    this.order = asked.images.map(({ id }) => id);
    /** @type {Map<number, number>} */
    this.places = new Map(this.order.map((id, place) => [id, place]));
    this.marked = new Map(marks.images.map((mark) => [mark.id, mark]));
    this.taken = new Set(marks.at.filter(([name]) => name !== view.annotator).map(([, id]) => id));
    /** @type {Map<number, Coming>} */
    this.coming = new Map();
    /** @type {Map<number, boolean>} */
    this.flags = new Map();
    queue.waiting.forEach(({ action }, place) => {
      const { name } = action;
      if (name === "flag") this.flags.set(action.id, action.on);
      if (name === "flag_many") for (const id of action.ids) this.flags.set(id, action.on);
      const failed = place === 0 && queue.failed !== "";
      if (name === "label" || name === "adjudicate") this.coming.set(action.id, { name, label: action.label, failed });
      if (name === "label_many") {
        action.ids.forEach((id, i) => {
          this.coming.set(id, { name, label: action.labels[i], failed });
        });
      }
      const aside = name === "skip" ? [action.id] : name === "skip_many" ? action.ids : [];
      for (const id of aside) this.coming.set(id, { name: "skip", label: -1, failed });
    });
  }

  /** @param {number} label */
  nameOf(label) {
    return this.asked.class_names[label] ?? String(label);
  }

  /** @param {number} id */
  mark(id) {
    return this.marked.get(id);
  }

  /**
   * How an image stands: what is on its way goes before what is recorded.
   *
   * @param {number} id
   * @returns {ImageState}
   */
  stateOf(id) {
    const coming = this.coming.get(id);
    if (coming) return this.stateOnItsWay(coming);
    const state = this.recordedState(this.marked.get(id));
    return state.sign === "open" && this.unasked(id) ? { ...state, text: "not asked" } : state;
  }

  /**
   * Whether an image is shown although nobody asks about it.
   *
   * @param {number} id
   */
  unasked(id) {
    return this.asked.images[this.place(id)]?.unasked ?? false;
  }

  /**
   * @param {Coming} coming
   * @returns {ImageState}
   */
  stateOnItsWay({ name, label, failed }) {
    if (failed) return { sign: "unsaved", label, text: label >= 0 ? `${this.nameOf(label)}, not saved` : "not saved" };
    if (name === "skip") return { sign: "leaving", label: -1, text: "being set aside" };
    return { sign: "saving", label, text: `${this.nameOf(label)}, being saved` };
  }

  /**
   * @param {Mark | undefined} mark
   * @returns {ImageState}
   */
  recordedState(mark) {
    const mine = mark?.answers.find(([person]) => person === this.me)?.[1] ?? -1;
    if (mark?.disputed && mark.label < 0) return { sign: "disputed", label: mine, text: "disputed" };
    if (mark && mark.label >= 0) {
      const differ = mark.disputed ? ", answers differ" : "";
      return { sign: "saved", label: mark.label, text: `${this.nameOf(mark.label)}${differ}` };
    }
    if (mine >= 0) return { sign: "saved", label: mine, text: `${this.nameOf(mine)}, yours` };
    return { sign: "open", label: -1, text: "open" };
  }

  /** @param {number | null} id */
  flagged(id) {
    if (id === null) return false;
    return this.flags.get(id) ?? this.marked.get(id)?.flagged ?? false;
  }

  /**
   * Its place among those that are asked, -1 for one that is not.
   *
   * @param {number | null} id
   */
  place(id) {
    return id === null ? -1 : (this.places.get(id) ?? -1);
  }

  /**
   * The image to look at: the one that was chosen as long as it is asked, else the first open one.
   *
   * @param {number | null} chosen
   */
  lookedAt(chosen) {
    return chosen !== null && this.place(chosen) >= 0 ? chosen : this.firstOpen();
  }

  /**
   * The next open image after the last of these; those that somebody else looks at come last.
   *
   * @param {number[]} from
   */
  nextOpen(from) {
    const next = this.place(from.at(-1) ?? null) + 1;
    const left = new Set(from);
    return this.firstOpenOf([...this.order.slice(next), ...this.order.slice(0, next)].filter((id) => !left.has(id)));
  }

  /** The first open image; what was acknowledged is answered, also where the marks that say so are still to come. */
  firstOpen() {
    return this.firstOpenOf(this.order.filter((id) => !this.done.includes(id)));
  }

  /** @param {number[]} ids in the order in which they would be looked at */
  firstOpenOf(ids) {
    const open = ids.filter((id) => this.stateOf(id).sign === "open");
    return open.find((id) => !this.taken.has(id)) ?? open[0] ?? null;
  }
}
