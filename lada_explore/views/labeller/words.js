// The labeller's sentences and controls, as they stand now.

import { setText, setWithCode, showProgress, showText } from "../base/page.js";
import { FEW_CLASSES } from "./classes.js";
import { COMMANDS, keyHelp } from "./keys.js";
import { showKey } from "./parts.js";

/** @import { Keys } from "./keys.js" */
/** @import { PageState } from "./page_state.js" */
/** @import { Parts } from "./parts.js" */
/** @import { ActionQueue } from "./queue.js" */
/** @import { Situation } from "./situation.js" */

const SILENT_MS = 3000;
const SKIPPED_NAMED = 8; // images set aside that are named

/**
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 * @param {ActionQueue} queue
 * @param {string} error
 * @param {Keys} keys
 */
export function drawWords(parts, now, view, queue, error, keys) {
  drawProgress(parts, now, view);
  drawSaving(parts, now.marks.answered > 0, queue);
  showText(parts.error, error);
  drawControls(parts, now, view, queue);
  drawFoot(parts, now);
  drawKeys(parts, now.asked.class_names, view, keys);
  const { root } = parts;
  root.dataset.kind = now.asked.kind;
  root.dataset.cycle = String(now.asked.cycle);
  root.dataset.waiting = String(queue.waiting.length);
  root.dataset.idle = String(!now.asked.images.length);
  root.dataset.at = String(view.at ?? "");
}

/**
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 */
function drawProgress(parts, { marks }, view) {
  setText(parts.sentence, marks.sentence);
  setText(parts.progress, marks.progress);
  setText(parts.pace, marks.pace.find(([name]) => name === view.annotator)?.[1] ?? "");
  showProgress(parts, marks.answered, marks.total);
}

/**
 * What is saved, and what is in the way of saving.
 *
 * @param {Parts} parts
 * @param {boolean} some whether anything is saved
 * @param {ActionQueue} queue
 */
function drawSaving(parts, some, queue) {
  const { failed, lost, silentMs } = queue;
  const waits = queue.waiting.length;
  const silent = waits > 0 && !failed && silentMs > SILENT_MS;
  const stuck = Boolean(lost || failed || silent);
  const well = waits ? `${waits} being saved …` : some ? "✓ all saved" : "";
  setText(parts.saved, stuck ? `${waits} not saved` : well);
  const left = waits > 1 ? `; ${waits - 1} more wait behind it` : "";
  const busy = `The kernel has been silent for ${Math.round(silentMs / 1000)} s: ${waits} not saved yet. They are sent again until it answers; keep this page open.`;
  setWithCode(parts.troubleText, lost || (failed ? `Not saved: ${failed}${left}` : silent ? busy : ""));
  parts.trouble.hidden = !stuck;
  parts.again.hidden = parts.drop.hidden = !failed;
}

/**
 * @param {Parts} parts
 * @param {Situation} now
 * @param {PageState} view
 * @param {ActionQueue} queue
 */
function drawControls(parts, now, view, queue) {
  const { asked, marks } = now;
  const { undo, grid, guess, alike } = parts.commands;
  const steps = marks.undo.find(([person]) => marks.people[person] === view.annotator)?.[1] ?? 0;
  for (const one of parts.needImages) one.setAttribute("aria-disabled", String(!asked.images.length));
  undo.setAttribute("aria-disabled", String(!steps && !queue.waiting.length));
  undo.dataset.says = `Undo your last action; ${steps} can be taken back before one that a training has used`;
  grid.setAttribute("aria-pressed", String(view.grid));
  alike.setAttribute("aria-pressed", String(!parts.shelfBar.hidden && parts.shelfBar.dataset.like === "true"));
  guess.setAttribute("aria-pressed", String(view.guess));
  parts.sort.setAttribute("aria-pressed", String(view.sorted));
  parts.sort.hidden = !view.sorted && asked.images.every(({ guessed }) => guessed < 0);
  setText(parts.last, view.last === null ? "" : `last: ${now.nameOf(view.last)}`);
  parts.goOn.hidden = !marks.go_on;
  parts.enough.hidden = !marks.may_end_start;
  parts.grow.hidden = !asked.may_grow;
  parts.side.hidden = asked.images.length === 0 && !asked.may_grow;
  parts.body.classList.toggle("lada-lab-many", asked.class_names.length > FEW_CLASSES);
}

/**
 * The rule, what was set aside, and what came of the look for new images.
 *
 * @param {Parts} parts
 * @param {Situation} now
 */
function drawFoot(parts, { marks: { rule, skipped, looks, found } }) {
  parts.find.setAttribute("aria-disabled", String(looks));
  showText(parts.found, found);
  if (document.activeElement !== parts.rule) parts.rule.value = rule;
  parts.aside.hidden = skipped.length === 0;
  const named = skipped.slice(0, SKIPPED_NAMED).join(", ");
  setText(parts.asideText, `${skipped.length} set aside: ${named}${skipped.length > SKIPPED_NAMED ? " …" : ""} `);
}

/**
 * The keys, on their buttons and in a sentence.
 *
 * @param {Parts} parts
 * @param {string[]} classNames
 * @param {PageState} view
 * @param {Keys} keys
 */
function drawKeys(parts, classNames, view, keys) {
  for (const name of COMMANDS) if (name !== "find") showKey(parts.commands[name], keys.commands[name][0]);
  parts.filter.placeholder = `Find a class: ${keys.commands.find[0]}`;
  setText(parts.changed, view.newKeys ? `The keys have changed; ${keys.commands.keys[0]} lists them.` : "");
  setText(parts.help, `${view.newKeys ? "The keys have changed. " : ""}${keyHelp(classNames, keys)}`);
}
