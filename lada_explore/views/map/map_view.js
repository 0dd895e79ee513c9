// What the map has around its chart: a toolbar, the image under the pointer, a strip of images, keys and animation.
// Words and numbers come from the kernel, once a cycle.

import { chartView } from "../base/chart.js";
import { withKernel } from "../base/kernel.js";
import { button, classWords, fillSelect, focusedIn, make, refill, setText, showText } from "../base/page.js";
import { MapDots } from "./dots.js";
import { neighbour } from "./neighbour.js";

const MOVE_MS = 700;
const BIG_PX = 128;
const SMALL_PX = 56;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}

/** Thumbnails out of one picture that holds them all. */
class Sprite {
  take(atlas) {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = atlas.png?.byteLength ? URL.createObjectURL(new Blob([atlas.png], { type: "image/png" })) : "";
    this.size = atlas.size;
    this.columns = atlas.columns;
    this.place = new Map((atlas.ids ?? []).map((id, place) => [id, place]));
  }

  /** The image of an id, `pixels` high; a box with a word in it where there is none. */
  thumb(id, pixels) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `image ${id}`);
    box.dataset.id = id;
    const place = this.place?.get(id);
    if (!this.url || place === undefined) return box;
    const scale = pixels / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.place.size / this.columns);
    Object.assign(box.style, {
      width: `${width}px`,
      height: `${height}px`,
      backgroundImage: `url(${this.url})`,
      backgroundSize: `${width * this.columns}px ${height * rows}px`,
      backgroundPosition: `${-width * (place % this.columns)}px ${-height * Math.floor(place / this.columns)}px`,
    });
    return box;
  }

  close() {
    if (this.url) URL.revokeObjectURL(this.url);
  }
}

/** A line beside the map: a sentence, a class that is known, or what the model takes the image for. */
function detailLine(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}

/** Images of a key: the image itself, or the two parents of a virtual instance. */
const idsOf = ([first, second]) => (second < 0 ? [first] : [first, second]);

function buildMap(parts) {
  const { root, chart } = parts;
  root.classList.add("lada-map");
  parts.bar = make("div", "lada-map-bar");
  parts.bar.setAttribute("role", "toolbar");
  parts.bar.setAttribute("aria-label", "Map");
  parts.gauge = make("p", "lada-map-gauge");
  parts.body = make("div", "lada-map-body");
  parts.detail = make("aside", "lada-map-detail");
  parts.detail.setAttribute("aria-live", "polite");
  parts.detail.setAttribute("aria-label", "The image under the pointer");
  parts.strip = make("section", "lada-map-strip");
  parts.stripTitle = make("p");
  parts.stripList = make("ol");
  parts.strip.append(parts.stripTitle, parts.stripList);
  root.insertBefore(parts.bar, chart);
  root.insertBefore(parts.gauge, chart);
  root.insertBefore(parts.body, chart);
  parts.body.append(chart, parts.detail);
  parts.body.after(parts.strip);
  chart.tabIndex = 0;
}

/** Every drawn point with its key, and where it is on the chart in pixels. */
function pointsOn(chart) {
  const { xaxis, yaxis } = chart._fullLayout ?? {};
  if (!xaxis) return [];
  const found = [];
  for (const trace of chart.data) {
    if (!trace.customdata?.length || trace.visible === "legendonly") continue;
    for (let n = 0; n < trace.x.length; n += 1) {
      found.push({
        key: trace.customdata[n],
        at: [xaxis._offset + xaxis.d2p(trace.x[n]), yaxis._offset + yaxis.d2p(trace.y[n])],
      });
    }
  }
  return found;
}

/** Lets the images of plotly's picture that were on the map before glide to where they are now. */
function glide(chart, before) {
  const { xaxis, yaxis } = chart._fullLayout;
  for (const group of chart.querySelectorAll(".scatterlayer .trace")) {
    for (const node of group.querySelectorAll("path.point")) {
      const { __data__: datum } = node;
      const trace = datum && chart.data[group.__data__?.[0]?.trace?.index];
      const key = trace?.customdata?.[datum.i];
      if (!key) continue;
      const old = before.get(String(key));
      if (!old) continue;
      const from = `translate(${xaxis.d2p(old[0])}px, ${yaxis.d2p(old[1])}px)`;
      const to = `translate(${xaxis.d2p(datum.x)}px, ${yaxis.d2p(datum.y)}px)`;
      node.animate([{ transform: from }, { transform: to }], { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}

function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function extendMap(parts, model) {
  buildMap(parts);
  const sprite = new Sprite();
  const page = Math.random().toString(36).slice(2);
  const method = choice("Layout", (value) => model.send({ type: "method", value }));
  const colour = choice("Colour", (value) => model.send({ type: "colour", value }));
  const save = make("span", "lada-map-save", "Save figure");
  const buttons = ["svg", "pdf", "png"].map((format) => {
    const press = () => made.getAttribute("aria-disabled") !== "true" && model.send({ type: "save", format, page });
    const made = button(format.toUpperCase(), "", press, "");
    made.setAttribute("aria-label", `Save the map as ${format.toUpperCase()}`);
    made.dataset.format = format;
    return made;
  });
  save.append(...buttons);
  const busy = make("span", "lada-map-busy");
  busy.setAttribute("role", "status");
  parts.bar.append(method.box, colour.box, save, busy);
  const cursor = make("div", "lada-map-cursor");
  cursor.hidden = true;

  const pick = (key) => model.send({ type: "pick", key: Array.from(key) });
  const showDetail = (key) => {
    const { cycle, details } = model.get("atlas");
    const lines = details?.[String(key)];
    if (!lines || cycle !== model.get("panel").cycle) return; // the words of this cycle are still on their way
    const thumbs = make("div", "lada-map-thumbs");
    const ids = idsOf(key);
    thumbs.append(...ids.map((id) => sprite.thumb(id, ids.length > 1 ? BIG_PX / 1.6 : BIG_PX)));
    const words = make("div", "lada-map-words");
    words.append(...lines.map(detailLine));
    parts.detail.replaceChildren(thumbs, words);
    parts.detail.dataset.key = String(key);
  };

  let current = null;
  const point = (found) => {
    current = found.key;
    cursor.style.left = `${found.at[0]}px`;
    cursor.style.top = `${found.at[1]}px`;
    cursor.hidden = false;
    parts.chart.append(cursor);
    showDetail(found.key);
  };
  parts.chart.addEventListener("keydown", (event) => {
    if (event.target !== parts.chart) return;
    if (event.key === "Enter" && current) pick(current);
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    const points = pointsOn(parts.chart);
    const here = points.find((candidate) => String(candidate.key) === String(current));
    const stars = parts.stripList.querySelector("button")?.dataset.key;
    const first = points.find((candidate) => String(candidate.key) === stars) ?? points[0];
    const next = here ? neighbour(points, here.at, direction) : first;
    if (next) point(next);
  });
  parts.chart.addEventListener("blur", () => (cursor.hidden = true));

  const stripItem = (image) => {
    const item = make("li");
    const made = button("", "", () => pick(image.key), "");
    made.dataset.key = String(image.key);
    made.append(sprite.thumb(image.id, SMALL_PX), make("span", "", image.text), make("span", "", `id ${image.id}`));
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => showDetail(image.key));
    item.append(made);
    return item;
  };
  const drawStrip = (panel) => {
    const focused = focusedIn(parts.stripList)?.dataset.key;
    const key = [panel.strip, model.get("atlas").cycle];
    if (!refill(parts.stripList, key, () => panel.strip.images.map(stripItem))) return;
    setText(parts.stripTitle, panel.strip.title);
    parts.strip.hidden = !panel.strip.title;
    // Choosing an image draws the strip anew; the keys must not go to the cell because of it.
    if (focused) (parts.stripList.querySelector(`button[data-key="${focused}"]`) ?? parts.chart).focus();
  };
  const drawPanel = () => {
    const panel = model.get("panel");
    if (!panel.methods) return;
    fillSelect(method.select, panel.methods, panel.method);
    fillSelect(colour.select, panel.colours, panel.colour);
    for (const one of buttons) one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format)));
    setText(busy, model.kernel.gone ? "" : panel.busy);
    showText(parts.gauge, panel.gauge);
    drawStrip(panel);
  };
  const takeAtlas = () => {
    sprite.take(model.get("atlas"));
    parts.root.dataset.atlas = model.get("atlas").cycle ?? "";
    parts.detail.replaceChildren(make("p", "", "Point at an image to see it here."));
    drawPanel();
  };
  const receive = (message, buffers) => {
    if (message?.type === "file" && message.page === page) download(message.name, buffers[0]);
  };
  model.kernel.onGone(drawPanel);
  model.on("change:panel", drawPanel);
  model.on("change:atlas", takeAtlas);
  model.on("msg:custom", receive);
  takeAtlas();

  const dots = new MapDots(parts.chart);
  let where = new Map(); // of the images, on the map that is shown
  let before = new Map(); // of those that glide, on the map before
  let shownCycle = null;
  let wired = false;
  return {
    config: { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true },
    barInside: true, // in the margin, where no title is
    prepare(data, theme) {
      const glides = ![null, model.get("panel").cycle].includes(shownCycle);
      before = glides && !matchMedia("(prefers-reduced-motion: reduce)").matches ? where : new Map();
      dots.take(data, before);
      for (const trace of data) {
        if (trace.meta?.outline !== "ink") continue;
        trace.marker = { ...trace.marker, line: { ...trace.marker.line, color: theme.ink } };
        if (String(trace.marker.symbol).endsWith("-open")) trace.marker.color = theme.ink;
      }
    },
    drawn() {
      cursor.hidden = true;
      parts.detail.hidden = false;
      if (!wired) {
        parts.chart.on("plotly_hover", (event) => {
          const key = event.points?.[0]?.customdata;
          if (key) showDetail(key);
        });
        dots.wire();
        wired = true;
      }
      dots.go(MOVE_MS);
      glide(parts.chart, before);
      shownCycle = model.get("panel").cycle;
      where = new Map(
        parts.chart.data.flatMap(({ customdata, x, y }) =>
          Array.from(customdata ?? [], (key, n) => [String(key), [x[n], y[n]]]),
        ),
      );
      parts.root.dataset.cycle = shownCycle;
    },
    selected: (event) => dots.selected(event),
    emptied() {
      wired = false;
      dots.close();
      parts.detail.hidden = true;
    },
    close() {
      model.off("change:panel", drawPanel);
      model.off("change:atlas", takeAtlas);
      model.off("msg:custom", receive);
      sprite.close();
      dots.close();
    },
  };
}

export default withKernel(chartView(extendMap));
