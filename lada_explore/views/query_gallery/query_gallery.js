// The queried images, pair by pair. Layout only; names and numbers come from the kernel and are shown as text.

import { withKernel } from "../base/kernel.js";
import { announced, button, classWords, make, setText, showText, viewRoot } from "../base/page.js";

/** @import { Given } from "../base/kernel.js" */

/**
 * One image of the gallery.
 *
 * @typedef {object} GalleryImage
 * @property {number} id
 * @property {string} url
 * @property {string} alt
 * @property {string} label
 * @property {boolean} answered whether the label is an answer, and not what is said while it is open
 * @property {string} guess
 * @property {string} detail
 * @property {string} transform data URL of its transform, empty for none
 */

/** @typedef {{ rank: string, images: GalleryImage[], lines: string[] }} Group a pair, or a single image */

/**
 * @typedef {object} GalleryState
 * @property {number} revision
 * @property {string} title
 * @property {string} caption
 * @property {string} error
 * @property {Group[]} groups
 */

/** @typedef {{ state: GalleryState, marks: { ids: number[], pair: number[] } }} GalleryTraits */

/** @typedef {{ item: HTMLElement, choose: HTMLElement, ids: number[], cards: HTMLElement[] }} Item of the list */

/**
 * @param {string} src
 * @param {string} alt
 */
function pixels(src, alt) {
  return Object.assign(make("img", "lada-pixels lada-image"), { src, alt, draggable: false });
}

/**
 * An image with its transform beside it, each under its name.
 *
 * @param {GalleryImage} image
 */
function withTransform(image) {
  const both = make("div", "lada-both");
  const named = [
    { name: "image", picture: pixels(image.url, image.alt) },
    { name: "its transform", picture: pixels(image.transform, `transform of ${image.alt}`) },
  ];
  for (const { name, picture } of named) {
    const one = make("div");
    one.append(make("span", "lada-detail", name), picture);
    both.append(one);
  }
  return both;
}

/** @param {GalleryImage} image */
function card(image) {
  const figure = make("figure", image.transform ? "lada-card lada-wide" : "lada-card");
  figure.dataset.id = String(image.id);
  const caption = make("figcaption");
  const words = classWords({ known: image.answered ? image.label : "", guess: image.guess });
  if (!image.answered) words.prepend(make("span", "lada-open", image.label));
  caption.append(words, make("span", "lada-detail", image.detail));
  figure.append(image.transform ? withTransform(image) : pixels(image.url, image.alt), caption);
  return figure;
}

/**
 * @param {Group} group
 * @param {(ids: number[]) => void} pick
 * @returns {Item}
 */
function groupItem(group, pick) {
  const item = make("li", "lada-query");
  const ids = group.images.map((image) => image.id);
  item.dataset.ids = ids.join(" ");
  // A click anywhere on the item picks it; the button is there for keys.
  const choose = button(ids.length > 1 ? "Choose this pair" : "Mark this image", "", () => {}, "lada-pick");
  choose.setAttribute("aria-label", `${choose.textContent}: ${group.images.map((image) => image.alt).join(" and ")}`);
  item.addEventListener("click", () => pick(ids));
  const images = make("div", "lada-cards");
  const cards = group.images.map(card);
  images.append(...cards);
  const head = make("div", "lada-query-head");
  head.append(make("span", "lada-rank", group.rank), choose);
  item.append(head, images);
  if (group.lines.length) {
    const facts = make("div", "lada-facts");
    facts.append(...group.lines.map((line) => make("span", "", line)));
    item.append(facts);
  }
  return { item, choose, ids, cards };
}

/**
 * Whether an item is the chosen pair or a marked image, and which of its images are marked.
 *
 * @param {Item} item
 * @param {GalleryTraits["marks"]} marks
 */
function showMarks({ item, choose, ids, cards }, marks) {
  const chosen = ids.length > 1 ? ids.every((id) => marks.pair.includes(id)) : marks.ids.includes(ids[0]);
  item.classList.toggle("lada-chosen", chosen);
  choose.setAttribute("aria-pressed", String(chosen));
  setText(choose, chosen ? "✓ chosen" : "choose");
  cards.forEach((figure, place) => {
    figure.classList.toggle("lada-marked", marks.ids.includes(ids[place]));
  });
}

/** @param {Given<GalleryTraits>} given */
function render({ model, el }) {
  const root = viewRoot(el, "lada-gallery", "Images asked about");
  const title = make("p", "lada-gallery-title");
  const error = announced("lada-gallery-error", "alert");
  const list = make("ol", "lada-queries");
  const caption = make("p", "lada-gallery-caption");
  root.append(title, error, list, caption);
  /** @type {Item[]} */
  let items = [];
  const mark = () => {
    for (const item of items) showMarks(item, model.get("marks"));
  };
  const draw = () => {
    const state = model.get("state");
    setText(title, state.title);
    showText(error, state.error);
    showText(caption, state.caption);
    title.title = state.caption; // in one line of images there is no room for it
    items = state.groups.map((group) => groupItem(group, (ids) => model.send({ type: "pick", ids })));
    list.replaceChildren(...items.map(({ item }) => item));
    mark();
    root.dataset.rev = String(state.revision);
  };
  model.on("change:state", draw);
  model.on("change:marks", mark);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:marks", mark);
  };
}

export default withKernel({ render });
