// The height of the window that an explorer has: of JupyterLab's notebook, an output's own tab, or the browser.

import { onThemeChange } from "../base/theme.js";

const MIN_PX = 560; // of a window; in a lower one an explorer is higher than it
const ABOVE_PX = 160; // so much at most may stand above an explorer that a page shows alone
const NARROW_PX = 700; // in less, slider and tabs alone stay in sight
const FRAMED_PX = 800; // in a frame that grows with what is in it, as in Colab: there is no window to measure

/**
 * What scrolls an element; null where the whole page does.
 *
 * @param {HTMLElement} element
 */
function scrollerOf(element) {
  for (let one = element.parentElement; one && one !== document.documentElement; one = one.parentElement) {
    if (!["auto", "scroll"].includes(getComputedStyle(one).overflowY)) continue;
    // What a page says of its body holds for the whole page, unless it says something of the whole page too.
    return one === document.body && getComputedStyle(document.documentElement).overflowY === "visible" ? null : one;
  }
  return null;
}

/**
 * The height of the window that an explorer can fill.
 *
 * @param {HTMLElement} explorer
 * @param {HTMLElement | null} scroller
 */
function heightFor(explorer, scroller) {
  const framed = scroller === null && window.parent !== window;
  const height = framed ? FRAMED_PX : (scroller?.clientHeight ?? document.documentElement.clientHeight);
  if (framed || scroller?.closest(".jp-NotebookPanel")) return Math.max(MIN_PX, height); // it scrolls up to the edge
  const top = scroller ? scroller.getBoundingClientRect().top - scroller.scrollTop : -window.scrollY;
  const above = explorer.getBoundingClientRect().top - top;
  return Math.max(MIN_PX, height - (above > 0 && above <= ABOVE_PX ? above : 0));
}

/**
 * The edge that a bar sticks to is inside of the padding of what scrolls; this is how far.
 *
 * @param {HTMLElement | null} scroller
 */
const padded = (scroller) => (scroller ? Number.parseFloat(getComputedStyle(scroller).paddingTop) : 0);

/**
 * How far the boxes between an element and what scrolls it are moved down by a transform, which `position: sticky` does
 * not know of: JupyterLab moves the cells so in its windowing mode "full".
 *
 * @param {HTMLElement} element
 * @param {HTMLElement | null} scroller
 */
function movedBy(element, scroller) {
  let moved = 0;
  for (let one = element.parentElement; one && one !== scroller; one = one.parentElement) {
    const { transform } = getComputedStyle(one);
    if (transform !== "none") moved += new DOMMatrixReadOnly(transform).m42;
  }
  return moved;
}

/**
 * How much of the bar goes out of sight on a narrow page: the stages, which are above the slider.
 *
 * @param {HTMLElement} explorer
 * @param {HTMLElement} head
 */
function outOfSight(explorer, head) {
  const [stages] = /** @type {HTMLCollectionOf<HTMLElement>} */ (head.children);
  return explorer.clientWidth < NARROW_PX ? stages.offsetHeight : 0;
}

/**
 * The colour behind an element, for a bar below which the page moves.
 *
 * @param {HTMLElement} element
 */
function groundOf(element) {
  for (let one = element.parentElement; one; one = one.parentElement) {
    const { backgroundColor } = getComputedStyle(one);
    if (!["transparent", "rgba(0, 0, 0, 0)"].includes(backgroundColor)) return backgroundColor;
  }
  return "Canvas";
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {string} value
 */
function setProperty(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** @type {WeakMap<HTMLElement, Map<HTMLElement, number>>} the bars that cover what scrolls, with their heights in px */
const covered = new WeakMap();

/**
 * Says how much of what scrolls a bar covers, so that the browser brings what gets the focus into sight below the bar.
 *
 * @param {HTMLElement} root of the bar
 * @param {HTMLElement} scroller
 * @param {number} px 0 for nothing
 */
function cover(root, scroller, px) {
  const bars = covered.get(scroller) ?? new Map();
  covered.set(scroller, bars);
  if (px > 0) bars.set(root, px);
  else bars.delete(root);
  const most = Math.max(0, ...bars.values());
  setProperty(scroller, "scroll-padding-top", most ? `${most}px` : "");
}

/**
 * Keeps the style properties `--lada-window`, `--lada-head`, `--lada-top`, `--lada-cover` and `--lada-ground` of the
 * explorer around an element up to date: heights of its window and its bar, where the bar sticks, how much it covers of
 * what scrolls, and what is behind it. Returns the call that ends it.
 *
 * @param {HTMLElement} root part of the bar of an explorer; elsewhere nothing is done
 */
export function fitToWindow(root) {
  /** @type {HTMLElement | null} */
  let scroller = null;
  let frame = 0;
  const observer = new ResizeObserver(() => measure());
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => measure());
  };
  const scrolled = () => scroller ?? document.documentElement;
  const watch = (/** @type {HTMLElement | null} */ found) => {
    cover(root, scrolled(), 0);
    if (scroller) observer.unobserve(scroller);
    (scroller ?? window).removeEventListener("scroll", soon);
    scroller = found;
    if (scroller) observer.observe(scroller);
    (scroller ?? window).addEventListener("scroll", soon, { passive: true });
  };
  const measure = () => {
    /** @type {HTMLElement | null} */
    const explorer = root.closest(".lada-explorer");
    /** @type {HTMLElement | null} */
    const head = root.closest(".lada-explorer-head");
    if (!explorer || !head || !root.offsetHeight) {
      cover(root, scrolled(), 0);
      return;
    }
    const found = scrollerOf(explorer);
    if (found !== scroller) watch(found);
    observer.observe(head);
    const sizes = {
      window: heightFor(explorer, scroller),
      head: head.offsetHeight,
      top: -movedBy(explorer, scroller) - padded(scroller) - outOfSight(explorer, head),
    };
    for (const [name, px] of Object.entries(sizes)) setProperty(explorer, `--lada-${name}`, `${Math.round(px)}px`);
    setProperty(explorer, "--lada-ground", groundOf(explorer));
    const [top, { bottom }] = [scroller?.getBoundingClientRect().top ?? 0, explorer.getBoundingClientRect()];
    const sticks = explorer.getBoundingClientRect().top <= top + 1 && bottom > top;
    const px = sticks ? Math.round(head.getBoundingClientRect().bottom - top) : 0;
    setProperty(explorer, "--lada-cover", `${px}px`);
    cover(root, scrolled(), px);
  };
  const forgetTheme = onThemeChange(soon);
  window.addEventListener("resize", soon);
  watch(null);
  observer.observe(root);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    cover(root, scrolled(), 0);
    forgetTheme();
    window.removeEventListener("resize", soon);
    (scroller ?? window).removeEventListener("scroll", soon);
  };
}
