// The page: one slider over the cycles of its runs, the address of where it stands, and what stands around the runs.

import { make, within } from "../../../views/base/page.js";
import slider from "../../../views/time_slider/time_slider.js";
import { placeIn, writeAddress } from "./address.js";
import { drawFirst, drawStory, fitPaper, offerPlotly } from "./frame.js";
import { byId, start } from "./model.js";
import { Questions } from "./questions.js";
import { ShownRun } from "./shown_run.js";
import { layOut } from "./sides.js";
import { unpack } from "./unpack.js";

/** @import { SliderState } from "../../../views/time_slider/time_slider.js" */
/** @import { Place } from "./address.js" */
/** @import { LessonValues } from "./content.js" */
/** @import { Restore } from "./unpack.js" */

/** The runs of the page, and the cycle at which they are shown. */
export class Lesson {
  /**
   * @param {LessonValues} values
   * @param {Restore} restore
   */
  constructor(values, restore) {
    this.values = values;
    this.numbers = values.slider.numbers;
    this.place = this.numbers.length - 1; // of the cycle shown
    this.latest = true; // whether the last cycle is followed
    this.revision = 1;
    this.sides = layOut(values.runs.map(({ name }) => name));
    const around = {
      showCycle: (/** @type {number} */ cycle) => this.showCycle(cycle),
      changed: () => writeAddress(this.standsAt),
    };
    this.runs = values.runs.map((run, n) => new ShownRun(run, restore, this.sides[n].elements, around));
    this.slider = start(slider, byId("steps"), { state: this.sliderState() }, ({ cycle }) => this.show(cycle));
    this.goTo(placeIn(location.hash));
    addEventListener("hashchange", () => this.goTo(placeIn(location.hash)));
  }

  get cycle() {
    return this.numbers[this.place];
  }

  /** @param {Place} place what the page does not hold is left as it is */
  goTo({ cycle, chosen }) {
    const at = this.numbers.indexOf(cycle ?? -1);
    if (at >= 0) [this.place, this.latest] = [at, false];
    this.runs.forEach((run, n) => {
      run.moveTo(this.cycle);
      run.choose(chosen[n]);
    });
    this.draw();
  }

  /** @returns {Place} */
  get standsAt() {
    return { cycle: this.cycle, chosen: this.runs.map((run) => run.chosen) };
  }

  /** @param {number} cycle one that the page does not hold changes nothing but what was chosen */
  showCycle(cycle) {
    const at = this.numbers.indexOf(cycle);
    this.show(at < 0 ? this.place : at);
  }

  /**
   * A cycle by its place on the slider; null for the last.
   *
   * @param {number | null} place
   */
  show(place) {
    this.place = place ?? this.numbers.length - 1;
    this.latest = place === null;
    for (const run of this.runs) run.moveTo(this.cycle);
    this.draw();
  }

  /** @returns {SliderState} */
  sliderState() {
    const last = this.place === this.numbers.length - 1;
    return { ...this.values.slider, cycle: this.place, latest: last && this.latest, revision: this.revision };
  }

  draw() {
    this.revision += 1;
    this.slider.set("state", this.sliderState());
    this.runs.forEach((run, n) => {
      run.draw(true);
      this.sides[n].tell(run.told(this.cycle));
    });
    document.body.dataset.cycle = String(this.cycle);
  }
}

/**
 * What the runs did, and what the page leaves out of them.
 *
 * @param {LessonValues} values
 */
function drawAbout({ about, runs }) {
  const lines = about.map((sentence) => make("p", "", sentence));
  for (const run of runs) {
    if (!run.name) {
      lines.push(...run.about.map((sentence) => make("p", "", sentence)));
      continue;
    }
    const line = make("p", "", ` ${run.about.join(" ")}`);
    line.prepend(make("strong", "", `${run.name}.`));
    lines.push(line);
  }
  byId("about").append(...lines);
}

async function open() {
  if (!("DecompressionStream" in globalThis)) {
    throw new Error("this browser is too old to unpack it; use one from 2023 or later");
  }
  offerPlotly();
  const { values, restore } = await unpack("content");
  drawAbout(values);
  byId("tau-title").textContent = values.tau_title;
  within(document, "main").hidden = false;
  drawFirst(values);
  new Questions(new Lesson(values, restore));
  drawStory(values);
  fitPaper();
  byId("waiting").hidden = true;
  document.body.dataset.ready = "";
}

open().catch((error) => {
  byId("waiting").hidden = true;
  byId("trouble").hidden = false;
  byId("trouble").textContent = `This page could not be drawn: ${error?.message ?? error}.`;
});
