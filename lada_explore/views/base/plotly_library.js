// plotly.js on a page, which comes from the kernel or with the saved widgets.

const ASK_AFTER_MS = 800;
const ASK_AGAIN_MS = 5000;

/** plotly.js on this page: loaded once, whichever model brings it first. */
export const shared = (globalThis.__ladaExplorePlotly ??= (() => {
  const state = { started: false, askedAt: -Infinity };
  state.ready = new Promise((resolve, reject) => Object.assign(state, { resolve, reject }));
  state.ready.catch(() => {}); // each view shows the failure itself
  return state;
})());

/** Runs the script of plotly.js, unless the page has it. */
export function takeLibrary(bytes) {
  if (shared.started || !bytes?.byteLength) return;
  shared.started = true;
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => {
    URL.revokeObjectURL(url);
    if (globalThis.Plotly) shared.resolve(globalThis.Plotly);
    else shared.reject(new Error("its script ran but defined nothing"));
  };
  script.onerror = () => shared.reject(new Error("this page does not allow its script"));
  document.head.append(script);
}

/** Asks the kernel for plotly.js, but only while no model has brought it to this page. Never awaited. */
export function askUntilLoaded(model) {
  let timer = null;
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
