// The questions of the page, answered in it.

import { button, make, setAttributes } from "../../../views/base/page.js";
import view from "../../../views/question/question.js";
import { byId, Model } from "./model.js";

/** The questions: one at a time, each answered by the same view that asks it in a notebook. */
export class Questions {
  constructor(lesson) {
    this.lesson = lesson;
    this.questions = lesson.values.questions;
    this.models = this.questions.map((question) => new Model({ state: this.asked(question) }));
    this.models.forEach((model, place) => (model.handle = (message) => this.handle(place, message)));
    this.root = byId("questions");
    this.root.hidden = !this.questions.length;
    /** @type {HTMLElement} */
    this.look = this.root.querySelector(".look");
    this.look.addEventListener("click", () => this.showIt());
    this.close = () => {};
    if (this.questions.length) this.show(0);
  }

  asked({ text, choices }) {
    return { revision: 0, text, choices, unit: "", verdict: "", says: "", why: "", tries: 0, error: "" };
  }

  handle(place, { type, given }) {
    const { answer, why, hints } = this.questions[place];
    const model = this.models[place];
    const state = model.get("state");
    const right = given === answer;
    const now =
      type === "answer"
        ? {
            verdict: right ? "right" : "wrong",
            says: right ? "Right." : `Not so. ${hints[given]}`,
            why: right ? why : "",
            tries: state.tries + 1,
          }
        : { verdict: "shown", says: `The answer is: ${answer}`, why };
    model.set("state", { ...state, ...now, revision: state.revision + 1 });
    this.drawBar();
  }

  show(place) {
    this.at = place;
    this.close();
    const { figures } = this.questions[place];
    const shown = figures.map(([caption, ids]) => {
      const figure = make("figure");
      const row = make("div");
      for (const id of ids) {
        const image = make("img");
        Object.assign(image, { src: this.lesson.images.url(id), alt: `image ${id}` });
        row.append(image);
      }
      figure.append(row, make("figcaption", "", caption));
      return figure;
    });
    this.root.querySelector(".question-figures").replaceChildren(...shown);
    const where = this.root.querySelector(".question-view");
    where.replaceChildren();
    this.close = view.render({ model: this.models[place], el: where });
    this.drawBar();
  }

  drawBar() {
    const bar = this.root.querySelector(".question-bar");
    const focused = bar.contains(document.activeElement);
    const marks = { right: "✓", wrong: "✕", shown: "→" };
    const buttons = this.questions.map((_, place) => {
      const { verdict } = this.models[place].get("state");
      const made = button(`${place + 1}${verdict ? ` ${marks[verdict]}` : ""}`, "", () => this.show(place), "");
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
    const { cycle, pair, view } = this.questions[this.at];
    const place = this.lesson.values.cycles.findIndex((held) => held.cycle === cycle);
    if (pair) [this.lesson.pair, this.lesson.marked] = [pair, [...pair]];
    this.lesson.show(place < 0 ? null : place);
    const target = byId(view);
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
}
