// Helpers that every module of this package begins with (see assets.py).

/** An element with a class and, as text and never as HTML, its content. */
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Changes the text only when it differs, so that a selection and a screen reader are left in peace. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Keeps plain keys inside: `d d` in JupyterLab deletes the cell even while a button in its output has the focus. */
function guardKeys(root) {
  root.tabIndex = -1; // a click beside the controls focuses the view, not the cell
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}

/**
 * Keeps shortcuts of the application from what has the focus in a view, but for those with Ctrl or Cmd: Ctrl+S saves the
 * notebook. Notebook 7 looks at a key before the view does (only the window hears of it earlier) and at its target only.
 */
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark = (event) => {
    const view = held.deref();
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (view.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", mark, true);
}

/** Keeps the focus inside when the control that has it is removed, hidden or switched off: keys go on working. */
function keepFocus(root) {
  let held = null; // the control that has the focus, also after the page has taken it away
  const usable = (element) =>
    root.contains(element) && !element.disabled && element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
  const look = () => {
    if (held === null || held === root || usable(held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", (event) => (held = event.target));
  root.addEventListener("focusout", (event) => {
    const left = event.target;
    if (event.relatedTarget) held = null;
    // Told also before an element is removed; whether it was is known after the script that does it.
    else setTimeout(() => (held = held === left && document.activeElement !== left ? null : held), 0);
  });
  new MutationObserver(look).observe(root, { subtree: true, childList: true, attributeFilter: ["hidden", "style", "class", "disabled"] });
}

/** A class by name: bold what was answered or is true, and in grey, after "guess:", what the model takes it for. */
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
}
