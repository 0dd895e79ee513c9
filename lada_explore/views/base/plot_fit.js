// Fits a figure to the width it gets: panels one below the other where there is no room beside each other, texts in
// lines or cut where they would be longer than their place, and a row above the chart for plotly's buttons.

import { penOf } from "./page.js";

const PANEL_PX = 250; // a panel narrower than this goes below the one before it
export const TIGHT_PX = 170; // or than this, in a figure that cannot be higher for it
const SIDE_PX = 76; // what an axis with its numbers and title takes at the left
const BETWEEN_PX = 78; // between panels one below the other: axis, its title, and the next panel's title
const BAR_PX = 14; // more above the axes: then plotly's buttons do not reach down to a title
const LINE_PX = 15;
const SMALLEST_PX = 40;
const LONGEST_PX = 220; // of a name below an axis; the figure grows for it
const NARROW_PX = 420; // here every second cycle has its number
const NARROWEST_PX = 260; // and here every fourth

/** @import { Annotation, AxisName, Layout, Span } from "./figure.js" */

/** @typedef {"x" | "y"} Letter */

const LETTERS = /** @type {const} */ (["x", "y"]);

const pen = penOf(document.createElement("canvas"));

/**
 * Text as plotly draws it, without the entities that keep it from reading names as markup (see text.py).
 *
 * @param {string} text
 */
const asDrawn = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#36;", "$").replaceAll("&amp;", "&");
/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");

/**
 * @param {string} text
 * @param {number} size of its font
 * @param {string} family of its font
 */
function widthOf(text, size, family) {
  pen.font = `${size}px ${family}`;
  return pen.measureText(asDrawn(text)).width;
}

/**
 * A text cut with an ellipsis to a width in pixels.
 *
 * @param {string} text
 * @param {number} room
 * @param {number} size
 * @param {string} family
 */
function cutTo(text, room, size, family) {
  if (widthOf(text, size, family) <= room) return text;
  const whole = asDrawn(text);
  let letters = whole.length - 1;
  while (letters > 1 && widthOf(escaped(`${whole.slice(0, letters)}…`), size, family) > room) letters -= 1;
  return escaped(`${whole.slice(0, letters).trimEnd()}…`);
}

/**
 * A text in as few lines as fit a width; a word that is wider by itself is cut.
 *
 * @param {string} text
 * @param {number} room
 * @param {number} size
 * @param {string} family
 */
function inLines(text, room, size, family) {
  if (!text || text.includes("<") || widthOf(text, size, family) <= room) return text;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && widthOf(longer, size, family) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => cutTo(line, room, size, family)).join("<br>");
}

/** @param {string} text */
const linesIn = (text) => text.split("<br>").length;

/**
 * @param {Layout} layout
 * @param {Letter} letter
 */
const axesOf = (layout, letter) =>
  /** @type {AxisName[]} */ (Object.keys(layout)).filter((name) => new RegExp(`^${letter}axis\\d*$`).test(name));

/**
 * @param {Span} outer
 * @param {Span} inner
 */
const inside = ([left, right], [from, to]) => from >= left - 1e-6 && to <= right + 1e-6;

/** @param {Annotation} one */
const onPaper = (one) => one.xref === "paper" && one.yref === "paper";

/**
 * The layout with its panels one below the other.
 *
 * @param {Layout} layout
 * @param {Span[]} panels shares of the width
 * @param {number} lines of text between two of them
 */
function stacked(layout, panels, lines) {
  const { t = 0 } = layout.margin ?? {};
  const each = layout.height - t - 100; // px: 100 stand below for the axis and the legend
  const between = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between;
  /** @type {(place: number, y: number) => number} */
  const within = (place, y) => 1 - (place * (each + between) + (1 - y) * each) / all;
  /** @type {Layout} */
  const made = { ...layout, height: layout.height + all - each };
  const placeOf = new Map();
  for (const name of axesOf(layout, "x")) {
    const place = panels.findIndex((panel) => inside(panel, layout[name].domain ?? [0, 1]));
    if (place < 0) continue;
    placeOf.set(name.replace("axis", ""), place);
    made[name] = { ...layout[name], domain: [0, 1] };
  }
  for (const name of axesOf(layout, "y")) {
    const place = placeOf.get(layout[name].anchor ?? "x");
    if (place === undefined) continue;
    const [from, to] = layout[name].domain ?? [0, 1];
    made[name] = { ...layout[name], domain: [within(place, from), within(place, to)] };
  }
  made.annotations = layout.annotations?.map((one) => {
    const place = onPaper(one) ? panels.findIndex((panel) => inside(panel, [one.x, one.x])) : -1;
    if (place < 0) return one;
    const [left, right] = panels[place];
    return { ...one, x: (one.x - left) / (right - left), y: within(place, one.y) };
  });
  return made;
}

/**
 * About how wide the axes are in a figure of a width.
 *
 * @param {Layout} layout
 * @param {number} width
 */
const plotOf = ({ margin: { l = 0, r = 0 } = {} }, width) => width - Math.max(l, SIDE_PX) - r;

/**
 * Titles of axes, panels and the figure in lines that fit.
 *
 * @param {Layout} layout
 * @param {number} width
 * @param {Span[]} panels
 * @param {string} family
 */
function fitTitles(layout, width, panels, family) {
  const made = fitAxisTitles(layout, width, family);
  let extra = 0;
  made.annotations = layout.annotations?.map((one) => {
    if (!onPaper(one)) return one;
    const panel = panels.find(([left, right]) => one.x >= left - 1e-6 && one.x < right) ?? [0, 1];
    const until = panels.find(([left]) => left > panel[0])?.[0] ?? 1;
    const room = (until - panel[0]) * plotOf(layout, width) - 8;
    const text = inLines(one.text, room, one.font?.size ?? 12, family);
    extra = Math.max(extra, linesIn(text) - 1);
    return { ...one, text };
  });
  if (layout.title?.text) {
    const text = inLines(layout.title.text, width - 16, layout.title.font?.size ?? 13, family);
    extra = Math.max(extra, linesIn(text) - 1);
    made.title = { ...layout.title, text };
  }
  return extra ? taller(made, extra * LINE_PX) : made;
}

/**
 * @param {Layout} layout
 * @param {number} width
 * @param {string} family
 */
function fitAxisTitles(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { title, domain = [0, 1] } = layout[name];
      if (!title?.text) continue;
      const whole = letter === "x" ? plotOf(layout, width) : layout.height - 130;
      const text = inLines(title.text, Math.max(SMALLEST_PX, (domain[1] - domain[0]) * whole), 12, family);
      made[name] = { ...layout[name], title: { ...title, text } };
    }
  }
  return made;
}

/**
 * Room above the axes; the axes keep their height.
 *
 * @param {Layout} layout
 * @param {number} px
 */
function taller(layout, px) {
  return { ...layout, height: layout.height + px, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + px } };
}

/**
 * Names along the axes as long as there is room for them, up to a third of the width, and numbers that do not touch.
 *
 * @param {Layout} layout
 * @param {number} width
 * @param {string} family
 */
function fitNames(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { ticktext, dtick } = layout[name];
      if (letter === "x" && Number.isInteger(dtick) && width < NARROW_PX)
        made[name] = { ...layout[name], ticklabelstep: width < NARROWEST_PX ? 4 : 2, tickangle: 0 };
      if (!ticktext) continue;
      const room = letter === "y" ? 0.34 * width : Math.min(LONGEST_PX, 0.45 * width);
      made[name] = { ...layout[name], ticktext: ticktext.map((text) => cutTo(text, room, 12, family)) };
    }
  }
  return made;
}

/**
 * How many lines the longest of some texts takes in a width.
 *
 * @param {(string | undefined)[]} texts
 * @param {number} room
 * @param {string} family
 */
function mostLines(texts, room, family) {
  return Math.max(1, ...texts.map((text) => (text ? linesIn(inLines(text, room, 13, family)) : 1)));
}

/**
 * The figure as it is drawn in a width.
 *
 * @template {{ name?: string }} T
 * @param {object} figure
 * @param {T[]} figure.data
 * @param {Layout} figure.layout
 * @param {number} width
 * @param {string} family of its font
 * @param {boolean} bar whether plotly's buttons need a row above the axes
 * @param {number} [least] px of a panel; a narrower one goes below the one before it
 */
export function fitted({ data, layout }, width, family, bar, least = PANEL_PX) {
  if (!width) return { data, layout };
  let panels = layout.meta?.panels ?? [];
  let made = layout;
  if (panels.length > 1 && panels.some(([left, right]) => (right - left) * plotOf(layout, width) < least)) {
    const titles = (layout.annotations ?? []).filter(onPaper).map(({ text }) => text);
    const below = axesOf(layout, "x").map((name) => layout[name].title?.text);
    const room = plotOf(layout, width);
    made = stacked(layout, panels, mostLines(titles, room, family) + mostLines(below, room, family));
    panels = [];
  }
  made = fitNames(fitTitles(made, width, panels, family), width, family);
  if (bar) made = taller(made, BAR_PX);
  const room = layout.meta?.names ?? width - 70;
  // Not copies: who prepared these traces looks at what plotly changes in them, such as what the legend hides.
  for (const trace of data) if (trace.name) trace.name = inLines(trace.name, room, 11.5, family);
  return { data, layout: { ...made, width } };
}
