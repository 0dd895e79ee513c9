// A row of the ledger: a pair with its place, its images and a bar of its three terms.

import { classWords, make, refill, setText } from "../base/page.js";
import { fixed, thumbnail } from "../base/pair_parts.js";
import { TERMS } from "./ledger.js";

/** @import { Ledger, Ranking } from "./ledger.js" */

/** @typedef {ReturnType<typeof buildRow>} Row */

/** @typedef {"stays" | "enters" | "leaves" | "other"} Status what becomes of a pair under other weights */

/** @type {Record<Status, string>} */
const STATUS = { stays: "● stays", enters: "▲ enters", leaves: "▼ leaves", other: "" };

/**
 * @param {boolean} queried
 * @param {boolean} chosen
 * @returns {Status}
 */
function statusOf(queried, chosen) {
  if (queried) return chosen ? "stays" : "leaves";
  return chosen ? "enters" : "other";
}

/**
 * A row, made once a state; `refreshRow` writes what the weights change.
 *
 * @param {Ledger} ledger
 * @param {number} row
 * @param {(ids: number[]) => void} onPick
 */
export function buildRow(ledger, row, onPick) {
  const ids = [...ledger.pairIds.subarray(2 * row, 2 * row + 2)];
  const both = (/** @type {string[]} */ [first, second]) =>
    first || second ? `${first || "?"} + ${second || "?"}` : "";
  const namesOf = (/** @type {string[]} */ names) => both(names.slice(2 * row, 2 * row + 2));
  const item = make("li", "lada-led-item");
  const pick = make("button", "lada-led-row lada-pair-row");
  pick.type = "button";
  pick.dataset.row = String(row);
  const status = make("span", "lada-led-status");
  const rank = make("span", "lada-led-rank");
  const images = make("span", "lada-led-images");
  const total = make("span", "lada-led-total");
  const score = total.appendChild(make("span"));
  total.append(" ", make("span", "lada-led-unit", ledger.unit)); // shown once, where there is no head that says it
  const words = make("span", "lada-led-words");
  const named = classWords({ known: namesOf(ledger.known), guess: namesOf(ledger.guesses) });
  words.append(named, make("span", "lada-led-ids", `ids ${ids.join(", ")}`));
  const bar = make("span", "lada-led-bar");
  const segments = TERMS.map((_, term) => buildSegment(term));
  bar.append(...segments.map(({ segment }) => segment));
  pick.append(status, rank, images, words, bar, total);
  pick.addEventListener("click", () => onPick(ids));
  item.append(pick);
  return { item, pick, ids, status, rank, images, score, segments };
}

/** @param {number} term */
function buildSegment(term) {
  const segment = make("span", `lada-led-segment lada-led-term-${term}`);
  const share = segment.appendChild(make("span", "lada-led-share"));
  return { segment, share };
}

/**
 * @param {Row} parts
 * @param {Ledger} ledger
 * @param {number} row
 * @param {Ranking} ranking
 * @param {number[]} weights
 * @param {number} longest sum of the terms whose bar is as wide as the column
 */
export function refreshRow(parts, ledger, row, { places, scores }, weights, longest) {
  const place = places.get(row) ?? 0;
  const before = ledger.placeBefore.get(row);
  const status = statusOf(Boolean(ledger.queried[row]), place <= ledger.asked);
  setText(parts.status, STATUS[status]);
  parts.pick.dataset.status = status;
  parts.pick.setAttribute("aria-pressed", String(row === ledger.selected));
  setText(parts.rank, before === place ? `${place}` : `${place} (was ${before})`);
  const amounts = weights.map((weight, term) => weight * ledger.terms[3 * row + term]);
  parts.segments.forEach(({ segment, share }, term) => {
    segment.style.width = `${longest > 0 ? (100 * Math.max(0, amounts[term])) / longest : 0}%`;
    setText(share, fixed(amounts[term]));
  });
  setText(parts.score, fixed(scores[row]));
  const words = amounts.map((amount, term) => `${TERMS[term].name} ${fixed(amount)}`);
  parts.pick.title = `${words.join(", ")} ${ledger.unit}`;
}

/**
 * @param {Row} parts
 * @param {Map<number, string>} images
 */
export function showThumbnails({ ids, images: box }, images) {
  const key = ids.map((id) => images.get(id)?.length ?? "");
  refill(box, key, () => ids.map((id) => thumbnail(images.get(id), `image ${id}`)));
}
