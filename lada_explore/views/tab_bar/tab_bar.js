// A row of tabs: arrow keys, Home and End move between them.

import { withKernel } from "../base/kernel.js";
import { button, setAttributes, viewRoot } from "../base/page.js";

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

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
    root.dataset.shown = model.get("shown");
  };
  const choose = (place) => {
    model.set("shown", place);
    model.save_changes();
    show();
    tabs[place].focus();
  };
  root.addEventListener("keydown", (event) => {
    const last = tabs.length - 1;
    const at = model.get("shown");
    const to =
      { Home: 0, End: last }[event.key] ??
      (event.key in MOVES ? (at + MOVES[event.key] + tabs.length) % tabs.length : null);
    if (to === null) return;
    event.preventDefault();
    choose(to);
  });
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}

export default withKernel({ render }, { says: false });
