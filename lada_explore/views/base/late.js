// What a busy page missed: messages of the kernel, and widgets that came a moment after the page had given them up.

/** @import { BareModel, Output, WidgetManager } from "./kernel.js" */

const GIVEN_UP = "Error displaying widget: model not found"; // the words of the widget manager
const VIEW_OF = "application/vnd.jupyter.widget-view+json"; // MIME type of an output that is a widget
const LOOK_MS = 500;
const LOOKS = 60;

/**
 * A model as the front end keeps it, below the one that anywidget gives to a view.
 *
 * @typedef {object} OwnModel
 * @property {(name: string, options: { silent: boolean }) => void} unset
 * @property {(message: object) => Promise<void>} _handle_comm_msg
 * @property {{ send: (message: object) => void, on_msg: (call: (message: object) => void) => void }} [comm]
 */

/**
 * Lets a model hear its kernel however late the page was with it. anywidget gives a model two seconds from its creation
 * to its first line of code, and passes nothing on, ever, where a busy machine took longer: every button would be dead.
 *
 * @param {BareModel<{ late?: boolean }>} model
 */
export function connectLate(model) {
  /** @type {OwnModel | undefined} */
  let own;
  const found = (/** @type {OwnModel} */ changed) => {
    own = changed;
  };
  model.on("change:late", found);
  model.set("late", true);
  model.off("change:late", found);
  connectOwn(own);
}

/** @param {OwnModel | undefined} own none where a page has no front end around it */
function connectOwn(own) {
  own?.unset("late", { silent: true });
  const handle = own && Object.getPrototypeOf(own.constructor.prototype)._handle_comm_msg;
  if (!handle || !own.comm) return;
  const { comm } = own;
  // Before anything else is heard: what came in time is handled by then, what came too early was thrown away.
  own._handle_comm_msg({ content: { data: {} } }).catch(() => comm.send({ method: "request_state" }));
  comm.on_msg((message) => handle.call(own, message));
}

/** @type {typeof globalThis & { __ladaExploreLooked?: WeakSet<WidgetManager> }} */
const page = globalThis;

/** Managers whose notebook is looked through, by whichever view came first. */
const looked = page.__ladaExploreLooked ?? new WeakSet();
page.__ladaExploreLooked = looked;

/**
 * Shows the widgets that JupyterLab has given up in the notebook of a manager. A page that is opened again waits two
 * seconds for a widget, and does not look once more afterwards: where it was too busy to look at all, it says that there
 * is none for as long as it is open, although all of them have come.
 *
 * @param {WidgetManager | undefined} manager
 */
export function lookForMissed(manager) {
  if (!manager?.context || looked.has(manager)) return;
  looked.add(manager);
  let looks = 0;
  const timer = setInterval(() => {
    if ([...document.querySelectorAll(".jupyter-widgets")].some((node) => node.textContent === GIVEN_UP))
      showMissed(manager);
    looks += 1;
    if (looks === LOOKS) clearInterval(timer);
  }, LOOK_MS);
}

/**
 * Puts every output in its place again whose widget is there and is shown nowhere.
 *
 * @param {WidgetManager} manager
 */
async function showMissed(manager) {
  for (const { outputs } of manager.context?.model?.cells ?? []) {
    for (let place = 0; outputs && place < outputs.length; place++) {
      const output = outputs.get(place).toJSON();
      const id = widgetOf(output);
      if (!id || !manager.has_model?.(id)) continue;
      const model = await manager.get_model?.(id);
      const same = place < outputs.length && widgetOf(outputs.get(place).toJSON()) === id;
      if (same && !Object.keys(model?.views ?? {}).length) outputs.set(place, output);
    }
  }
}

/** @param {Output} output */
function widgetOf(output) {
  const shown = output.data?.[VIEW_OF];
  return typeof shown === "object" && "model_id" in shown ? shown.model_id : undefined;
}
