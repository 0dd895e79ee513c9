// Stands in for the kernel: what a view sends is answered from the states that lesson/content.py recorded.

import { make } from "../../../views/base/page.js";
import plot from "../../../views/base/plot_view.js";
import { shared } from "../../../views/base/plotly_library.js";
import { numbers } from "../../../views/base/wire.js";
import map from "../../../views/map/map_view.js";
import mixer from "../../../views/pair_mixer/pair_mixer.js";
import gallery from "../../../views/query_gallery/query_gallery.js";
import slider from "../../../views/time_slider/time_slider.js";
import { byId, Model } from "./model.js";
import { Questions } from "./questions.js";
import { gunzip, Images, unpack } from "./unpack.js";

const VIEWS = { slider, map, mixer, gallery, plot };

const NO_SPEC = { revision: 0, figure: null, caption: "", notes: [], message: "", label: "", error: "" };
const NO_PAIR = { revision: 0, error: "", title: "", note: "", caption: "", message: "", choices: [] };
const NO_PANEL = { cycle: -1, gauge: "", strip: { title: "", images: [] }, busy: "", save: [] };
const STARS_AND_THREADS = { threads: "thread to a parent, chosen pair", marked: "marked", chosen: "chosen pair" };

/** Gives plotly.js to the views, which wait for it; see plotly_library.js. They show a failure themselves. */
async function offerPlotly() {
  shared.started = true;
  try {
    const script = make("script");
    script.textContent = new TextDecoder().decode(await gunzip("plotly"));
    document.head.append(script);
    if (!globalThis.Plotly) throw new Error("its script ran but defined nothing");
    shared.resolve(globalThis.Plotly);
  } catch (error) {
    shared.reject(error);
  }
}

/** One trace of a spec, by name. */
const traceOf = (spec, name) => spec.figure?.data.find((trace) => trace.name === name);

class Lesson {
  constructor(values, restore) {
    this.values = values;
    this.restore = restore;
    this.images = new Images(restore(values.images));
    this.place = values.cycles.length - 1; // of the cycle shown
    this.pair = null;
    this.marked = [];
    this.colour = "true class";
    this.revision = 1;
  }

  get cycle() {
    return this.values.cycles[this.place];
  }

  /** The pair that is shown: the one chosen, where this cycle has it, or its best. */
  shownPair() {
    const { choices = [] } = this.cycle.mixer;
    if (this.pair && this.stateOf(this.pair)) return this.pair;
    return choices[0]?.ids ?? null;
  }

  stateOf([first, second]) {
    const { pairs = {} } = this.cycle.mixer;
    return pairs[`${first},${second}`] ?? pairs[`${second},${first}`];
  }

  mount() {
    const start = (name, where, values, handle) => {
      const model = new Model(values, handle);
      VIEWS[name].initialize?.({ model, el: where });
      VIEWS[name].render({ model, el: where });
      return model;
    };
    const view = (id) => document.querySelector(`#${id} .view`);
    const plot = (id, handle) => start("plot", view(id), { spec: NO_SPEC }, handle);
    const pick = ({ type, ids }) => type === "pick" && (ids.length > 1 ? this.choosePair(ids) : this.mark(ids));
    this.slider = start("slider", byId("steps"), { state: this.sliderState() }, ({ cycle }) => this.show(cycle));
    this.map = start("map", view("map"), { spec: NO_SPEC, panel: NO_PANEL, atlas: {} }, (asked) =>
      this.handleMap(asked),
    );
    this.mixer = start("mixer", view("mixer"), { state: NO_PAIR }, ({ ids }) => this.choosePair(ids));
    this.gallery = start(
      "gallery",
      view("queries"),
      { state: this.galleryState(), marks: { ids: [], pair: [] } },
      pick,
    );
    this.tau = plot("tau", (asked) => this.handleTau(asked));
    this.accuracy = plot("accuracy");
    this.draw(true);
  }

  // What a person does --------------------------------------------------------------------------------------------------

  /** A cycle by its place; null for the last. */
  show(place) {
    this.place = place ?? this.values.cycles.length - 1;
    this.latest = place === null;
    this.draw(true);
  }

  choosePair(pair) {
    this.pair = pair;
    this.marked = [...pair];
    this.draw(false);
  }

  mark(ids) {
    this.marked = ids;
    this.draw(false);
  }

  handleMap({ type, value, key, points }) {
    if (type === "colour") {
      this.colour = value;
      this.draw(true);
    }
    const chosen = type === "click" ? points[0]?.customdata : key;
    if (!["click", "pick"].includes(type) || !chosen) return;
    const [first, second] = chosen;
    if (second >= 0) this.choosePair([first, second]);
    else this.chooseImage(first);
  }

  chooseImage(id) {
    const other = this.cycle.map.partner?.[id];
    if (other === undefined) return this.mark([id]);
    if (this.stateOf([id, other])) this.choosePair([id, other]);
    else this.mark([id, other]);
  }

  handleTau({ type, points }) {
    const key = type === "click" && points[0]?.customdata;
    if (key?.length !== 3) return;
    const [cycle, first, second] = key;
    const place = this.values.cycles.findIndex((held) => held.cycle === cycle);
    if (place >= 0) this.place = place;
    this.latest = false;
    this.pair = [first, second];
    this.marked = [first, second];
    this.draw(true);
  }

  // What is shown -------------------------------------------------------------------------------------------------------

  sliderState() {
    const last = this.place === this.values.cycles.length - 1;
    return { ...this.values.slider, cycle: this.place, latest: last && this.latest !== false, revision: this.revision };
  }

  galleryState() {
    const state = this.cycle.gallery;
    const withUrl = (image) => ({ ...image, url: this.images.url(image.id) });
    const groups = state.groups.map((group) => ({ ...group, images: group.images.map(withUrl) }));
    return { ...state, groups, revision: this.revision };
  }

  mixerState() {
    const pair = this.shownPair();
    if (!pair) return { ...NO_PAIR, message: this.cycle.mixer.message, revision: this.revision };
    const state = this.restore(this.stateOf(pair));
    const images = state.images.map((image) => ({ ...image, pixels: this.images.raw(image.id) }));
    return {
      ...NO_PAIR,
      ...state,
      images,
      choices: this.cycle.mixer.choices,
      note: this.note(),
      revision: this.revision,
    };
  }

  note() {
    if (!this.pair || this.stateOf(this.pair)) return "";
    return `Images ${this.pair.join(" and ")} are no pair of cycle ${this.cycle.cycle} in this page; its best pair is shown.`;
  }

  /** The map's spec in the chosen colour, with rings around what is marked and the chosen pair's threads drawn strongly. */
  mapSpec() {
    const { map } = this.cycle;
    if (map.message) return { ...NO_SPEC, message: map.message, revision: this.revision };
    const spec = this.restore(map.specs[this.colour]);
    const where = numbers(this.restore(map.where));
    const places = new Map(map.atlas.ids.map((id, place) => [id, [where[2 * place], where[2 * place + 1]]]));
    const rings = this.marked.filter((id) => places.has(id)).map((id) => places.get(id));
    const lines = this.threads(places);
    for (const { name, points } of [
      { name: STARS_AND_THREADS.marked, points: rings },
      { name: STARS_AND_THREADS.threads, points: lines },
    ]) {
      const trace = traceOf(spec, name);
      if (!trace) continue;
      trace.x = points.map((point) => point?.[0] ?? null);
      trace.y = points.map((point) => point?.[1] ?? null);
      if (name === STARS_AND_THREADS.marked) trace.showlegend = points.length > 0;
    }
    return { ...spec, revision: this.revision };
  }

  /** From one parent through each virtual instance to the other, with gaps between. */
  threads(places) {
    const virtual = this.restore(this.cycle.map.virtual);
    const at = this.pair ? virtual.pairs.findIndex((ids) => ids.every((id) => this.pair.includes(id))) : -1;
    if (at < 0) return [];
    const [, instances] = virtual.where.shape;
    const where = numbers(virtual.where).subarray(2 * at * instances, 2 * (at + 1) * instances);
    const [first, second] = virtual.pairs[at].map((id) => places.get(id));
    return Array.from({ length: instances }, (_, n) => [first, [where[2 * n], where[2 * n + 1]], second, null]).flat();
  }

  /** tau* of the cycles; the line of the chosen pair is that of the pair in the mixer. */
  tauSpec() {
    const spec = this.restore(this.cycle.tau);
    const pair = this.shownPair();
    const trace = pair && traceOf(spec, STARS_AND_THREADS.chosen);
    if (trace) trace.y = Array.from(numbers(this.restore(this.stateOf(pair).learned)));
    return { ...spec, revision: this.revision };
  }

  draw(all) {
    this.revision += 1;
    if (all) {
      this.slider.set("state", this.sliderState());
      this.drawStages();
      this.gallery.set("state", this.galleryState());
      this.accuracy.set("spec", { ...this.restore(this.cycle.accuracy), revision: this.revision });
      this.drawAroundMap();
    }
    this.gallery.set("marks", { ids: this.marked, pair: this.pair ?? [] });
    this.mixer.set("state", this.mixerState());
    this.map.set("spec", this.mapSpec());
    this.tau.set("spec", this.tauSpec());
    document.body.dataset.cycle = this.cycle.cycle;
  }

  drawStages() {
    const items = this.cycle.stages.map(([stage, said]) => {
      const item = make("li");
      item.append(make("span", "stage", stage), make("span", "", said));
      return item;
    });
    document.querySelector("#stages ol").replaceChildren(...items);
  }

  drawAroundMap() {
    const { map } = this.cycle;
    if (map.message) return this.map.set("panel", { ...NO_PANEL, cycle: this.cycle.cycle });
    this.map.set("panel", { ...map.panel, colour: this.colour });
    if (this.map.get("atlas").cycle === map.atlas.cycle) return;
    const ids = map.atlas.ids.filter((id) => this.images.place.has(id));
    const columns = Math.ceil(Math.sqrt(ids.length));
    const sheet = ids.length ? this.images.sheet(ids, columns) : new Uint8Array(0);
    this.map.set("atlas", { ...map.atlas, ids, columns, size: [this.images.width, this.images.height], png: sheet });
  }
}

/** The page as wide as the paper, and in light colours, while it is printed. */
function fitPaper() {
  const print = (printing) => {
    document.documentElement.classList.toggle("printing", printing);
    document.body.dataset.jpThemeLight = printing; // the charts watch it, and draw themselves anew
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}

async function open() {
  if (!("DecompressionStream" in globalThis)) {
    throw new Error("this browser is too old to unpack it; use one from 2023 or later");
  }
  offerPlotly();
  const { values, restore } = await unpack("content");
  byId("about").append(...values.about.map((sentence) => make("p", "", sentence)));
  document.querySelector("main").hidden = false;
  const lesson = new Lesson(values, restore);
  lesson.mount();
  new Questions(lesson);
  fitPaper();
  byId("waiting").hidden = true;
  document.body.dataset.ready = "";
}

open().catch((error) => {
  byId("waiting").hidden = true;
  byId("trouble").hidden = false;
  byId("trouble").textContent = `This page could not be drawn: ${error?.message ?? error}.`;
});
