// One run of the page. Stands in for its kernel: what a view sends is answered from the states that content.py recorded.

import { make, within } from "../../../views/base/page.js";
import plot from "../../../views/base/plot_view.js";
import { numbers } from "../../../views/base/wire.js";
import map from "../../../views/map/map_view.js";
import mixer from "../../../views/pair_mixer/pair_mixer.js";
import gallery from "../../../views/query_gallery/query_gallery.js";
import { start } from "./model.js";
import { Images } from "./unpack.js";

/** @import { ChartSpec, Trace } from "../../../views/base/figure.js" */
/** @import { Point } from "../../../views/base/motion.js" */
/** @import { MessageOnly } from "../../../views/base/pair_parts.js" */
/** @import { Floats } from "../../../views/base/wire.js" */
/** @import { MixerState, SentImage } from "../../../views/pair_mixer/pair.js" */
/** @import { GalleryImage, GalleryState } from "../../../views/query_gallery/query_gallery.js" */
/** @import { MapTraits, NoPanel } from "../../../views/map/map_view.js" */
/** @import { Chosen } from "./address.js" */
/** @import { LessonMap, LessonRun } from "./content.js" */
/** @import { Part, Told } from "./sides.js" */
/** @import { Restore } from "./unpack.js" */

/** @typedef {(Point | null)[]} Gapped a line, which null interrupts */

/** @typedef {{ customdata: number[] | null }} Picked a point of a chart, with what the figure attached to it */

/** @type {ChartSpec} */
const NO_SPEC = { revision: 0, figure: null, caption: "", notes: [], message: "", label: "", error: "" };
/** @type {MessageOnly} */
const NO_PAIR = { revision: 0, error: "", title: "", note: "", caption: "", message: "" };
/** @type {NoPanel} */
const NO_PANEL = { cycle: -1, busy: "" };
const STARS_AND_THREADS = { threads: "line to a parent image, chosen pair", marked: "marked", chosen: "chosen pair" };
const THREAD_TO_IMAGE = "line to its image, chosen"; // of a transform, which has no second parent

/**
 * One trace of a spec, by name.
 *
 * @param {ChartSpec} spec
 * @param {string} name
 */
const traceOf = (spec, name) => spec.figure?.data.find((trace) => trace.name === name);

/**
 * @param {Trace | undefined} trace
 * @param {Gapped} points
 */
function setPoints(trace, points) {
  if (!trace) return;
  trace.x = points.map((point) => point?.[0] ?? null);
  trace.y = points.map((point) => point?.[1] ?? null);
}

/**
 * What a run asks of the page around it.
 *
 * @typedef {object} Around
 * @property {(cycle: number) => void} showCycle shows a cycle of every run
 * @property {() => void} changed says that another pair or tau is shown
 */

/** What the page shows of a run, and what a person has chosen in it. */
export class ShownRun {
  /**
   * @param {LessonRun} values
   * @param {Restore} restore
   * @param {Record<Part, HTMLElement>} elements in which its views are
   * @param {Around} around
   */
  constructor(values, restore, elements, around) {
    this.values = values;
    this.restore = restore;
    this.elements = elements;
    this.around = around;
    this.images = new Images(restore(values.images));
    this.place = values.cycles.length - 1; // of the cycle shown
    /** @type {[number, number] | null} ids of the chosen pair */
    this.pair = null;
    /** @type {number | null} where the slider of tau stands; null at tau* */
    this.tau = null;
    /** @type {number[]} */
    this.marked = [];
    this.colour = "true class";
    this.revision = 1;
    this.views = this.startViews();
    for (const done of ["input", "click"]) elements.mixer.addEventListener(done, () => this.noteTau());
  }

  startViews() {
    const { elements } = this;
    if (!this.hasMap) elements.map.append(make("p", "lead", this.values.cycles.at(-1)?.map.message));
    /** @type {{ ids: number[], pair: number[] }} */
    const marks = { ids: [], pair: [] };
    const asked = { state: this.galleryState(), marks };
    /** @type {MapTraits} */
    const nowhere = { spec: NO_SPEC, panel: NO_PANEL, atlas: {} };
    /** @type {{ state: MixerState | MessageOnly }} */
    const unmixed = { state: NO_PAIR };
    return {
      // A run that kept no features has a sentence there, and none of what stands around a map.
      map: this.hasMap ? start(map, elements.map, nowhere, (asked) => this.handleMap(asked)) : null,
      mixer: start(mixer, elements.mixer, unmixed, ({ type, ids }) => type === "pair" && this.choosePair(ids)),
      gallery: start(gallery, elements.queries, asked, ({ ids }) => this.pick(ids)),
      tau: start(plot, elements.tau, { spec: NO_SPEC }, (asked) => this.handleTau(asked)),
      accuracy: start(plot, elements.accuracy, { spec: NO_SPEC }),
    };
  }

  get hasMap() {
    return this.values.cycles.some(({ map: { message } }) => !message);
  }

  get cycle() {
    return this.values.cycles[this.place];
  }

  /** The pair that is shown: the one chosen, where this cycle has it, or its best. */
  shownPair() {
    if (this.pair && this.stateOf(this.pair)) return this.pair;
    return this.cycle.mixer.choices?.[0]?.ids ?? null;
  }

  /** @param {[number, number]} pair */
  stateOf([first, second]) {
    const { pairs = {} } = this.cycle.mixer;
    return pairs[`${first},${second}`] ?? pairs[`${second},${first}`];
  }

  // Where it stands ---------------------------------------------------------------------------------------------------

  /**
   * Takes over a cycle, or the last one before it that the page holds of this run.
   *
   * @param {number} cycle
   */
  moveTo(cycle) {
    this.place = this.values.cycles.findLastIndex((held) => held.cycle <= cycle);
    this.tau = null;
  }

  /** @param {Chosen} chosen what the page does not hold is left as it is */
  choose({ pair, tau }) {
    const named = this.cycle.mixer.choices?.find(({ rank }) => rank === pair);
    if (named) [this.pair, this.marked] = [named.ids, [...named.ids]];
    this.tau = tau;
  }

  /** @returns {Chosen} */
  get chosen() {
    const shown = this.shownPair();
    const named = this.cycle.mixer.choices?.find(({ ids }) => shown?.every((id) => ids.includes(id)));
    return { pair: this.pair && named ? named.rank : null, tau: this.tau };
  }

  /** Takes over where the slider of tau stands. */
  noteTau() {
    const { tau = "" } = within(this.elements.mixer, ".lada-mixer").dataset;
    this.tau = tau ? Number(tau) : null;
    this.around.changed();
  }

  /**
   * What is said of the cycle that it shows, when the page shows one.
   *
   * @param {number} cycle
   * @returns {Told}
   */
  told(cycle) {
    const says = this.values.says[this.place];
    const ended = this.cycle.cycle < cycle;
    return { says: ended ? `ends with ${says}` : says, ended };
  }

  // What a person does --------------------------------------------------------------------------------------------------

  /** @param {number[]} ids of a pair, or of an image */
  pick(ids) {
    if (ids.length > 1) this.choosePair([ids[0], ids[1]]);
    else this.mark(ids);
  }

  /** @param {[number, number]} pair */
  choosePair(pair) {
    this.pair = pair;
    this.tau = null;
    this.marked = [...pair];
    this.draw(false);
  }

  /** @param {number[]} ids */
  mark(ids) {
    this.marked = ids;
    this.draw(false);
  }

  /** @param {{ type: string, value: string, key?: number[], keys?: number[][], points: Picked[] }} message */
  handleMap({ type, value, key, keys = [], points }) {
    if (["add", "toggle", "clear"].includes(type)) {
      const ids = keys.flatMap(([first, second]) => (second < 0 ? [first] : [first, second]));
      const drops = type === "clear" || (type === "toggle" && ids.every((id) => this.marked.includes(id)));
      const left = this.marked.filter((id) => type !== "clear" && !ids.includes(id));
      this.mark(drops ? left : [...left, ...ids]);
    }
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

  /** @param {number} id */
  chooseImage(id) {
    const { map } = this.cycle;
    const other = "partner" in map ? map.partner[id] : undefined;
    if (other === undefined) return this.mark([id]);
    if (this.stateOf([id, other])) this.choosePair([id, other]);
    else this.mark([id, other]);
  }

  /** @param {{ type: string, points: Picked[] }} message */
  handleTau({ type, points }) {
    const key = type === "click" ? points[0]?.customdata : null;
    if (key?.length !== 3) return;
    const [cycle, first, second] = key;
    this.pair = [first, second];
    this.marked = [first, second];
    this.around.showCycle(cycle);
  }

  // What is shown -------------------------------------------------------------------------------------------------------

  /** @returns {GalleryState} */
  galleryState() {
    const state = this.cycle.gallery;
    const withUrl = (/** @type {GalleryImage} */ image) => ({ ...image, url: this.images.url(image.id) });
    const groups = state.groups.map((group) => ({ ...group, images: group.images.map(withUrl) }));
    return { ...state, groups, revision: this.revision };
  }

  /** @returns {MixerState | MessageOnly} */
  mixerState() {
    const { choices = [], message } = this.cycle.mixer;
    const pair = this.shownPair();
    if (!pair) return { ...NO_PAIR, message, revision: this.revision };
    /** @type {MixerState} */
    const state = this.restore(this.stateOf(pair));
    const withPixels = (/** @type {SentImage} */ image) => ({ ...image, pixels: this.images.raw(image.id) });
    const [own, other] = state.images;
    const images = /** @type {MixerState["images"]} */ ([withPixels(own), withPixels(other)]);
    return { ...state, error: "", images, choices, note: this.note(), tau: this.tau, revision: this.revision };
  }

  note() {
    if (!this.pair || this.stateOf(this.pair)) return "";
    return `Images ${this.pair.join(" and ")} are no pair of cycle ${this.cycle.cycle} in this page; its best pair is shown.`;
  }

  /**
   * The map's spec in the chosen colour, with rings around what is marked and the chosen pair's threads drawn strongly.
   *
   * @returns {ChartSpec}
   */
  mapSpec() {
    const { map } = this.cycle;
    if (!("specs" in map)) return { ...NO_SPEC, message: map.message, revision: this.revision };
    /** @type {ChartSpec} */
    const spec = this.restore(map.specs[this.colour]);
    const places = this.placesOf(map);
    const rings = this.marked.map((id) => places.get(id)).filter((place) => place !== undefined);
    const marked = traceOf(spec, STARS_AND_THREADS.marked);
    if (marked) marked.showlegend = rings.length > 0;
    setPoints(marked, rings);
    const strong = traceOf(spec, STARS_AND_THREADS.threads) ?? traceOf(spec, THREAD_TO_IMAGE);
    setPoints(strong, this.threads(map, places));
    if (spec.figure) spec.figure.layout.meta = { pair: this.shownPair() ?? undefined };
    return { ...spec, revision: this.revision };
  }

  /**
   * Where the images are, by id.
   *
   * @param {LessonMap} map
   * @returns {Map<number, Point>}
   */
  placesOf(map) {
    /** @type {Floats} */
    const packed = this.restore(map.where);
    const where = numbers(packed);
    return new Map(map.atlas.ids.map((id, place) => [id, [where[2 * place], where[2 * place + 1]]]));
  }

  /**
   * From one parent through each virtual instance to the other, with gaps between.
   *
   * @param {LessonMap} map
   * @param {Map<number, Point>} places
   * @returns {Gapped}
   */
  threads(map, places) {
    /** @type {{ pairs: [number, number][], where: Floats }} */
    const virtual = this.restore(map.virtual);
    const at = virtual.pairs.findIndex((ids) => ids.every((id) => this.pair?.includes(id)));
    if (at < 0) return [];
    const [, instances] = virtual.where.shape;
    const where = numbers(virtual.where).subarray(2 * at * instances, 2 * (at + 1) * instances);
    const [first, second] = virtual.pairs[at].map((id) => places.get(id) ?? null);
    /** @type {Gapped} */
    const line = [];
    for (let n = 0; n < instances; n += 1) line.push(first, [where[2 * n], where[2 * n + 1]], second, null);
    return line;
  }

  /**
   * tau* of the cycles; the line of the chosen pair is that of the pair in the mixer.
   *
   * @returns {ChartSpec}
   */
  tauSpec() {
    /** @type {ChartSpec} */
    const spec = this.restore(this.cycle.tau);
    const pair = this.shownPair();
    const learned = pair && this.stateOf(pair)?.learned;
    const trace = traceOf(spec, STARS_AND_THREADS.chosen);
    if (trace && learned) trace.y = Array.from(numbers(this.restore(learned)));
    return { ...spec, revision: this.revision };
  }

  /** @param {boolean} all whether another cycle, or the map in another colour, is shown */
  draw(all) {
    this.revision += 1;
    const { gallery, accuracy, mixer, map, tau } = this.views;
    if (all) {
      this.drawStages();
      gallery.set("state", this.galleryState());
      accuracy.set("spec", { ...this.restore(this.cycle.accuracy), revision: this.revision });
      this.drawAroundMap();
    }
    gallery.set("marks", { ids: this.marked, pair: this.pair ?? [] });
    mixer.set("state", this.mixerState());
    map?.set("spec", this.mapSpec());
    tau.set("spec", this.tauSpec());
    this.around.changed();
  }

  drawStages() {
    const items = this.cycle.stages.map(([stage, said]) => {
      const item = make("li");
      item.append(make("span", "stage", stage), make("span", "", said));
      return item;
    });
    const list = make("ol");
    list.append(...items);
    this.elements.stages.replaceChildren(list);
  }

  drawAroundMap() {
    const { cycle, map } = this.cycle;
    const shown = this.views.map;
    if (!shown) return;
    if (!("panel" in map)) return shown.set("panel", { ...NO_PANEL, cycle });
    shown.set("panel", { ...map.panel, colour: this.colour });
    if (shown.get("atlas").cycle === map.atlas.cycle) return;
    const ids = map.atlas.ids.filter((id) => this.images.place.has(id));
    const columns = Math.ceil(Math.sqrt(ids.length));
    const sheet = ids.length ? this.images.sheet(ids, columns) : new Uint8Array(0);
    shown.set("atlas", { ...map.atlas, ids, columns, size: [this.images.width, this.images.height], png: sheet });
  }
}
