// A row of tabs, and beside it the parts of the page that is shown: arrow keys, Home and End move between them.

import { withKernel } from "../base/kernel.js";
import { keysButton } from "../base/key_list.js";
import { make, viewRoot } from "../base/page.js";
import { tabList } from "../base/tab_list.js";
import { showKeys } from "../base/view_keys.js";
import { fitToWindow } from "../explorer/window.js";
import { keepAddress } from "./address.js";

/** @import { Given } from "../base/kernel.js" */

/** @typedef {{ titles: string[], parts: string[][], shown: number, part: number[],
 * waiting: Record<string, number>, address: Record<string, string> }} Tabs */

const TRAITS = /** @type {const} */ (["shown", "part", "titles", "parts", "waiting", "address"]);

/**
 * Says on a row at which of its ends it goes on, for the style sheet to show.
 *
 * @param {HTMLElement} row
 */
function sayMore(row) {
  const left = row.scrollWidth - row.clientWidth - row.scrollLeft;
  const [before, after] = [row.scrollLeft > 1, left > 1];
  row.dataset.more = before && after ? "both" : before ? "before" : after ? "after" : "";
}

/**
 * Keeps that up to date; returns the call that ends it.
 *
 * @param {HTMLElement[]} rows
 */
function watchMore(rows) {
  const resized = new ResizeObserver(() => rows.forEach(sayMore));
  const ends = rows.map((row) => {
    const say = () => sayMore(row);
    row.addEventListener("scroll", say, { passive: true });
    resized.observe(row);
    return () => row.removeEventListener("scroll", say);
  });
  return () => {
    resized.disconnect();
    for (const end of ends) end();
  };
}

/**
 * Says on a tab how many images wait for an answer in its page.
 *
 * @param {HTMLElement} tab
 * @param {string} title
 * @param {number} count 0 for none
 */
function markTab(tab, title, count) {
  const mark = tab.querySelector(".lada-tab-count") ?? tab.appendChild(make("span", "lada-tab-count"));
  mark.textContent = count ? String(count) : "";
  if (count) tab.setAttribute("aria-label", `${title}, ${count} to answer`);
  else tab.removeAttribute("aria-label");
}

/** @param {Given<Tabs>} given */
function render({ model, el }) {
  const root = viewRoot(el, "lada-tabs");
  const [pages, parts] = [make("div", "lada-tabs-pages"), make("div", "lada-tabs-parts")];
  root.append(
    pages,
    parts,
    keysButton(() => showKeys(root)),
  );
  const address = keepAddress(root);
  const put = (/** @type {keyof Tabs & string} */ name, /** @type {any} */ value) => {
    model.set(name, value);
    model.save_changes();
    show();
  };
  const showPages = tabList(pages, "lada-tab", (place) => put("shown", place));
  const showParts = tabList(parts, "lada-part", (place) =>
    put("part", model.get("part").with(model.get("shown"), place)),
  );
  const show = () => {
    const [shown, titles] = [model.get("shown"), model.get("titles")];
    showPages("Views", titles, shown);
    titles.forEach((title, place) => {
      const tab = /** @type {HTMLElement | undefined} */ (pages.children[place]);
      if (tab) markTab(tab, title, model.get("waiting")?.[title] ?? 0);
    });
    showParts(`Parts of ${titles[shown]}`, model.get("parts")[shown] ?? [], model.get("part")[shown] ?? 0);
    for (const row of [pages, parts]) sayMore(row);
    address.show(model.get("address") ?? {});
    root.dataset.shown = String(shown);
  };
  for (const name of TRAITS) model.on(`change:${name}`, show);
  show();
  const stop = fitToWindow(root);
  const stopRows = watchMore([pages, parts]);
  return () => {
    stopRows();
    address.stop();
    for (const name of TRAITS) model.off(`change:${name}`, show);
    stop();
  };
}

export default withKernel({ render }, { says: false });
