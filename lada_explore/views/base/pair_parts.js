// What the views of pairs share: sliders, images and sentences.

import { announced, make, showText, viewRoot } from "./page.js";

/**
 * A native slider: arrow keys, Home, End and Page keys come with it.
 *
 * @param {string} label
 * @param {{ min: number, max: number, step: number, value: number }} range
 * @param {() => void} onInput
 */
export function slider(label, { min, max, step, value }, onInput) {
  const made = make("input", "lada-pair-range");
  Object.assign(made, { type: "range", min, max, step });
  made.value = String(value);
  made.setAttribute("aria-label", label);
  made.addEventListener("input", onInput);
  return made;
}

/**
 * A thumbnail, or a box that says that the record did not keep the image.
 *
 * @param {string | undefined} url
 * @param {string} alt
 */
export function thumbnail(url, alt) {
  if (!url) {
    const missing = make("span", "lada-pair-missing", "not kept");
    missing.setAttribute("role", "img");
    missing.setAttribute("aria-label", `${alt}, not kept in the record`);
    return missing;
  }
  const image = make("img", "lada-pair-thumb lada-image");
  Object.assign(image, { src: url, alt, draggable: false });
  return image;
}

/**
 * The frame of a view: title, sentences, body, caption; `body` is hidden while there is only a message.
 *
 * @param {HTMLElement} el
 * @param {string} className
 * @param {string} label
 */
export function pairView(el, className, label) {
  const root = viewRoot(el, `lada-pair ${className}`, label);
  const parts = {
    root,
    title: make("p", "lada-pair-title"),
    error: announced("lada-pair-error", "alert"),
    note: make("p", "lada-pair-note"),
    message: make("p", "lada-pair-message"),
    body: make("div", "lada-pair-body"),
    caption: make("p", "lada-pair-caption"),
  };
  root.append(parts.title, parts.error, parts.note, parts.message, parts.body, parts.caption);
  return parts;
}

/** @typedef {"title" | "error" | "note" | "message" | "caption"} Sentence */

/** @typedef {Partial<Record<Sentence, string>>} Sentences */

/** @typedef {Sentences & { revision: number, title?: "" }} MessageOnly the state of a view that has nothing to show */

/**
 * Whether there is something to show, and not only a message.
 *
 * @template {Sentences} T
 * @param {T | MessageOnly} state
 * @returns {state is T}
 */
export function hasBody(state) {
  return Boolean(state.title);
}

const SENTENCES = /** @type {const} */ (["title", "error", "note", "message", "caption"]);

/** @typedef {ReturnType<typeof pairView>} PairFrame */

/**
 * @param {PairFrame} parts
 * @param {Sentences} state
 */
export function writeSentences(parts, state) {
  for (const name of SENTENCES) showText(parts[name], state[name] ?? "");
  parts.body.hidden = !state.title;
}

/**
 * A number with a fixed count of decimals and a true minus sign.
 *
 * @param {number} value
 */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
