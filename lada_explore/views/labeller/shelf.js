// Images that are put before a person in place of the query, to be answered together: those like the one looked at,
// or those that were marked on the map.

import { setText } from "../base/page.js";

/** @import { Parts } from "./parts.js" */
/** @import { Asked, Shelf } from "./state.js" */

/**
 * What is shown while a shelf is open: its images, with what is asked of them now.
 *
 * @param {Asked} asked
 * @param {Shelf} shelf
 * @returns {Asked}
 */
export function onShelf(asked, shelf) {
  const known = new Map(asked.images.map((image) => [image.id, image]));
  const images = shelf.images.map((image, pair) => {
    const now = known.get(image.id);
    return { ...(now ?? image), pair, partner: -1, unasked: !now };
  });
  return { ...asked, images };
}

/**
 * Whether all of some images are on a shelf, and not all of them are asked.
 *
 * @param {number[]} ids
 * @param {Asked} asked
 * @param {Shelf} shelf
 */
export function needShelf(ids, asked, shelf) {
  const isAsked = new Set(asked.images.map(({ id }) => id));
  const there = new Set(shelf.images.map(({ id }) => id));
  return ids.every((id) => there.has(id)) && !ids.every((id) => isAsked.has(id));
}

/**
 * The sentence on the shelf that is open, and the way back.
 *
 * @param {Parts} parts
 * @param {Shelf | null} shelf
 */
export function drawShelf({ shelfBar, shelfText, strip }, shelf) {
  shelfBar.hidden = shelf === null;
  strip.classList.toggle("lada-lab-shelved", shelf !== null);
  if (!shelf) return;
  setText(shelfText, shelf.sentence);
  shelfBar.dataset.like = String(shelf.of >= 0);
}
