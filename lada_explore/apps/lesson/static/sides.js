// Where the views of each run stand: one run has the sections of the page for itself, two share each of them.

import { make, setText, within } from "../../../views/base/page.js";
import { byId } from "./model.js";

const PARTS = /** @type {const} */ (["stages", "map", "mixer", "queries", "tau", "accuracy"]);

/** @typedef {(typeof PARTS)[number]} Part a section of the page */

/**
 * Where a run is shown.
 *
 * @typedef {object} Side
 * @property {Record<Part, HTMLElement>} elements in which its views are
 * @property {(told: Told) => void} tell says above them which cycle they show
 */

/** @typedef {{ says: string, ended: boolean }} Told what is said of the cycle, and whether the run ended before it */

/**
 * Makes a place for each run in every section.
 *
 * @param {string[]} names of the runs; of one run, "" needs no heading
 * @returns {Side[]}
 */
export function layOut(names) {
  const sections = PARTS.map((part) => within(byId(part), ".view"));
  if (names.length === 1) return [{ elements: byPart(sections), tell() {} }];
  document.body.dataset.runs = String(names.length);
  for (const section of sections) section.classList.add("sides");
  return names.map((name) => {
    const [places, said] = [/** @type {HTMLElement[]} */ ([]), /** @type {HTMLElement[]} */ ([])];
    for (const section of sections) {
      const [side, head, place] = [make("section", "side"), make("h3", "side-name", name), make("div", "side-view")];
      const told = make("span", "side-told");
      side.setAttribute("aria-label", `${byLabel(section)}, ${name}`);
      side.append(head, told, place);
      section.append(side);
      places.push(place);
      said.push(told);
    }
    const tell = (/** @type {Told} */ { says, ended }) => {
      for (const told of said) {
        setText(told, says);
        told.toggleAttribute("data-ended", ended);
      }
    };
    return { elements: byPart(places), tell };
  });
}

/** @param {HTMLElement[]} elements in the order of the parts */
function byPart(elements) {
  return /** @type {Record<Part, HTMLElement>} */ (
    Object.fromEntries(PARTS.map((part, place) => [part, elements[place]]))
  );
}

/** @param {HTMLElement} view of a section with a heading */
function byLabel(view) {
  return view.parentElement?.querySelector("h2")?.textContent ?? "";
}
