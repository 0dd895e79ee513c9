// What mouse, pen and fingers do to the picture looked at.

/** @import { Viewer } from "./viewer.js" */

const WHEEL = 0.0016; // by a pixel of the wheel
const PINCH = 0.012; // by a pixel of two fingers on a touchpad, which a browser tells as a wheel with Ctrl
const LINE_PX = 32; // of a wheel that counts lines
const CLICK_PX = 4; // a pointer that moves no further clicks

/**
 * A wheel zooms where the labeller has the focus, so that a page can be scrolled past it, and a pinch always does;
 * dragging moves the picture; a double click shows its pixels, or the whole again.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Viewer} viewer
 * @param {() => void} focus gives the labeller the focus
 * @param {() => boolean} focused
 */
export function watchGestures(canvas, viewer, focus, focused) {
  /** @type {Map<number, { x: number, y: number }>} */
  const down = new Map();
  const at = (/** @type {MouseEvent} */ { clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !focused()) return;
      const px = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE_PX;
      if (px > 0 && !viewer.zoomed && !event.ctrlKey) return; // there is nothing more to see: the page scrolls
      event.preventDefault();
      const { x, y } = at(event);
      viewer.zoom(Math.exp(-px * (event.ctrlKey ? PINCH : WHEEL)), x, y);
    },
    { passive: false },
  );
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    focus();
    down.set(event.pointerId, at(event));
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (!other && !viewer.zoomed) return;
    if (!other && event.pointerType === "mouse" && distance(before, now) < 1) return;
    down.set(event.pointerId, now);
    if (other) {
      const [was, is] = [distance(before, other), distance(now, other)];
      viewer.zoom(is / Math.max(CLICK_PX, was), (now.x + other.x) / 2, (now.y + other.y) / 2);
      viewer.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else viewer.pan(now.x - before.x, now.y - before.y);
  });
  const up = (/** @type {PointerEvent} */ event) => down.delete(event.pointerId);
  for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    canvas.addEventListener(name, up);
  }
  canvas.addEventListener("dblclick", (event) => {
    const { x, y } = at(event);
    viewer.toggle(x, y);
  });
}

/**
 * @param {{ x: number, y: number }} one
 * @param {{ x: number, y: number }} other
 */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
