// Fits a figure to the width it gets: panels one below the other where there is no room beside each other, texts in
// lines or cut where they would be longer than their place, and a row above the chart for plotly's buttons.

const PANEL_PX = 250; // a panel narrower than this goes below the one before it
const SIDE_PX = 76; // what an axis with its numbers and title takes at the left
const BETWEEN_PX = 78; // between panels one below the other: axis, its title, and the next panel's title
const BAR_PX = 14; // more above the axes: then plotly's buttons do not reach down to a title
const LINE_PX = 15;
const SMALLEST_PX = 40;
const LONGEST_PX = 220; // of a name below an axis; the figure grows for it
const NARROW_PX = 420; // here every second cycle has its number

const pen = document.createElement("canvas").getContext("2d");

/** Text as plotly draws it, without the entities that keep it from reading names as markup (see text.py). */
const asDrawn = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#36;", "$").replaceAll("&amp;", "&");
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");

function widthOf(text, size, family) {
  pen.font = `${size}px ${family}`;
  return pen.measureText(asDrawn(text)).width;
}

/** A text cut with an ellipsis to a width in pixels. */
function cutTo(text, room, size, family) {
  if (widthOf(text, size, family) <= room) return text;
  const whole = asDrawn(text);
  let letters = whole.length - 1;
  while (letters > 1 && widthOf(escaped(`${whole.slice(0, letters)}…`), size, family) > room) letters -= 1;
  return escaped(`${whole.slice(0, letters).trimEnd()}…`);
}

/** A text in as few lines as fit a width; a word that is wider by itself is cut. */
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

const linesIn = (text) => text.split("<br>").length;
const axesOf = (layout, letter) => Object.keys(layout).filter((name) => new RegExp(`^${letter}axis\\d*$`).test(name));
const inside = ([left, right], [from, to]) => from >= left - 1e-6 && to <= right + 1e-6;

/** The layout with its panels, shares (left, right) of the width, one below the other, and `lines` of text between. */
function stacked(layout, panels, lines) {
  const { t = 0 } = layout.margin ?? {};
  const each = layout.height - t - 100; // px: 100 stand below for the axis and the legend
  const between = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between;
  const shares = panels.map((_, place) => {
    const top = 1 - (place * (each + between)) / all;
    return [top - each / all, top];
  });
  const within = (place, y) => shares[place][0] + y * (shares[place][1] - shares[place][0]);
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
    made[name] = { ...layout[name], domain: (layout[name].domain ?? [0, 1]).map((y) => within(place, y)) };
  }
  made.annotations = layout.annotations?.map((one) => {
    const place =
      one.xref === "paper" && one.yref === "paper" ? panels.findIndex((panel) => inside(panel, [one.x, one.x])) : -1;
    if (place < 0) return one;
    const [left, right] = panels[place];
    return { ...one, x: (one.x - left) / (right - left), y: within(place, one.y) };
  });
  return made;
}

/** About how wide the axes are in a figure of a width. */
const plotOf = ({ margin: { l = 0, r = 0 } = {} }, width) => width - Math.max(l, SIDE_PX) - r;

/** Titles of axes, panels and the figure in lines that fit. */
function fitTitles(layout, width, panels, family) {
  const plot = plotOf(layout, width);
  const made = { ...layout };
  for (const letter of ["x", "y"]) {
    for (const name of axesOf(layout, letter)) {
      const { title, domain = [0, 1] } = layout[name];
      if (!title?.text) continue;
      const share = domain[1] - domain[0];
      const room = letter === "x" ? share * plot : share * (layout.height - 130);
      made[name] = {
        ...layout[name],
        title: { ...title, text: inLines(title.text, Math.max(SMALLEST_PX, room), 12, family) },
      };
    }
  }
  let extra = 0;
  made.annotations = layout.annotations?.map((one) => {
    if (one.xref !== "paper" || one.yref !== "paper") return one;
    const panel = panels.find(([left, right]) => one.x >= left - 1e-6 && one.x < right) ?? [0, 1];
    const until = panels.find(([left]) => left > panel[0])?.[0] ?? 1;
    const text = inLines(one.text, (until - panel[0]) * plot - 8, one.font?.size ?? 12, family);
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

/** Room above the axes; the axes keep their height. */
function taller(layout, px) {
  return { ...layout, height: layout.height + px, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + px } };
}

/** Names along the axes as long as there is room for them, up to a third of the width, and numbers that do not touch. */
function fitNames(layout, width, family) {
  const made = { ...layout };
  for (const letter of ["x", "y"]) {
    for (const name of axesOf(layout, letter)) {
      const { ticktext, dtick } = layout[name];
      if (letter === "x" && dtick === 1 && width < NARROW_PX)
        made[name] = { ...layout[name], ticklabelstep: 2, tickangle: 0 };
      if (!ticktext) continue;
      const room = letter === "y" ? 0.34 * width : Math.min(LONGEST_PX, 0.45 * width);
      made[name] = { ...layout[name], ticktext: ticktext.map((text) => cutTo(text, room, 12, family)) };
    }
  }
  return made;
}

/**
 * The figure as it is drawn in a width: { data, layout }.
 *
 * @param layout with a height; `meta.panels` holds the shares (left, right) of the width that its panels take.
 * @param bar whether plotly's buttons need a row above the axes.
 */
export function fitted({ data, layout }, width, family, bar) {
  if (!width) return { data, layout };
  let panels = layout.meta?.panels ?? [];
  let made = layout;
  if (panels.length > 1 && panels.some(([left, right]) => (right - left) * plotOf(layout, width) < PANEL_PX)) {
    const written = (texts) =>
      Math.max(1, ...texts.filter(Boolean).map((text) => linesIn(inLines(text, plotOf(made, width), 13, family))));
    const titles = (made.annotations ?? []).filter((one) => one.xref === "paper" && one.yref === "paper");
    const lines =
      written(titles.map((one) => one.text)) + written(axesOf(made, "x").map((name) => made[name].title?.text));
    made = stacked(made, panels, lines);
    panels = [];
  }
  made = fitNames(fitTitles(made, width, panels, family), width, family);
  if (bar) made = taller(made, BAR_PX);
  const room = width - 70;
  // Not copies: who prepared these traces looks at what plotly changes in them, such as what the legend hides.
  for (const trace of data) if (trace.name) trace.name = inLines(trace.name, room, 11.5, family);
  return { data, layout: { ...made, width } };
}
