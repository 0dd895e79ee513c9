// The bar above the map: how it is laid out and coloured, and the figure as a file.

import { button, fillSelect, make, setText } from "../base/page.js";

/** @import { Listener, Model } from "../base/kernel.js" */
/** @import { MapTraits } from "./map_view.js" */
/** @import { Strip } from "./strip.js" */

const POOL_COST =
  "The density of the whole pool behind the map. Once for each cycle, up to 100,000 images pass through its classifier, " +
  "between stages; the time that is left is shown here, and the result is kept with the run.";
const FORMATS = ["svg", "pdf", "png"];

/**
 * What the kernel tells of all that stands around the chart.
 *
 * @typedef {object} Panel
 * @property {number} cycle that the chart shows
 * @property {string} method by which it is laid out
 * @property {[string, string][]} methods to choose from: names, and what they are called
 * @property {string} colour
 * @property {[string, string][]} colours to choose from
 * @property {boolean} by_cycle whether the colour of a labelled image says when it was labelled
 * @property {string} gauge how far the map moved
 * @property {Strip} strip
 * @property {string} busy what is being done
 * @property {boolean} whole_pool whether the density of the whole pool is wanted
 * @property {string} pool_busy how far that is
 * @property {string[]} save formats in which it can be saved now
 */

/**
 * @param {string} label
 * @param {(value: string) => void} onChange
 */
function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}

/**
 * @param {string} label
 * @param {(value: boolean) => void} onChange
 */
function tick(label, onChange) {
  const box = make("label", "lada-map-tick");
  const input = make("input");
  input.type = "checkbox";
  input.addEventListener("change", () => onChange(input.checked));
  box.append(input, label);
  return { box, input };
}

/**
 * @param {string} name
 * @param {DataView<ArrayBuffer>} bytes
 */
function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export class MapToolbar {
  /**
   * @param {HTMLElement} bar
   * @param {Model<MapTraits>} model of the view
   */
  constructor(bar, model) {
    this.model = model;
    this.page = Math.random().toString(36).slice(2); // a file is for the page that asked for it
    this.method = choice("Layout", (value) => model.send({ type: "method", value }));
    this.colour = choice("Colour", (value) => model.send({ type: "colour", value }));
    const byCycle = tick("Labelled by cycle", (value) => model.send({ type: "by_cycle", value }));
    this.byCycle = byCycle.input;
    const pool = tick("Whole pool", (value) => model.send({ type: "whole_pool", value }));
    pool.box.title = POOL_COST;
    this.pool = pool.input;
    this.buttons = FORMATS.map((format) => this.saveButton(format));
    const save = make("span", "lada-map-save");
    save.append(make("span", "lada-map-save-name", "Save figure"), ...this.buttons);
    this.busy = make("span", "lada-map-busy");
    this.busy.setAttribute("role", "status");
    bar.append(this.method.box, this.colour.box, byCycle.box, pool.box, save, this.busy);
  }

  /** @param {string} format */
  saveButton(format) {
    const press = () => {
      if (made.getAttribute("aria-disabled") !== "true") this.model.send({ type: "save", format, page: this.page });
    };
    const made = button(format.toUpperCase(), "", press, "");
    made.title = `Save the map as ${format.toUpperCase()}`;
    made.setAttribute("aria-label", made.title);
    made.dataset.format = format;
    return made;
  }

  /**
   * @param {Panel} panel
   * @param {string} message what stands in place of the map, if anything: it is not said twice
   */
  show(panel, message) {
    fillSelect(this.method.select, panel.methods, panel.method);
    fillSelect(this.colour.select, panel.colours, panel.colour);
    this.byCycle.checked = panel.by_cycle;
    this.pool.checked = panel.whole_pool;
    for (const one of this.buttons)
      one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format ?? "")));
    const now = this.model.kernel.gone ? "" : panel.busy || panel.pool_busy;
    const busy = message.toLowerCase().startsWith(now.toLowerCase()) ? "" : now;
    setText(this.busy, busy);
    this.busy.title = busy;
  }

  /**
   * Takes a message: a figure that this page asked for is saved.
   *
   * @type {Listener}
   */
  receive(message, buffers) {
    if (message?.type === "file" && message.page === this.page) download(message.name, buffers[0]);
  }
}
