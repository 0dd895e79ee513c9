// The images: all beside each other or one at a time, the row below a single one, and what there is to know about it.

import { make, refill, setText, within } from "../base/page.js";
import { SIZES } from "./page_state.js";
import { labButton } from "./parts.js";
import { canvasFor } from "./pictures.js";

/** @import { PageState } from "./page_state.js" */
/** @import { Parts } from "./parts.js" */
/** @import { ImageState, Sign, Situation } from "./situation.js" */
/** @import { AskedImage, Mark } from "./state.js" */

/** @typedef {(id: number, event: MouseEvent) => void} Pick looks at an image, or selects it */
/** @typedef {(id: number, label: number) => void} Adjudicate decides for all what an image is */

const PER_PAGE = 60; // images of a grid that are in the page at once
const STRIP = 15; // images of the row below a single one
const STRIP_PX = 42;
const SHELF_PX = 72;
const PARTNER_PX = 112;
const ACCEPT = "Answer what the model guesses, for each image that is selected or for this one";
/** @type {Record<Sign, string>} */
const SIGNS = { open: "○", saved: "✓", saving: "…", unsaved: "!", disputed: "≠", leaving: "…" };

/**
 * @param {AskedImage} image
 * @param {number} px
 * @param {Pick} onPick
 */
function card(image, px, onPick) {
  const made = make("button", "lada-lab-card");
  made.type = "button";
  made.dataset.id = String(image.id);
  made.style.setProperty("--px", `${px}px`);
  const tick = make("span", "lada-lab-tick", "✓");
  tick.title = "Select the image, or not, to answer it with others";
  made.append(canvasFor(image.id, px, `image ${image.id}`), make("span", "lada-lab-state"), tick);
  made.addEventListener("click", (event) => onPick(image.id, event));
  return made;
}

/**
 * @param {HTMLElement} element a card
 * @param {Situation} now
 * @param {PageState} view
 * @param {boolean} words whether it has room for words
 */
function showCard(element, now, view, words) {
  const id = Number(element.dataset.id);
  const { sign, text } = now.stateOf(id);
  const image = now.asked.images[now.place(id)];
  element.dataset.state = sign;
  element.setAttribute("aria-pressed", String(id === view.at));
  const flag = now.flagged(id) ? " ⚑" : "";
  const guess = words && view.guess && image.guess ? `guess: ${image.guess}` : "";
  const caption = sign === "open" && guess ? guess : text;
  setText(within(element, ".lada-lab-state"), `${SIGNS[sign]}${words ? ` ${caption}` : ""}${flag}`);
  element.title = `image ${id}${image.name ? `, ${image.name}` : ""}: ${text}${guess ? `\n${guess}` : ""}`;
}

/**
 * The images in order, those of a pair together.
 *
 * @param {AskedImage[]} images
 */
export function pairsOf(images) {
  /** @type {AskedImage[][]} */
  const groups = [];
  for (const image of images) {
    const last = groups.at(-1);
    if (last && image.partner >= 0 && last[0].pair === image.pair) last.push(image);
    else groups.push([image]);
  }
  return groups;
}

/**
 * @param {AskedImage[]} group a pair, or a single image
 * @param {number} px
 * @param {Pick} onPick
 */
function groupBox(group, px, onPick) {
  const paired = group[0].partner >= 0;
  const box = make("div", paired ? "lada-lab-pair" : "lada-lab-single");
  if (paired) box.append(make("span", "lada-lab-pair-name", `pair ${group[0].pair + 1}`));
  const cards = make("div", "lada-lab-cards");
  cards.append(...group.map((image) => card(image, px, onPick)));
  box.append(cards);
  return box;
}

/**
 * The cards of the grid, in order.
 *
 * @param {Parts} parts
 */
export function cardsIn({ stage }) {
  /** @type {NodeListOf<HTMLElement>} */
  const found = stage.querySelectorAll(".lada-lab-card");
  return [...found];
}

/**
 * All images beside each other, a page of them at a time. Returns the ids of those shown.
 *
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 * @param {Pick} onPick
 */
export function drawGrid(parts, now, view, onPick) {
  const { images } = now.asked;
  const px = SIZES.grid[view.sizes.grid];
  const page = Math.floor(Math.max(0, now.place(view.at)) / PER_PAGE);
  const from = page * PER_PAGE;
  const shown = images.slice(from, from + PER_PAGE);
  refill(parts.stage, ["grid", px, page, shown], () => {
    const list = make("div", "lada-lab-grid");
    list.append(...pairsOf(shown).map((group) => groupBox(group, px, onPick)));
    const words = images.length > PER_PAGE ? `Images ${from + 1} to ${from + shown.length} of ${images.length}` : "";
    const sheet = make("div", "lada-lab-sheet");
    sheet.append(list, make("p", "lada-lab-pages", words));
    return [sheet, make("div", "lada-lab-about")];
  });
  for (const element of cardsIn(parts)) {
    const moved = Number(element.dataset.id) === view.at && element.getAttribute("aria-pressed") === "false";
    showCard(element, now, view, true);
    if (moved) element.scrollIntoView({ block: "nearest" });
  }
  return shown.map(({ id }) => id);
}

/**
 * The image looked at, with its partner small beside it. Returns the ids of those shown.
 *
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 */
export function drawOne(parts, now, view) {
  const { images, kind } = now.asked;
  const image = images[now.place(view.at)];
  if (!image) {
    const words = images.length
      ? "Every image is answered. The arrow keys lead back to them."
      : "Nothing is asked now.";
    refill(parts.stage, ["none", images.length, kind], () => [make("p", "lada-lab-nothing", words)]);
    return [];
  }
  const partner = images.find(({ id }) => id === image.partner);
  // The frame stays the same element, so that the focus stays where it is.
  refill(parts.stage, ["one"], () => [parts.zoom.figure, besideBox(parts.zoom.note)]);
  refill(within(parts.stage, ".lada-lab-partner"), [partner?.id], () => (partner ? partnerOf(partner) : []));
  if (!partner) return [image.id];
  const { sign, text } = now.stateOf(partner.id);
  setText(
    within(parts.stage, ".lada-lab-partner-text"),
    `Paired with (${sign === "open" ? "not labelled yet" : text})`,
  );
  return [image.id, partner.id];
}

/** @param {HTMLElement} note on the picture */
function besideBox(note) {
  const beside = make("div", "lada-lab-beside");
  beside.append(make("div", "lada-lab-about"), note, make("div", "lada-lab-partner"));
  return beside;
}

/** @param {AskedImage} partner */
function partnerOf(partner) {
  const canvas = canvasFor(partner.id, PARTNER_PX, `the image it is paired with, image ${partner.id}`);
  return [make("span", "lada-lab-partner-text"), canvas];
}

/**
 * Name, answers and reasons of the image looked at.
 *
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 * @param {Adjudicate} adjudicate
 * @param {() => void} accept answers what the model guesses
 */
export function drawAbout(parts, now, view, adjudicate, accept) {
  /** @type {HTMLElement | null} */
  const about = parts.stage.querySelector(".lada-lab-about");
  if (!about) return;
  const image = now.asked.images[now.place(view.at)];
  if (!image) {
    const words = now.asked.images.length ? "Every image is answered." : "";
    refill(about, ["none", words], () => [make("p", "lada-lab-nothing", words)]);
    return;
  }
  const mark = now.mark(image.id);
  const state = now.stateOf(image.id);
  const flagged = now.flagged(image.id);
  const { people } = now.marks;
  refill(about, [image, state, mark, view.guess, flagged, people, now.asked.class_names], () => {
    const said = [make("p", "lada-lab-name", image.name || `image ${image.id}`), standsLine(state, flagged)];
    if (mark?.disputed) said.push(disputeBox(image.id, mark, now, adjudicate));
    const guess = image.guess || "none, no model has looked at this image";
    if (view.guess) said.push(make("p", "lada-lab-guess", `guess: ${guess}`));
    if (view.guess && image.guessed >= 0) said.push(labButton("Accept the guess", ACCEPT, accept, "Enter"));
    return [...said, reasonsOf(image)];
  });
}

/**
 * @param {ImageState} state
 * @param {boolean} flagged
 * @returns {HTMLElement}
 */
function standsLine({ sign, text }, flagged) {
  const line = make("p", "lada-lab-stands", `${SIGNS[sign]} ${text}${flagged ? " ⚑ flagged" : ""}`);
  line.dataset.state = sign;
  return line;
}

/** @param {AskedImage} image */
function reasonsOf(image) {
  const why = make("ul", "lada-lab-why");
  const lines = image.name ? [`image ${image.id}`, ...image.why] : image.why;
  why.append(...lines.map((line) => make("li", "", line)));
  return why;
}

/**
 * Who says what, and a button for each class that was said.
 *
 * @param {number} id
 * @param {Mark} mark
 * @param {Situation} now
 * @param {Adjudicate} adjudicate
 */
function disputeBox(id, mark, now, adjudicate) {
  const box = make("div", "lada-lab-dispute");
  const says = mark.answers.map(([person, label]) => `${now.marks.people[person]}: ${now.nameOf(label)}`);
  box.append(make("p", "", says.join(" · ")));
  for (const label of new Set(mark.answers.map(([, given]) => given))) {
    const name = now.nameOf(label);
    const says = `Decide for all that it is ${name}; counts more than the rule`;
    box.append(labButton(`Decide: ${name}`, says, () => adjudicate(id, label)));
  }
  return box;
}

/**
 * Scrolls a row to one of its cards, and nothing but the row.
 *
 * @param {HTMLElement} one
 * @param {HTMLElement} row
 */
function bringIntoSight(one, row) {
  const [box, frame] = [one.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.left < frame.left || box.right > frame.right)
    row.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
}

/**
 * The row below a single image: those around it, or all of a shelf that is open. Returns the ids of those shown.
 *
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 * @param {Pick} onPick
 */
export function drawStrip(parts, now, view, onPick) {
  const { images } = now.asked;
  parts.strip.hidden = view.grid && images.length > 0;
  if (parts.strip.hidden) return [];
  const shelved = parts.strip.classList.contains("lada-lab-shelved");
  const [length, px] = shelved ? [images.length, SHELF_PX] : [STRIP, STRIP_PX];
  // With nothing left to answer, those that were answered last.
  const place = view.at === null ? images.length - 1 : now.place(view.at);
  const start = Math.max(0, Math.min(place - Math.floor(length / 2), images.length - length));
  const shown = images.slice(start, start + length);
  const ids = shown.map(({ id }) => id);
  refill(parts.strip, [px, ids], () => shown.map((image) => card(image, px, onPick)));
  for (const element of parts.strip.children) {
    const one = /** @type {HTMLElement} */ (element);
    const moved = Number(one.dataset.id) === view.at && one.getAttribute("aria-pressed") !== "true";
    showCard(one, now, view, shelved);
    if (moved) bringIntoSight(one, parts.strip);
  }
  return ids;
}
