// What the views of pairs share: numbers off the wire, images, sentences, and keeping a drag off the kernel.

const TYPED_ARRAYS = { f4: Float32Array, i4: Int32Array };

/** A buffer of the state as a typed array. */
function numbers({ array, bytes }) {
  return new TYPED_ARRAYS[array](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function button(text, title, onClick) {
  const made = make("button", "lada-pair-button", text);
  made.type = "button";
  made.title = title;
  made.addEventListener("click", onClick);
  return made;
}

/** A native slider: arrow keys, Home, End and Page keys come with it. */
function slider(label, { min, max, step, value }, onInput) {
  const made = make("input", "lada-pair-range");
  Object.assign(made, { type: "range", min, max, step });
  made.value = value;
  made.setAttribute("aria-label", label);
  made.addEventListener("input", onInput);
  return made;
}

/** A thumbnail, or a box that says that the record did not keep the image. */
function thumbnail(url, alt) {
  if (!url) {
    const missing = make("span", "lada-pair-missing", "not kept");
    missing.setAttribute("role", "img");
    missing.setAttribute("aria-label", `${alt}, not kept in the record`);
    return missing;
  }
  const image = make("img", "lada-pair-thumb");
  Object.assign(image, { src: url, alt, draggable: false });
  return image;
}

/** The frame of a view: title, sentences, body, caption; `body` is hidden while there is only a message. */
function pairView(el, className, label) {
  const root = make("section", `lada-pair ${className}`);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", label);
  const parts = {
    root,
    title: make("p", "lada-pair-title"),
    error: make("p", "lada-pair-error"),
    note: make("p", "lada-pair-note"),
    message: make("p", "lada-pair-message"),
    body: make("div", "lada-pair-body"),
    caption: make("p", "lada-pair-caption"),
  };
  parts.error.setAttribute("role", "alert");
  root.append(parts.title, parts.error, parts.note, parts.message, parts.body, parts.caption);
  guardKeys(root);
  el.append(root);
  return parts;
}

function writeSentences(parts, state) {
  for (const name of ["title", "error", "note", "message", "caption"]) {
    setText(parts[name], state[name] ?? "");
    parts[name].hidden = !state[name];
  }
  parts.body.hidden = !state.title;
}

/** A number with a fixed count of decimals and a true minus sign. */
function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
