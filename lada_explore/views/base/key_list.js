// What "?" opens above a view: what it shows and its keys, and beside them the words that all views use.

import { glossaryList } from "./glossary.js";
import { button, KEY_EVENTS, make, refill, setAttributes } from "./page.js";
import { tabList } from "./tab_list.js";

/** @typedef {[keys: string | string[], does: string]} KeyLine one key or several, and what each does */

/** @typedef {{ title: string, does: string, lines: KeyLine[] }} KeySection a view, what it shows, and its keys */

/** @typedef {{ open: () => void }} KeyList */

/**
 * A key as it stands on a keyboard: what stands between "+" are keys that are held together.
 *
 * @param {string} key
 */
function keyCap(key) {
  const cap = make("span", "lada-key");
  const parts = key === "+" ? ["+"] : key.split(/(?<=.)\+(?=.)/);
  cap.append(...parts.flatMap((part, place) => [...(place ? ["+"] : []), make("kbd", "", part)]));
  return cap;
}

/**
 * One view in the list; without a title it is the only one.
 *
 * @param {KeySection} section
 */
function sectionParts({ title, does, lines }) {
  const list = make("dl", "lada-keys-list");
  for (const [keys, what] of lines) {
    const [line, caps] = [make("div", "lada-keys-line"), make("dt")];
    caps.append(...[keys].flat().flatMap((key) => [keyCap(key), " "]));
    line.append(caps, make("dd", "", what));
    list.append(line);
  }
  return [
    ...(title ? [make("h3", "lada-keys-part", title)] : []),
    ...(does ? [make("p", "", does)] : []),
    ...(lines.length ? [list] : []),
  ];
}

const TABS = ["Parts and keys", "Words"];

/**
 * Two pages of a dialog below a row of tabs. The second is filled when it is first opened, as it mostly is not.
 *
 * @param {HTMLElement} keys the first page
 */
function twoPages(keys) {
  const [row, words] = [make("div", "lada-keys-tabs"), make("div")];
  const pages = [keys, words];
  pages.forEach((page, place) => {
    page.classList.add("lada-keys-page");
    setAttributes(page, { role: "tabpanel", tabindex: 0, "aria-label": TABS[place] });
  });
  const label = tabList(row, "lada-keys-tab", (place) => show(place));
  const show = (/** @type {number} */ chosen) => {
    if (chosen === 1 && !words.firstChild) words.append(glossaryList());
    label("What is listed", TABS, chosen);
    pages.forEach((page, place) => {
      page.hidden = place !== chosen;
    });
  };
  return { parts: [row, ...pages], show };
}

/**
 * A list of the keys of one view or of several, and the words of all views, shown above the page until Escape or its
 * button closes it.
 *
 * @param {HTMLElement} root in which it is put
 * @param {string} title what the list is
 * @param {() => KeySection[]} sections the views and their keys as they are now
 * @param {HTMLElement} [intro] stands above them
 * @returns {KeyList}
 */
export function keyList(root, title, sections, intro) {
  const dialog = make("dialog", "lada-keys");
  dialog.setAttribute("aria-label", title);
  const close = button("Close", "Back to the view (key Escape)", () => dialog.close(), "lada-button");
  const [keys, body] = [make("div"), make("div")];
  keys.append(...(intro ? [intro] : []), body);
  const pages = twoPages(keys);
  const head = make("div", "lada-keys-head");
  head.append(make("h2", "lada-keys-title", title), close);
  dialog.append(head, ...pages.parts);
  // The view behind hears nothing meanwhile: a key that is read here and pressed here answers nothing.
  for (const type of KEY_EVENTS) dialog.addEventListener(type, (event) => event.stopPropagation());
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "?") dialog.close();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
  });
  root.append(dialog);
  const open = () => {
    const shown = sections();
    refill(body, shown, () => shown.flatMap(sectionParts));
    pages.show(0);
    if (!dialog.open) dialog.showModal();
  };
  return { open };
}

/** The name of the button. */
export const KEYS_LABEL = "What is shown here, and its keys";

/**
 * A button that opens the list, for who has no keyboard or does not know the key.
 *
 * @param {() => void} open
 */
export function keysButton(open, className = "lada-button") {
  const made = button("?", "What is shown here, and its keys (key ?)", open, `${className} lada-keys-button`);
  made.setAttribute("aria-label", KEYS_LABEL);
  made.setAttribute("aria-keyshortcuts", "?");
  return made;
}
