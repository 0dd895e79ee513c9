// The classes to choose from: a column of a few, or of many only those in sight.

import { focusedIn, make, refill, setText } from "../base/page.js";
import { labButton } from "./parts.js";

export const FEW_CLASSES = 20; // so many stand in the page at once, each with its count
const HITS = 40; // classes found by typing that are shown at once
const ROW_PX = 34; // height of a row of many, with its gap
const COLUMN_PX = { plain: 200, counted: 330 }; // least widths: 12 characters of a name, and the count beside it

/**
 * @param on label(place) answers; noMore(place) says that there are no more images of a class
 * @returns draw(now, view, keys), which returns the places of the classes that the filter leaves
 */
export function classList(parts, on) {
  const { list, classes: box } = parts;
  let last = null;
  let filter = "";

  function row(now, place, keys, counted) {
    const name = now.asked.class_names[place];
    const made = make("div", "lada-lab-class");
    const button = labButton(name, `Answer ${name}`, () => on.label(place), keys.classes[place]);
    button.dataset.label = place;
    made.append(button);
    if (counted) {
      const more = labButton("no more", `There are no more images of ${name}: do not look for any`, () =>
        on.noMore(place),
      );
      more.classList.add("lada-lab-no-more");
      more.dataset.noMore = place;
      const need = make("span", "lada-lab-need");
      need.append(make("span", "lada-lab-wanted"), more);
      made.append(need);
    }
    return made;
  }

  /** Which of the classes are in the page, and how much room those above and below them take. */
  function inSight(places, mode, counted) {
    if (mode === "few") return { shown: places, above: 0, below: 0, columns: 0 };
    if (mode === "found") return { shown: places.slice(0, HITS), above: 0, below: 0, columns: 1 };
    const columns = Math.max(1, Math.floor(list.clientWidth / COLUMN_PX[counted ? "counted" : "plain"]));
    const rows = Math.ceil(places.length / columns);
    const fit = Math.ceil((list.clientHeight || 460) / ROW_PX);
    const first = Math.max(0, Math.min(Math.floor(list.scrollTop / ROW_PX), rows - fit) - 4);
    const end = Math.min(rows, first + fit + 8);
    return {
      shown: places.slice(first * columns, end * columns),
      above: first * ROW_PX,
      below: (rows - end) * ROW_PX,
      columns,
    };
  }

  function show(element, now, view, wanted, absent) {
    const button = element.firstChild;
    const place = Number(button.dataset.label);
    const standing = view.at === null ? -1 : now.stateOf(view.at).label;
    button.setAttribute("aria-pressed", String(place === standing));
    const more = element.querySelector(".lada-lab-no-more");
    if (!more) return;
    const count = wanted.get(place) ?? 0;
    const words = absent.has(place) ? "no more" : count ? `${count.toLocaleString("en")} to find` : "✓ enough";
    setText(element.querySelector(".lada-lab-wanted"), words);
    more.style.visibility = absent.has(place) || !count ? "hidden" : "visible";
  }

  function drawCounts(now, view, many) {
    const { wanted } = now.marks;
    parts.counts.hidden = !many || now.asked.kind !== "initial";
    const images = wanted.reduce((sum, [, count]) => sum + count, 0);
    const words = images
      ? `Still to find: ${images.toLocaleString("en")} of ${classCount(wanted.length)}`
      : "✓ enough of every class";
    setText(parts.counts.firstChild, words);
    parts.counts.setAttribute("aria-expanded", String(view.counts));
  }

  function draw(now, view, keys) {
    last = [now, view, keys];
    const names = now.asked.class_names;
    const looked = view.filter.trim().toLocaleLowerCase();
    const found = matching(names, looked);
    const many = names.length > FEW_CLASSES;
    const counted = now.asked.kind === "initial" && (!many || view.counts);
    const mode = looked ? "found" : many ? "many" : "few";
    if (filter !== looked) list.scrollTop = 0;
    filter = looked;
    list.dataset.mode = mode;
    list.dataset.counted = counted;
    drawCounts(now, view, many);
    const { shown, above, below, columns } = inSight(found, mode, counted);
    const focused = focusedIn(box);
    const held = focused && { ...focused.dataset };
    refill(box, [mode, counted, above, shown.map((place) => [place, names[place], keys.classes[place]])], () =>
      shown.map((place) => row(now, place, keys, counted)),
    );
    box.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, 1fr))` : "";
    box.style.paddingTop = `${above}px`;
    box.style.paddingBottom = `${below}px`;
    // Whoever tabs through the list goes on where they were when it was filled anew.
    if (held && !box.contains(document.activeElement)) {
      const which = held.noMore === undefined ? `[data-label="${held.label}"]` : `[data-no-more="${held.noMore}"]`;
      box.querySelector(which)?.focus({ preventScroll: true });
    }
    const wanted = new Map(now.marks.wanted);
    const absent = new Set(now.marks.absent_classes);
    for (const element of box.children) show(element, now, view, wanted, absent);
    drawHits(found, shown, view, looked, names.length);
    return found;
  }

  function drawHits(found, shown, view, looked, n) {
    view.best = Math.max(0, Math.min(view.best, shown.length - 1));
    [...box.children].forEach((element, i) => {
      const best = looked !== "" && i === view.best;
      if (best && !element.classList.contains("lada-lab-best")) element.scrollIntoView({ block: "nearest" });
      element.classList.toggle("lada-lab-best", best);
    });
    const beyond = found.length - shown.length;
    const more =
      looked && beyond > 0 ? `${beyond.toLocaleString("en")} more have that in their name; type more of it.` : "";
    setText(parts.noClass, found.length === 0 && n > 0 ? "No class has that in its name." : more);
    parts.noClass.hidden = parts.noClass.textContent === "";
  }

  const again = () => last && box.isConnected && draw(...last);
  list.addEventListener("scroll", again, { passive: true });
  const resized = new ResizeObserver(again);
  resized.observe(list);
  return { draw, stop: () => resized.disconnect() };
}

/** Places of the classes with that in their name: the name itself first, then those that begin so. */
function matching(names, looked) {
  const places = [...names.keys()];
  if (!looked) return places;
  const where = names.map((name) => name.trim().toLocaleLowerCase());
  const rank = (place) => (where[place] === looked ? 0 : where[place].startsWith(looked) ? 1 : 2);
  return places.filter((place) => where[place].includes(looked)).sort((a, b) => rank(a) - rank(b));
}

function classCount(n) {
  return n === 1 ? "1 class" : `${n.toLocaleString("en")} classes`;
}
