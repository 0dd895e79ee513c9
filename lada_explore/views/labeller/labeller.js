// The labeller, as anywidget takes it.

import { withKernel } from "../base/kernel.js";
import { Labeller } from "./page.js";

/** @import { Given, Listener } from "../base/kernel.js" */
/** @import { LabellerTraits } from "./state.js" */

/** @param {Given<LabellerTraits>} given */
function render({ model, el }) {
  const labeller = new Labeller(model, el);
  /** @type {Record<string, Listener>} */
  const heard = {
    "change:asked": () => labeller.draw(),
    "change:shelf": () => labeller.takeShelf(),
    "change:marks": () => labeller.handleMarks(),
    "change:error": () => labeller.draw(),
    "msg:custom": (message, buffers) => labeller.handle(message, buffers),
  };
  for (const [event, call] of Object.entries(heard)) model.on(event, call);
  model.kernel.onGone(() => labeller.queue.lose(labeller.kept));
  const leave = () => labeller.leave();
  window.addEventListener("pagehide", leave);
  labeller.draw();
  labeller.takeWaiting();
  if (!model.kernel.gone) labeller.takeOver();
  return () => {
    labeller.stop();
    window.removeEventListener("pagehide", leave);
    for (const [event, call] of Object.entries(heard)) model.off(event, call);
  };
}

export default withKernel({ render });
