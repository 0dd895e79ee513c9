// What the views of pairs share: sliders, images and sentences.

import { announced, make, showText, viewRoot } from "./page.js";

/** A native slider: arrow keys, Home, End and Page keys come with it. */
export function slider(label, { min, max, step, value }, onInput) {
  const made = make("input", "lada-pair-range");
  Object.assign(made, { type: "range", min, max, step });
  made.value = value;
  made.setAttribute("aria-label", label);
  made.addEventListener("input", onInput);
  return made;
}

/** A thumbnail, or a box that says that the record did not keep the image. */
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

/** The frame of a view: title, sentences, body, caption; `body` is hidden while there is only a message. */
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

export function writeSentences(parts, state) {
  for (const name of ["title", "error", "note", "message", "caption"]) {
    showText(parts[name], state[name] ?? "");
  }
  parts.body.hidden = !state.title;
}

/** A number with a fixed count of decimals and a true minus sign. */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
