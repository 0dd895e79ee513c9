// How high the window is, so that a run fits into it: its plane and charts take shares of it.

const FRAMED_PX = 800; // in a frame that grows with what is in it, as in Colab: there is no window to measure
const ROOM = "--lada-pg-room"; // for the style sheet, which limits the plane

/**
 * Height of the window that the view was last told of, in px.
 *
 * @param {Element} within the view
 */
export const roomOf = (within) => Number.parseFloat(getComputedStyle(within).getPropertyValue(ROOM)) || FRAMED_PX;

/**
 * A share of the height of the window, in whole px.
 *
 * @param {Element} within the view
 * @param {number} share
 * @param {number} least
 * @param {number} most
 */
export function heightOf(within, share, least, most) {
  return Math.round(Math.max(least, Math.min(most, share * roomOf(within))));
}

/**
 * Tells the style sheet how high the window is, now and whenever that changes.
 *
 * @param {HTMLElement} root
 * @param {() => void} changed hears of it
 * @returns {() => void} ends that
 */
export function watchRoom(root, changed) {
  const tell = () => {
    const height = window.parent === window ? window.innerHeight : FRAMED_PX;
    root.style.setProperty(ROOM, `${height}px`);
  };
  const onResize = () => {
    tell();
    changed();
  };
  window.addEventListener("resize", onResize);
  tell();
  return () => window.removeEventListener("resize", onResize);
}
