// The questions of the page, answered in it.

import { button, make, setAttributes, within } from "../../../views/base/page.js";
import view from "../../../views/question/question.js";
import { keepAnswers, keptAnswers } from "./address.js";
import { byId, Model } from "./model.js";

/** @import { CommonTraits } from "../../../views/base/kernel.js" */
/** @import { QuestionState } from "../../../views/question/question.js" */
/** @import { LessonQuestion } from "./content.js" */
/** @import { Lesson } from "./lesson.js" */

const MARKS = { "": "", right: " ✓", wrong: " ✕", shown: " →" };

/**
 * @param {LessonQuestion} question
 * @returns {QuestionState}
 */
function asked({ text, choices }) {
  return { revision: 0, text, choices, unit: "", verdict: "", says: "", why: "", tries: 0, waiting: "", error: "" };
}

/**
 * What a question says of an answer.
 *
 * @param {LessonQuestion} question
 * @param {string} given
 * @returns {Pick<QuestionState, "verdict" | "says" | "why">}
 */
function judged({ answer, why, hints }, given) {
  if (given === answer) return { verdict: "right", says: "Right.", why };
  return { verdict: "wrong", says: `Not so. ${hints[given]}`, why: "" };
}

/** The questions: one at a time, each answered by the same view that asks it in a notebook. */
export class Questions {
  /** @param {Lesson} lesson */
  constructor(lesson) {
    this.lesson = lesson;
    this.questions = lesson.values.questions;
    const kept = keptAnswers(lesson.values.title, this.questions.length);
    this.models = this.questions.map((question, place) => {
      /** @type {{ state: QuestionState } & CommonTraits} */
      const values = { state: { ...asked(question), ...kept?.[place] } };
      return new Model(values, (message) => this.handle(place, message));
    });
    this.at = 0;
    this.root = byId("questions");
    this.root.hidden = !this.questions.length;
    this.look = within(this.root, ".look");
    this.look.addEventListener("click", () => this.showIt());
    this.close = () => {};
    if (this.questions.length) this.show(0);
  }

  /**
   * @param {number} place
   * @param {{ type: "answer", given: string } | { type: "reveal" }} message
   */
  handle(place, message) {
    const question = this.questions[place];
    const model = this.models[place];
    const state = { ...model.get("state") };
    state.revision += 1;
    if (message.type === "answer") {
      state.tries += 1;
      Object.assign(state, judged(question, message.given));
    } else {
      Object.assign(state, { verdict: "shown", says: `The answer is: ${question.answer}`, why: question.why });
    }
    model.set("state", state);
    this.keep();
    this.drawBar();
  }

  /** Keeps the answers for a reload; the questions are in the page. */
  keep() {
    const answers = this.models.map((model) => {
      const { verdict, says, why, tries } = model.get("state");
      return { verdict, says, why, tries };
    });
    keepAnswers(this.lesson.values.title, answers);
  }

  /** @param {number} place */
  show(place) {
    this.at = place;
    this.close();
    const { figures, run } = this.questions[place];
    const { images } = this.lesson.runs[run ?? 0];
    const shown = figures.map(([caption, ids]) => {
      const figure = make("figure");
      const row = make("div");
      for (const id of ids) {
        const image = make("img");
        Object.assign(image, { src: images.url(id), alt: `image ${id}` });
        row.append(image);
      }
      figure.append(row, make("figcaption", "", caption));
      return figure;
    });
    within(this.root, ".question-figures").replaceChildren(...shown);
    const where = within(this.root, ".question-view");
    where.replaceChildren();
    this.close = view.render({ model: this.models[place], el: where });
    this.drawBar();
  }

  drawBar() {
    const bar = within(this.root, ".question-bar");
    const focused = bar.contains(document.activeElement);
    const buttons = this.questions.map((_, place) => {
      const { verdict } = this.models[place].get("state");
      const made = button(`${place + 1}${MARKS[verdict]}`, "", () => this.show(place), "");
      const label = `Question ${place + 1} of ${this.questions.length}${verdict ? `, ${verdict}` : ""}`;
      setAttributes(made, { "aria-label": label, "aria-pressed": place === this.at });
      return made;
    });
    const right = this.models.filter((model) => model.get("state").verdict === "right").length;
    bar.replaceChildren(...buttons, make("span", "score", `${right} of ${this.questions.length} answered correctly`));
    if (focused) buttons[this.at].focus();
    this.look.hidden = !this.models[this.at].get("state").verdict;
  }

  showIt() {
    const { cycle, pair, view, run } = this.questions[this.at];
    const shown = this.lesson.runs[run ?? 0];
    if (pair) [shown.pair, shown.marked] = [pair, [...pair]];
    this.lesson.showCycle(cycle);
    const target = byId(view === "map" && !shown.hasMap ? "mixer" : view);
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
}
