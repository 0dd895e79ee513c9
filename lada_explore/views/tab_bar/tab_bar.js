// A row of tabs: arrow keys, Home and End move between them.

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function render({ model, el }) {
  const root = make("div", "lada-tabs");
  root.setAttribute("role", "tablist");
  root.setAttribute("aria-label", "Views");
  const tabs = model.get("titles").map((title, place) => {
    const tab = Object.assign(make("button", "lada-tab", title), { type: "button" });
    tab.setAttribute("role", "tab");
    tab.addEventListener("click", () => choose(place));
    return tab;
  });
  root.append(...tabs);
  guardKeys(root);
  el.append(root);

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
    const to = { Home: 0, End: last }[event.key] ?? (event.key in MOVES ? (at + MOVES[event.key] + tabs.length) % tabs.length : null);
    if (to === null) return;
    event.preventDefault();
    choose(to);
  });
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}

export default withKernel({ render }, { says: false });
