// What the page asks the kernel for, until it answers: it may have a cell to finish first.

import { setText } from "../base/page.js";

/** @import { PlaygroundModel } from "./playground.js" */

const SLOW_MS = 1500; // an answer that takes longer is said to be under way
const FORGET_MS = 3000; // a question is taken for answered after that

export class Asking {
  /**
   * @param {Pick<PlaygroundModel, "get" | "send">} model of the view
   * @param {HTMLElement} root of the view
   * @param {HTMLElement} place for the words
   */
  constructor(model, root, place) {
    this.model = model;
    this.root = root;
    this.place = place;
    this.revision = -1; // of the state when the last question was asked
    this.at = 0; // when that was
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slow = undefined; // the timer of SLOW_MS
  }

  /**
   * @param {object} message
   * @param {HTMLElement | null} pressed the button that asks, if one does
   */
  ask(message, pressed = null) {
    this.revision = this.model.get("state").revision;
    this.at = performance.now();
    this.mark(pressed);
    this.model.send(message);
  }

  /** Whether the last question has changed the state, or is too old to be waited for. */
  get answered() {
    return this.model.get("state").revision !== this.revision || this.since > FORGET_MS;
  }

  /** ms since the last question. */
  get since() {
    return performance.now() - this.at;
  }

  /**
   * Says that a button was pressed.
   *
   * @param {HTMLElement | null} pressed
   */
  mark(pressed) {
    this.unmark();
    if (!pressed) return;
    pressed.classList.add("lada-asked");
    this.root.setAttribute("aria-busy", "true");
    setText(this.place, `${(pressed.textContent ?? "").replace(/[^\p{L} ]/gu, "").trim()}: waiting for the kernel …`);
    const late = "The kernel is busy; it will answer when its cell is done.";
    this.slow = setTimeout(() => setText(this.place, late), SLOW_MS);
  }

  unmark() {
    clearTimeout(this.slow);
    for (const made of this.root.querySelectorAll(".lada-asked")) made.classList.remove("lada-asked");
    this.root.removeAttribute("aria-busy");
  }
}
