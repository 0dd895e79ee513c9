// The keys of a view in a list of their own, which "?" opens in whichever view has the focus.

import { button, KEY_EVENTS, make, refill } from "./page.js";

/** @typedef {[keys: string | string[], does: string]} KeyLine one key or several, and what each does */

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
 * A list of the keys of a view, shown above the page until Escape or its button closes it.
 *
 * @param {HTMLElement} root of the view
 * @param {string} title what the view is
 * @param {() => KeyLine[]} lines its keys as they are now
 * @param {HTMLElement} [intro] stands above them
 * @returns {KeyList}
 */
export function keyList(root, title, lines, intro) {
  const dialog = make("dialog", "lada-keys");
  dialog.setAttribute("aria-label", `Keys: ${title}`);
  const close = button("Close", "Back to the view (key Escape)", () => dialog.close(), "lada-button");
  const list = make("dl", "lada-keys-list");
  const head = make("div", "lada-keys-head");
  head.append(make("h2", "lada-keys-title", `Keys: ${title}`), close);
  dialog.append(head, ...(intro ? [intro] : []), list);
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
    const shown = lines();
    refill(list, shown, () =>
      shown.map(([keys, does]) => {
        const [line, caps] = [make("div", "lada-keys-line"), make("dt")];
        caps.append(...[keys].flat().flatMap((key) => [keyCap(key), " "]));
        line.append(caps, make("dd", "", does));
        return line;
      }),
    );
    if (!dialog.open) dialog.showModal();
  };
  return { open };
}

/**
 * A button that opens the list, for who has no keyboard or does not know the key.
 *
 * @param {() => void} open
 */
export function keysButton(open, className = "lada-button") {
  const made = button("?", "The keys of this view (key ?)", open, `${className} lada-keys-button`);
  made.setAttribute("aria-label", "Keys of this view");
  made.setAttribute("aria-keyshortcuts", "?");
  return made;
}
