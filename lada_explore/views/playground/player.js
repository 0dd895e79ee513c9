// Steps by itself, at the pace that is chosen.

import { setText } from "../base/page.js";

/** @import { Asking } from "./asking.js" */

const TICK_MS = 60;

export class Player {
  /**
   * @param {{ play: HTMLElement, pace: HTMLSelectElement }} parts the button, and what to ask for how often
   * @param {Asking} asking
   * @param {{ ended: () => boolean, resting: () => boolean }} runs whether there is nothing more to show, and whether
   *   no run is at work or waits for a person
   */
  constructor({ play, pace }, asking, runs) {
    this.button = play;
    this.pace = pace;
    this.asking = asking;
    this.runs = runs;
    this.timer = 0; // 0 while it holds
  }

  toggle() {
    if (this.timer) this.hold();
    else this.play();
  }

  play() {
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.say("❚❚ Pause", true);
    this.asking.at = 0; // begins at once
  }

  hold() {
    clearInterval(this.timer);
    this.timer = 0;
    this.say("▶ Play", false);
  }

  /**
   * @param {string} text
   * @param {boolean} pressed
   */
  say(text, pressed) {
    setText(this.button, text);
    this.button.setAttribute("aria-pressed", String(pressed));
  }

  /** Asks for the next step once the last one was answered, is done and was shown for its time. */
  tick() {
    if (this.runs.ended()) {
      this.hold();
      return;
    }
    const [what, ms] = this.pace.value.split(" ");
    if (this.asking.answered && this.runs.resting() && this.asking.since >= Number(ms)) this.asking.ask({ type: what });
  }
}
