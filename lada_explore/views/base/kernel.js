// What every view does when there is no kernel behind it: it says so and switches off what needs one.

import { connectLate, lookForMissed } from "./late.js";
import { KEY_EVENTS, make } from "./page.js";
import { listenForKeys, offerKeys } from "./view_keys.js";

const RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
const ENDED = "The kernel has ended: start it again and run this cell.";
const LEFT = "The kernel of this page has ended: load the page again."; // in an application, which shows no cells
const NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
const UNCONNECTED = "jupyter-widgets-disconnected"; // the widget manager marks a view whose model has no kernel
const CONTROLS = /** @type {const} */ (["button", "input", "select", "textarea"]).join(", ");

/** @typedef {HTMLButtonElement | HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @typedef {(message: any, buffers: DataView<ArrayBuffer>[]) => void} Listener to a message, or to a change */

/**
 * A model as anywidget gives it to a view, without what only the front end has.
 *
 * @template {object} T traits by their name
 * @typedef {object} BareModel
 * @property {<K extends keyof T & string>(name: K) => T[K]} get
 * @property {<K extends keyof T & string>(name: K, value: T[K]) => void} set
 * @property {(event: string, listener: Listener) => void} on
 * @property {(event: string, listener: Listener) => void} off
 * @property {(message: object) => void} send
 * @property {() => void} save_changes
 */

/**
 * A model as a view gets it: it knows whether there is a kernel.
 *
 * @template {object} T
 * @typedef {BareModel<T> & { kernel: Pick<Kernel, "gone" | "onGone"> }} Model
 */

/** @typedef {{ renewed?: Renewed, late?: boolean }} CommonTraits what every view's model has */

/**
 * A view as it stands around the one that draws: it takes the model that the front end has.
 *
 * @template {object} T
 * @typedef {object} View
 * @property {(given: { model: BareModel<T & CommonTraits> & FrontEnd, el: HTMLElement }) => unknown} initialize
 * @property {(given: { model: BareModel<T & CommonTraits> & FrontEnd, el: HTMLElement }) => () => void} render
 */

/**
 * What anywidget gives a view to draw.
 *
 * @template {object} T
 * @typedef {{ model: Model<T>, el: HTMLElement }} Given
 */

/**
 * What the front ends have around a model, as far as it is used here; an application has less of it.
 *
 * @typedef {object} FrontEnd
 * @property {WidgetManager} [widget_manager]
 */

/**
 * @typedef {object} WidgetManager
 * @property {{ id: string, status?: string, statusChanged?: Signal } | null} [kernel]
 * @property {(id: string) => boolean} [has_model]
 * @property {(id: string) => Promise<{ views?: object }>} [get_model]
 * @property {{ sessionContext?: Session, model?: { cells?: Iterable<Cell> } }} [context] JupyterLab's notebook
 */

/** @typedef {{ kernelDisplayStatus?: string, statusChanged?: Signal, kernelChanged?: Signal }} Session */
/** @typedef {{ connect: (call: () => void) => void, disconnect: (call: () => void) => void }} Signal */
/** @typedef {{ outputs?: Outputs }} Cell */
/** @typedef {{ length: number, get: (n: number) => { toJSON: () => Output }, set: (n: number, output: object) => void }} Outputs */
/** @typedef {{ data?: Record<string, string | string[] | { model_id?: string }> }} Output */

/**
 * Whether a kernel answers a model. `gone` is a sentence once none does; it never comes back for this model, since a
 * new kernel makes new models.
 */
class Kernel {
  /**
   * @param {WidgetManager | undefined} manager
   * @param {HTMLElement} el
   */
  constructor(manager, el) {
    this.gone = el.classList.contains(UNCONNECTED) ? NEVER : "";
    this.manager = manager;
    this.session = manager?.context?.sessionContext; // JupyterLab's; an application has none
    /** @type {(() => void)[]} */
    this.callbacks = [];
    // The manager marks its views at a restart; of a kernel that died or was shut down only the session tells.
    this.first = manager?.kernel?.id;
    this.marked = new MutationObserver(() => {
      if (el.classList.contains(UNCONNECTED)) this.lose(RESTARTED);
    });
    this.marked.observe(el, { attributes: true, attributeFilter: ["class"] });
    this.onStatus = () => this.look();
    const { session } = this;
    const signals = [session?.statusChanged ?? manager?.kernel?.statusChanged, session?.kernelChanged];
    this.signals = this.first ? signals.filter((signal) => signal !== undefined) : [];
    for (const signal of this.signals) signal.connect(this.onStatus);
  }

  /** @param {() => void} callback */
  onGone(callback) {
    this.callbacks.push(callback);
  }

  /** @param {string} sentence */
  lose(sentence) {
    if (this.gone) return;
    this.gone = this.manager && !this.session ? LEFT : sentence;
    for (const callback of this.callbacks) callback();
  }

  look() {
    const now = this.manager?.kernel;
    const status = now?.status ?? this.session?.kernelDisplayStatus ?? "";
    if (["restarting", "autorestarting"].includes(status)) this.lose(RESTARTED);
    else if (!now || ["dead", "terminating"].includes(status)) this.lose(ENDED);
    else if (this.first && now.id !== this.first) this.lose(RESTARTED);
  }

  stop() {
    this.marked.disconnect();
    for (const signal of this.signals) signal.disconnect(this.onStatus);
  }
}

/**
 * The model as a view gets it: what is sent when nobody listens is dropped, and `kernel` is told.
 *
 * @template {object} T
 * @param {BareModel<T> & FrontEnd} model
 * @param {Pick<Kernel, "gone" | "onGone">} kernel
 * @returns {Model<T> & FrontEnd}
 */
function guardedModel(model, kernel) {
  return {
    kernel,
    widget_manager: model.widget_manager,
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    on: (event, listener) => model.on(event, listener),
    off: (event, listener) => model.off(event, listener),
    send: (message) => {
      if (kernel.gone) return;
      try {
        model.send(message);
      } catch {
        // The kernel ended a moment ago, and its status says so in the next.
      }
    },
  };
}

/**
 * Disables the controls of a view, those that come later too; what `data-alone` surrounds works without a kernel.
 *
 * @param {HTMLElement} el
 */
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    /** @type {NodeListOf<Control>} */
    const controls = el.querySelectorAll(CONTROLS);
    for (const control of controls) if (!control.closest("[data-alone]")) control.disabled = true;
    // A control that is disabled drops the focus, and the next key would go to the cell.
    /** @type {HTMLElement | null} */
    const instead = el.querySelector("[tabindex]");
    if (held && !el.contains(document.activeElement)) instead?.focus({ preventScroll: true });
  };
  const deaf = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("[data-alone]")) return;
    event.stopImmediatePropagation();
  };
  for (const type of KEY_EVENTS) el.addEventListener(type, deaf, true);
  const more = new MutationObserver(off);
  more.observe(el, { childList: true, subtree: true });
  off();
  return () => {
    more.disconnect();
    for (const type of KEY_EVENTS) el.removeEventListener(type, deaf, true);
  };
}

/** @typedef {Record<string, Record<string, string>>} Renewed plain outputs by their name: MIME type and text */

/**
 * Brings the plain outputs that the kernel renewed into the notebook. A page does that itself while it is the one that
 * ran the cell; after a reload it no longer knows which output has which name.
 *
 * @param {Renewed} renewed
 * @param {WidgetManager | undefined} manager
 */
function renewPlain(renewed, manager) {
  const cells = manager?.context?.model?.cells; // JupyterLab's notebook
  if (!cells || !Object.keys(renewed).length) return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place++) if (outputs) renewOutput(outputs, place, renewed);
  }
}

/**
 * @param {Outputs} outputs
 * @param {number} place
 * @param {Renewed} renewed
 */
function renewOutput(outputs, place, renewed) {
  const output = outputs.get(place).toJSON();
  const html = [output.data?.["text/html"] ?? ""].flat().join("");
  const name = Object.keys(renewed).find((one) => html.includes(`data-name="${one}"`));
  if (name && html !== renewed[name]["text/html"]) outputs.set(place, { ...output, data: renewed[name] });
}

/** What a view without a kernel, or before it has one, is told. */
const NEVER_GONE = { gone: "", onGone() {} };

/**
 * A view that knows when it has lost its kernel.
 *
 * @template {object} T the traits of its model
 * @param {object} view as anywidget takes it
 * @param {(given: { model: Model<T> }) => (() => void) | undefined} [view.initialize]
 * @param {(given: Given<T>) => (() => void) | undefined} view.render
 * @param {{ says?: boolean }} [options] `says` is false for a part that stands beside views which say it
 * @returns {View<T>}
 */
export function withKernel({ initialize, render }, { says = true } = {}) {
  return {
    initialize(given) {
      connectLate(given.model);
      lookForMissed(given.model.widget_manager);
      return initialize?.({ ...given, model: guardedModel(given.model, NEVER_GONE) });
    },

    render(given) {
      const { model, el } = given;
      const kernel = new Kernel(model.widget_manager, el);
      let switchOn = () => {};
      const sayGone = () => {
        if (says) el.prepend(goneNote(kernel.gone));
        el.classList.add("lada-without-kernel");
        switchOn = switchOff(el);
      };
      kernel.onGone(sayGone);
      const renew = () => renewPlain(model.get("renewed") ?? {}, model.widget_manager);
      model.on("change:renewed", renew);
      renew();
      const close = render({ ...given, model: guardedModel(model, kernel) });
      offerKeys(el);
      const deaf = listenForKeys(el);
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        switchOn();
        deaf();
        close?.();
      };
    },
  };
}

/** @param {string} sentence */
function goneNote(sentence) {
  const note = make("p", "lada-no-kernel", sentence);
  note.setAttribute("role", "status");
  return note;
}
