// A row of tabs: arrow keys, Home and End move between them.

import { button, refill, setAttributes } from "./page.js";

/**
 * Where a key leads from a tab; null for a key that does not move.
 *
 * @param {string} key
 * @param {number} at
 * @param {number} count of tabs
 */
function placeAfter(key, at, count) {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowLeft":
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/**
 * A list of tabs, filled by `show`.
 *
 * @param {HTMLElement} list
 * @param {string} className of a tab
 * @param {(place: number) => void} choose
 */
export function tabList(list, className, choose) {
  const tabs = () => /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[role=tab]"));
  const press = (/** @type {number} */ place) => {
    choose(place);
    tabs()[place]?.focus();
  };
  list.addEventListener("keydown", (event) => {
    const at = Array.from(tabs()).findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = placeAfter(event.key, at, tabs().length);
    if (to === null || at < 0) return;
    event.preventDefault();
    press(to);
  });
  return (/** @type {string} */ label, /** @type {string[]} */ titles, /** @type {number} */ chosen) => {
    if (titles.length) setAttributes(list, { role: "tablist", "aria-label": label });
    else for (const name of ["role", "aria-label"]) list.removeAttribute(name);
    refill(list, titles, () =>
      titles.map((title, place) => {
        const tab = button(title, "", () => press(place), className);
        tab.setAttribute("role", "tab");
        return tab;
      }),
    );
    tabs().forEach((tab, place) => {
      setAttributes(tab, { "aria-selected": place === chosen });
      tab.tabIndex = place === chosen ? 0 : -1;
    });
    // On a phone the row goes on to the side.
    const shown = tabs()[chosen];
    if (shown && list.scrollWidth > list.clientWidth) list.scrollLeft = shown.offsetLeft - list.offsetLeft - 40;
  };
}
