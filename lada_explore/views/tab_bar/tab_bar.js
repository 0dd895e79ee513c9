// A row of tabs: arrow keys, Home and End move between them.

import { withKernel } from "../base/kernel.js";
import { button, setAttributes, viewRoot } from "../base/page.js";

/** @import { Given } from "../base/kernel.js" */

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

/** @param {Given<{ titles: string[], shown: number }>} given */
function render({ model, el }) {
  const root = viewRoot(el, "lada-tabs");
  setAttributes(root, { role: "tablist", "aria-label": "Views" });
  const tabs = model.get("titles").map((title, place) => {
    const tab = button(title, "", () => choose(place), "lada-tab");
    tab.setAttribute("role", "tab");
    return tab;
  });
  root.append(...tabs);

  const show = () => {
    tabs.forEach((tab, place) => {
      const chosen = place === model.get("shown");
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
    root.dataset.shown = String(model.get("shown"));
  };
  const choose = (/** @type {number} */ place) => {
    model.set("shown", place);
    model.save_changes();
    show();
    tabs[place].focus();
  };
  root.addEventListener("keydown", (event) => {
    const to = placeAfter(event.key, model.get("shown"), tabs.length);
    if (to === null) return;
    event.preventDefault();
    choose(to);
  });
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}

export default withKernel({ render }, { says: false });
