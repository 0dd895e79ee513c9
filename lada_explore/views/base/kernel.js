// What every view does when there is no kernel behind it: it says so and switches off what needs one.

import { make } from "./page.js";

const RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
const ENDED = "The kernel has ended: start it again and run this cell.";
const LEFT = "The kernel of this page has ended: load the page again."; // in an application, which shows no cells
const NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
const UNCONNECTED = "jupyter-widgets-disconnected"; // the widget manager marks a view whose model has no kernel
const CONTROLS = "button, input, select, textarea";

/**
 * Whether a kernel answers a model. `gone` is a sentence once none does; it never comes back for this model, since a
 * new kernel makes new models.
 */
function kernelOf(model, el) {
  const manager = model.widget_manager;
  const session = manager?.context?.sessionContext; // JupyterLab's; an application has none
  const callbacks = [];
  const kernel = {
    gone: el.classList.contains(UNCONNECTED) ? NEVER : "",
    onGone: (callback) => callbacks.push(callback),
  };
  const lose = (sentence) => {
    if (kernel.gone) return;
    kernel.gone = manager && !session ? LEFT : sentence;
    for (const callback of callbacks) callback();
  };
  // The manager marks its views at a restart; of a kernel that died or was shut down only the session tells.
  const first = manager?.kernel?.id;
  const onStatus = () => {
    const now = manager.kernel;
    const status = now?.status ?? session?.kernelDisplayStatus;
    if (["restarting", "autorestarting"].includes(status)) lose(RESTARTED);
    else if (!now || ["dead", "terminating"].includes(status)) lose(ENDED);
    else if (first && now.id !== first) lose(RESTARTED);
  };
  const marked = new MutationObserver(() => {
    if (el.classList.contains(UNCONNECTED)) lose(RESTARTED);
  });
  marked.observe(el, { attributes: true, attributeFilter: ["class"] });
  const signals = first
    ? [session?.statusChanged ?? manager.kernel.statusChanged, session?.kernelChanged].filter(Boolean)
    : [];
  for (const signal of signals) signal.connect(onStatus);
  kernel.stop = () => {
    marked.disconnect();
    for (const signal of signals) signal.disconnect(onStatus);
  };
  return kernel;
}

/** The model as a view gets it: what is sent when nobody listens is dropped, and `kernel` is told. */
function guardedModel(model, kernel) {
  return {
    kernel,
    widget_manager: model.widget_manager,
    get: (name) => model.get(name),
    set: (...values) => model.set(...values),
    save_changes: () => model.save_changes(),
    on: (...to) => model.on(...to),
    off: (...to) => model.off(...to),
    send: (...message) => {
      if (kernel.gone) return;
      try {
        model.send(...message);
      } catch {
        // The kernel ended a moment ago, and its status says so in the next.
      }
    },
  };
}

/** Disables the controls of a view, those that come later too; what `data-alone` surrounds works without a kernel. */
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    for (const control of el.querySelectorAll(CONTROLS)) {
      if (!control.closest("[data-alone]")) control.disabled = true;
    }
    // A control that is disabled drops the focus, and the next key would go to the cell.
    if (held && !el.contains(document.activeElement)) el.querySelector("[tabindex]")?.focus({ preventScroll: true });
  };
  const deaf = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("[data-alone]")) return;
    event.stopImmediatePropagation();
  };
  for (const type of ["keydown", "keypress", "keyup"]) el.addEventListener(type, deaf, true);
  const more = new MutationObserver(off);
  more.observe(el, { childList: true, subtree: true });
  off();
  return () => {
    more.disconnect();
    for (const type of ["keydown", "keypress", "keyup"]) el.removeEventListener(type, deaf, true);
  };
}

/**
 * Brings the plain outputs that the kernel renewed into the notebook. A page does that itself while it is the one that
 * ran the cell; after a reload it no longer knows which output has which name.
 */
function renewPlain(model) {
  const renewed = model.get("renewed") ?? {};
  const cells = model.widget_manager?.context?.model?.cells; // JupyterLab's notebook
  if (!cells || !Object.keys(renewed).length) return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place++) {
      const output = outputs.get(place).toJSON();
      const html = [output.data?.["text/html"] ?? ""].flat().join("");
      const [name] = Object.keys(renewed).filter((one) => html.includes(`data-name="${one}"`));
      if (name && html !== renewed[name]["text/html"]) outputs.set(place, { ...output, data: renewed[name] });
    }
  }
}

/**
 * Lets a model hear its kernel however late the page was with it. anywidget gives a model two seconds from its creation
 * to its first line of code, and passes nothing on, ever, where a busy machine took longer: every button would be dead.
 */
function connectLate(model) {
  let own;
  const found = (changed) => {
    own = changed;
  };
  model.on("change:late", found);
  model.set("late", true);
  model.off("change:late", found);
  own?.unset("late", { silent: true });
  const handle = own && Object.getPrototypeOf(own.constructor.prototype)._handle_comm_msg;
  if (!handle || !own.comm) return;
  // Before anything else is heard: what came in time is handled by then, what came too early was thrown away.
  own._handle_comm_msg({ content: { data: {} } }).catch(() => own.comm.send({ method: "request_state" }));
  own.comm.on_msg((message) => handle.call(own, message));
}

/**
 * A view that knows when it has lost its kernel.
 *
 * @param {{ initialize?: (given: any) => any, render: (given: any) => any }} view as anywidget takes it
 * @param {{ says?: boolean }} [options] `says` is false for a part that stands beside views which say it
 */
export function withKernel({ initialize, render }, { says = true } = {}) {
  const view = {
    render(given) {
      const { model, el } = given;
      const kernel = kernelOf(model, el);
      let on = () => {};
      const sayGone = () => {
        if (says) {
          const note = make("p", "lada-no-kernel", kernel.gone);
          note.setAttribute("role", "status");
          el.prepend(note);
        }
        el.classList.add("lada-without-kernel");
        on = switchOff(el);
      };
      kernel.onGone(sayGone);
      const renew = () => renewPlain(model);
      model.on("change:renewed", renew);
      renew();
      const close = render({ ...given, model: guardedModel(model, kernel) });
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        on();
        close?.();
      };
    },
  };
  view.initialize = (given) => {
    connectLate(given.model);
    return initialize?.({ ...given, model: guardedModel(given.model, { gone: "", onGone() {} }) });
  };
  return view;
}
