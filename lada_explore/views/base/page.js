// What every view builds its page from.

export const KEY_EVENTS = /** @type {const} */ (["keydown", "keypress", "keyup"]);

/**
 * An element with a class and, as text and never as HTML, its content.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/**
 * The element inside of another that its builder put there.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function within(root, selector) {
  /** @type {HTMLElement | null} */
  const found = root.querySelector(selector);
  if (!found) throw new Error(`a view has no ${selector}, which its own code puts there`);
  return found;
}

/**
 * What draws on a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser does not draw on a canvas");
  return pen;
}

/**
 * Changes the text only when it differs, so that a selection and a screen reader are left in peace.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A sentence in pieces, in turn words and code, which stands between backticks; a last backtick without another is text.
 *
 * @param {string} text
 * @returns {{ code: boolean, text: string }[]}
 */
export function codeParts(text) {
  const pieces = text.split(/`([^`]*)`/);
  return pieces.map((piece, place) => ({ code: place % 2 === 1, text: piece })).filter((piece) => piece.text);
}

/**
 * Shows a sentence with what is between backticks as code. Like `setText`, it changes nothing that is there already.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setWithCode(element, text) {
  const parts = codeParts(text);
  if (element.textContent === parts.map((part) => part.text).join("")) return;
  element.replaceChildren(...parts.map((part) => (part.code ? make("code", "", part.text) : part.text)));
}

/**
 * An item of a list with a sentence, see `setWithCode`.
 *
 * @param {string} text
 */
export function withCode(text) {
  const item = make("li");
  setWithCode(item, text);
  return item;
}

/**
 * Sets attributes; a number becomes text.
 *
 * @param {Element} element
 * @param {Record<string, string | number | boolean>} attributes
 */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/**
 * A button with a text, and a title that says what it does.
 *
 * @param {string} text
 * @param {string} title
 * @param {() => void} onClick
 */
export function button(text, title, onClick, className = "lada-pair-button") {
  const made = make("button", className, text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", onClick);
  return made;
}

/**
 * The outermost element of a view: keys stay inside. With a label it is a group of that name for screen readers.
 *
 * @param {HTMLElement} el
 * @param {string} className
 */
export function viewRoot(el, className, label = "") {
  const root = make("section", `${className} lada-view`);
  if (label) setAttributes(root, { role: "group", "aria-label": label });
  guardKeys(root);
  el.append(root);
  return root;
}

/**
 * A paragraph that a screen reader reads out when it changes: at once for an "alert", in turn for a "status".
 *
 * @param {string} className
 */
export function announced(className, role = "status") {
  const made = make("p", className);
  made.setAttribute("role", role);
  return made;
}

/**
 * A bar that shows how much is done.
 *
 * @param {string} label
 */
export function progressBar(label) {
  const bar = make("div", "lada-progress");
  setAttributes(bar, { role: "progressbar", "aria-label": label });
  return { bar, fill: bar.appendChild(make("div", "lada-fill")) };
}

/**
 * @param {ReturnType<typeof progressBar>} progress
 * @param {number} done
 * @param {number} total
 */
export function showProgress({ bar, fill }, done, total) {
  fill.style.width = `${total > 0 ? 100 * Math.min(1, done / total) : 0}%`;
  setAttributes(bar, { "aria-valuemin": 0, "aria-valuemax": total || 1, "aria-valuenow": done });
}

/**
 * Writes a sentence, with what is between backticks as code; an element without one is hidden.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function showText(element, text) {
  setWithCode(element, text);
  element.hidden = !text;
}

/** A name that nothing else on the page has: for the radio buttons of one group, which exclude each other, or as an id. */
export const groupName = () => `lada-group-${Math.random().toString(36).slice(2)}`;

/**
 * What has the focus inside of an element; null where the focus is elsewhere.
 *
 * @param {HTMLElement} root
 */
export function focusedIn(root) {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && root.contains(focused) ? focused : null;
}

/**
 * Fills an element anew only when `key`, all that its content depends on, has changed. Returns whether it has.
 *
 * @param {HTMLElement} element
 * @param {unknown} key
 * @param {() => Node[]} build
 */
export function refill(element, key, build) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build());
  return true;
}

/**
 * Offers the [value, text] of `entries` in a select, and chooses one.
 *
 * @param {HTMLSelectElement} select
 * @param {[string, string][]} entries
 * @param {string} value
 */
export function fillSelect(select, entries, value) {
  refill(select, entries, () =>
    entries.map(([name, text]) => Object.assign(make("option", "", text), { value: name })),
  );
  select.value = value;
}

/**
 * Keeps plain keys inside: `d d` in JupyterLab deletes the cell even while a button in its output has the focus.
 *
 * @param {HTMLElement} root
 */
function guardKeys(root) {
  root.tabIndex = -1; // a click beside the controls focuses the view, not the cell
  const stop = (/** @type {KeyboardEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  for (const type of KEY_EVENTS) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}

/**
 * Keeps shortcuts of the application from what has the focus in a view, but for those with Ctrl or Cmd: Ctrl+S saves the
 * notebook. Of these too it keeps those in `data-own-keys`. Notebook 7 looks at a key before the view does (only the window hears of it earlier) and at its target only.
 *
 * @param {HTMLElement} root
 */
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const view = held.deref();
    const { target } = event;
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (target instanceof Element && view.contains(target)) {
      const own = (view.dataset.ownKeys ?? "").split(" ").includes(event.key.toLowerCase());
      target.toggleAttribute("data-lm-suppress-shortcuts", own || (!event.ctrlKey && !event.metaKey));
    }
  };
  window.addEventListener("keydown", mark, true);
}

/**
 * Keeps the focus inside when the control that has it is removed, hidden or switched off: keys go on working.
 *
 * @param {HTMLElement} root
 */
function keepFocus(root) {
  /** @type {Element | null} the control that has the focus, also after the page has taken it away */
  let held = null;
  const look = () => {
    if (held === null || held === root || usable(root, held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", ({ target }) => {
    held = /** @type {Element} */ (target);
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget) held = null;
    // Told also before an element is removed; whether it was is known after the script that does it.
    else setTimeout(() => (held = held === target && document.activeElement !== target ? null : held), 0);
  });
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["hidden", "style", "class", "disabled"],
  });
}

/**
 * Whether a control can have the focus.
 *
 * @param {HTMLElement} root
 * @param {Element} element
 */
function usable(root, element) {
  return (
    root.contains(element) &&
    !element.matches(":disabled") &&
    element.getClientRects().length > 0 &&
    getComputedStyle(element).visibility === "visible"
  );
}

/**
 * A class by name: bold what was answered or is true, and in grey, after "guess:", what the model takes it for.
 *
 * @param {{ known?: string, guess?: string }} names
 */
export function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
}
