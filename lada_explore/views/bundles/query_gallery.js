/* Written by `make page` from the files beside the views; change those instead. */
// lada_explore/views/base/page.js
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
function button(text, title, onClick, className = "lada-pair-button") {
  const made = make("button", className, text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", onClick);
  return made;
}
function viewRoot(el, className, label = "") {
  const root = make("section", `${className} lada-view`);
  if (label) setAttributes(root, { role: "group", "aria-label": label });
  guardKeys(root);
  el.append(root);
  return root;
}
function announced(className, role = "status") {
  const made = make("p", className);
  made.setAttribute("role", role);
  return made;
}
function showText(element, text) {
  setText(element, text);
  element.hidden = !text;
}
function guardKeys(root) {
  root.tabIndex = -1;
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark = (event) => {
    const view = held.deref();
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (view.contains(event.target))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
  };
  window.addEventListener("keydown", mark, true);
}
function keepFocus(root) {
  let held = null;
  const usable = (element) => root.contains(element) && !element.disabled && element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
  const look = () => {
    if (held === null || held === root || usable(held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", (event) => held = event.target);
  root.addEventListener("focusout", (event) => {
    const left = event.target;
    if (event.relatedTarget) held = null;
    else setTimeout(() => held = held === left && document.activeElement !== left ? null : held, 0);
  });
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["hidden", "style", "class", "disabled"]
  });
}
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
}

// lada_explore/views/base/kernel.js
var RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
var ENDED = "The kernel has ended: start it again and run this cell.";
var LEFT = "The kernel of this page has ended: load the page again.";
var NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
var UNCONNECTED = "jupyter-widgets-disconnected";
var CONTROLS = "button, input, select, textarea";
function kernelOf(model, el) {
  const manager = model.widget_manager;
  const session = manager?.context?.sessionContext;
  const callbacks = [];
  const kernel = {
    gone: el.classList.contains(UNCONNECTED) ? NEVER : "",
    onGone: (callback) => callbacks.push(callback)
  };
  const lose = (sentence) => {
    if (kernel.gone) return;
    kernel.gone = manager && !session ? LEFT : sentence;
    for (const callback of callbacks) callback();
  };
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
  const signals = first ? [session?.statusChanged ?? manager.kernel.statusChanged, session?.kernelChanged].filter(Boolean) : [];
  for (const signal of signals) signal.connect(onStatus);
  kernel.stop = () => {
    marked.disconnect();
    for (const signal of signals) signal.disconnect(onStatus);
  };
  return kernel;
}
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
      }
    }
  };
}
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    for (const control of el.querySelectorAll(CONTROLS)) {
      if (!control.closest("[data-alone]")) control.disabled = true;
    }
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
function renewPlain(model) {
  const renewed = model.get("renewed") ?? {};
  const cells = model.widget_manager?.context?.model?.cells;
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
  own._handle_comm_msg({ content: { data: {} } }).catch(() => own.comm.send({ method: "request_state" }));
  own.comm.on_msg((message) => handle.call(own, message));
}
function withKernel({ initialize, render: render2 }, { says = true } = {}) {
  const view = {
    render(given) {
      const { model, el } = given;
      const kernel = kernelOf(model, el);
      let on = () => {
      };
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
      const close = render2({ ...given, model: guardedModel(model, kernel) });
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        on();
        close?.();
      };
    }
  };
  view.initialize = (given) => {
    connectLate(given.model);
    return initialize?.({ ...given, model: guardedModel(given.model, { gone: "", onGone() {
    } }) });
  };
  return view;
}

// lada_explore/views/query_gallery/query_gallery.js
function pixels(src, alt) {
  return Object.assign(make("img", "lada-pixels lada-image"), { src, alt, draggable: false });
}
function card(image) {
  const figure = make("figure", "lada-card");
  figure.dataset.id = image.id;
  const caption = make("figcaption");
  const words = classWords({ known: image.answered ? image.label : "", guess: image.guess });
  if (!image.answered) words.prepend(make("span", "lada-open", image.label));
  caption.append(words, make("span", "lada-detail", image.detail));
  figure.append(pixels(image.url, image.alt));
  if (image.transform) figure.append(pixels(image.transform, `transform of ${image.alt}`));
  figure.append(caption);
  return figure;
}
function groupItem(group, pick) {
  const item = make("li", "lada-query");
  const ids = group.images.map((image) => image.id);
  item.dataset.ids = ids.join(" ");
  const choose = button(ids.length > 1 ? "Choose this pair" : "Mark this image", "", () => {
  }, "lada-pick");
  choose.setAttribute("aria-label", `${choose.textContent}: ${group.images.map((image) => image.alt).join(" and ")}`);
  item.addEventListener("click", () => pick(ids));
  const images = make("div", "lada-cards");
  images.append(...group.images.map(card));
  const head = make("div", "lada-query-head");
  head.append(make("span", "lada-rank", group.rank), choose);
  item.append(head, images);
  if (group.lines.length) {
    const facts = make("div", "lada-facts");
    facts.append(...group.lines.map((line) => make("span", "", line)));
    item.append(facts);
  }
  return item;
}
function render({ model, el }) {
  const root = viewRoot(el, "lada-gallery", "Queried images");
  const title = make("p", "lada-gallery-title");
  const error = announced("lada-gallery-error", "alert");
  const list = make("ol", "lada-queries");
  const caption = make("p", "lada-gallery-caption");
  root.append(title, error, list, caption);
  const pick = (ids) => model.send({ type: "pick", ids });
  const mark = () => {
    const { ids, pair } = model.get("marks");
    for (const item of list.children) {
      const own = item.dataset.ids.split(" ").map(Number);
      const chosen = own.length > 1 ? own.every((id) => pair.includes(id)) : ids.includes(own[0]);
      item.classList.toggle("lada-chosen", chosen);
      const choose = item.querySelector(".lada-pick");
      choose.setAttribute("aria-pressed", String(chosen));
      setText(choose, chosen ? "✓ chosen" : "choose");
    }
    for (const figure of list.querySelectorAll(".lada-card")) {
      figure.classList.toggle("lada-marked", ids.includes(Number(figure.dataset.id)));
    }
  };
  const draw = () => {
    const state = model.get("state");
    setText(title, state.title);
    showText(error, state.error);
    showText(caption, state.caption);
    list.replaceChildren(...state.groups.map((group) => groupItem(group, pick)));
    mark();
    root.dataset.rev = state.revision;
  };
  model.on("change:state", draw);
  model.on("change:marks", mark);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:marks", mark);
  };
}
var query_gallery_default = withKernel({ render });
export {
  query_gallery_default as default
};
