// Notes as one grey line: what each says first, and behind "why?" all that they say.

import { make, refill, setWithCode, withCode } from "./page.js";

/** @typedef {ReturnType<typeof notesLine>} NotesLine */

/**
 * The first sentence of a note, and what follows it.
 *
 * @param {string} note
 */
export function splitNote(note) {
  const [, first = note, rest = ""] = note.match(/^(.+?[.!?…])\s+(?=[\p{Lu}τλθ])(.+)$/su) ?? [];
  return { first, rest };
}

/** @param {string} label for screen readers */
export function notesLine(label) {
  const box = make("details", "lada-notes-line");
  box.setAttribute("aria-label", label);
  box.dataset.alone = ""; // opened in the page, with or without a kernel
  const summary = make("summary");
  const line = make("span", "lada-notes-first");
  const why = make("span", "lada-notes-why", "why?");
  summary.append(line, why);
  const list = make("ul");
  box.append(summary, list);
  return { box, line, why, list };
}

/**
 * @param {NotesLine} parts
 * @param {string[]} notes
 */
export function showNotes({ box, line, why, list }, notes) {
  const told = notes.map(splitNote);
  const more = notes.length > 1 || told.some(({ rest }) => rest);
  box.hidden = !notes.length;
  setWithCode(line, told.map(({ first }) => first).join(" "));
  line.title = line.textContent ?? "";
  why.hidden = !more;
  box.classList.toggle("lada-notes-short", !more);
  if (!more) box.open = false;
  refill(list, notes, () => (more ? notes.map(withCode) : []));
}
