// The pair mixer, as anywidget takes it.

import { withKernel } from "../base/kernel.js";
import { PairMixer } from "./mixer.js";

/** @import { Given } from "../base/kernel.js" */
/** @import { MessageOnly } from "../base/pair_parts.js" */
/** @import { MixerState } from "./pair.js" */

/** @param {Given<{ state: MixerState | MessageOnly }>} given */
function render({ model, el }) {
  const mixer = new PairMixer(model, el);
  const draw = () => mixer.draw();
  model.on("change:state", draw);
  draw();
  return () => {
    mixer.stop();
    model.off("change:state", draw);
  };
}

export default withKernel({ render });
