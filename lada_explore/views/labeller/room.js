// How much of the page a person sees at once, so that the labeller fits into it.

const MARGIN = 10; // px around the labeller
const LEAST = 480; // px, less of which cannot be worked with
const STACKED = 510; // px of width, in which image and classes stand below each other
const SCROLLS = ".jp-WindowedPanel-outer, .jp-Notebook"; // in which JupyterLab and Notebook 7 show the cells

/**
 * Tells the style sheet how high the view may be, now and whenever that changes: as high as what shows it.
 *
 * @param {HTMLElement} root
 * @returns {() => void} ends that
 */
export function watchRoom(root) {
  /** @type {Element | null} */
  let shows = null;
  const tell = () => {
    const found = root.closest(SCROLLS); // null before the view is in the page
    if (found && found !== shows) seen.observe(found);
    shows = found;
    const height = shows?.clientHeight || window.innerHeight;
    const stacked = root.clientWidth > 0 && root.clientWidth < STACKED;
    root.style.setProperty("--room", stacked ? "none" : `${Math.max(LEAST, height - MARGIN)}px`);
  };
  const seen = new ResizeObserver(tell);
  seen.observe(root); // told of when it comes into the page, too
  window.addEventListener("resize", tell);
  return () => {
    seen.disconnect();
    window.removeEventListener("resize", tell);
  };
}
