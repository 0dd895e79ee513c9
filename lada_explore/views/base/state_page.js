// The page of a view whose one state says all of it.

import { withKernel } from "./kernel.js";

/** @import { Given, Model } from "./kernel.js" */

/**
 * A view that is drawn now and after each change of its state, and stopped when it is taken off the page.
 *
 * @template {{ state: object }} T
 * @param {new (model: Model<T>, el: HTMLElement) => { draw: () => void, stop: () => void }} Page
 */
export function statePage(Page) {
  /** @param {Given<T>} given */
  function render({ model, el }) {
    const page = new Page(model, el);
    const draw = () => page.draw();
    model.on("change:state", draw);
    draw();
    return () => {
      page.stop();
      model.off("change:state", draw);
    };
  }
  return withKernel({ render });
}
