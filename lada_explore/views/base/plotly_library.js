// plotly.js on a page, which comes from the kernel or with the saved widgets.

const ASK_AFTER_MS = 800;
const ASK_AGAIN_MS = 5000;

/** @import { Plotly } from "./figure.js" */

/** Whether somebody has plotly.js for this page, when it was asked for last, and what waits for it. */
class Library {
  started = false;
  askedAt = -Infinity;
  /** @type {(plotly: Plotly) => void} */
  resolve = () => {};
  /** @type {(error: unknown) => void} */
  reject = () => {};

  constructor() {
    /** @type {Promise<Plotly>} */
    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.ready.catch(() => {}); // each view shows the failure itself
  }
}

/** @type {typeof globalThis & { Plotly?: Plotly, __ladaExplorePlotly?: Library }} */
const page = globalThis;

/** plotly.js on this page: loaded once, whichever model brings it first. */
export const shared = page.__ladaExplorePlotly ?? new Library();
page.__ladaExplorePlotly = shared;

/** Hands plotly.js, whose script has run, to those who wait for it. */
export function hand() {
  if (page.Plotly) shared.resolve(page.Plotly);
  else shared.reject(new Error("its script ran but defined nothing"));
}

/**
 * Runs the script of plotly.js, unless the page has it.
 *
 * @param {DataView<ArrayBuffer> | undefined} bytes
 */
export function takeLibrary(bytes) {
  if (shared.started || !bytes?.byteLength) return;
  shared.started = true;
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => {
    URL.revokeObjectURL(url);
    hand();
  };
  script.onerror = () => shared.reject(new Error("this page does not allow its script"));
  document.head.append(script);
}

/**
 * Asks the kernel for plotly.js, but only while no model has brought it to this page. Never awaited.
 *
 * @param {{ send: (message: object) => void }} model
 */
export function askUntilLoaded(model) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const ask = () => {
    if (shared.started) return;
    if (performance.now() - shared.askedAt >= ASK_AGAIN_MS) {
      shared.askedAt = performance.now();
      model.send({ type: "library" });
    }
    timer = setTimeout(ask, ASK_AGAIN_MS);
  };
  timer = setTimeout(ask, ASK_AFTER_MS);
  return () => clearTimeout(timer);
}
