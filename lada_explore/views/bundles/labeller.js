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
function focusedIn(root) {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && root.contains(focused) ? focused : null;
}
function refill(element, key, build) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build());
  return true;
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

// lada_explore/views/labeller/parts.js
var SIZES = { one: [168, 252, 336, 448, 616], grid: [64, 96, 128, 192, 288] };
var SMALL_PX = 96;
function labButton(text, title, onClick, key = "") {
  const made = button("", title, onClick, "lada-lab-button");
  made.append(make("span", "lada-lab-text", text));
  made.dataset.says = title;
  showKey(made, key);
  return made;
}
function showKey(shown, key, title = shown.dataset.says) {
  shown.dataset.says = title;
  shown.title = key ? `${title} (key ${key})` : title;
  if (!key) return;
  setText(shown.querySelector("kbd") ?? shown.appendChild(make("kbd")), key);
  shown.setAttribute("aria-keyshortcuts", key);
}
function labInput(label, className, attributes = {}) {
  const made = Object.assign(make("input", `lada-field lada-lab-input ${className}`), { type: "text", ...attributes });
  made.setAttribute("aria-label", label);
  return made;
}
function pictureBook(ask) {
  const known = /* @__PURE__ */ new Map();
  const asked = /* @__PURE__ */ new Set();
  return {
    want(ids) {
      const missing = ids.filter((id) => !known.has(id) && !asked.has(id));
      for (const id of missing) asked.add(id);
      if (missing.length) ask(missing);
    },
    take({ ids, shape }, buffers) {
      const [channels, height, width] = shape;
      const buffer = buffers[0];
      const bytes = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
      ids.forEach((id, place) => {
        if (!(known.get(id)?.width >= width)) known.set(id, picture(bytes, place, channels, height, width));
      });
    },
    /** Paints a canvas; false while the picture has not come. */
    paint(canvas, id) {
      const image = known.get(id);
      const painted = `${id} ${image?.width}`;
      if (!image || canvas.dataset.painted === painted) return Boolean(image);
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext("2d").putImageData(image, 0, 0);
      canvas.dataset.painted = painted;
      canvas.classList.toggle("lada-lab-sharp", Math.max(image.width, image.height) <= SMALL_PX);
      return true;
    }
  };
}
function picture(bytes, place, channels, height, width) {
  const area = height * width;
  const start = place * channels * area;
  const image = new ImageData(width, height);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = bytes[start + (channels === 3 ? c : 0) * area + i];
    image.data[4 * i + 3] = 255;
  }
  return image;
}
function canvasFor(id, px, alt) {
  const canvas = make("canvas", "lada-lab-picture");
  canvas.width = canvas.height = 1;
  canvas.style.setProperty("--px", `${px}px`);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
  canvas.dataset.id = id;
  return canvas;
}
function buildLabeller(el, on) {
  const root = viewRoot(el, "lada-labeller", "Labeller");
  const parts = { root };
  const head = make("header", "lada-lab-head");
  parts.sentence = announced("lada-lab-sentence");
  parts.saved = announced("lada-lab-saved");
  head.append(parts.sentence, parts.saved);
  const progress = make("div", "lada-lab-progress-row");
  parts.bar = make("div", "lada-lab-progress");
  parts.bar.setAttribute("role", "progressbar");
  parts.bar.setAttribute("aria-label", "Images answered");
  parts.fill = parts.bar.appendChild(make("div", "lada-lab-fill"));
  parts.progress = make("span", "lada-lab-amount");
  parts.pace = make("span", "lada-lab-pace");
  progress.append(parts.bar, parts.progress, parts.pace);
  parts.trouble = make("div", "lada-lab-trouble");
  parts.trouble.setAttribute("role", "alert");
  parts.troubleText = make("span", "lada-lab-trouble-text");
  parts.again = labButton("Send again", "Try to save this answer once more", on.again);
  parts.drop = labButton("Drop it", "Give this action up and go on with what waits behind it", on.drop);
  parts.trouble.append(parts.troubleText, parts.again, parts.drop);
  parts.error = announced("lada-lab-error", "alert");
  const tools = make("div", "lada-lab-tools");
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "What to do with the image");
  parts.same = labButton("Same as last", "Give it the class of the last answer", on.same);
  parts.skip = labButton("Can't tell", "Set the image aside: it is not asked again, and the next best one is", on.skip);
  parts.flag = labButton("Flag", "Mark the image for a later look", on.flag);
  parts.undo = labButton("Undo", "Take back your last action", on.undo);
  parts.back = labButton("◀", "The image before", () => on.move(-1), "←");
  parts.next = labButton("▶", "The next image", () => on.move(1), "→");
  const look = make("div", "lada-lab-group lada-lab-look");
  parts.grid = labButton("Grid", "All images beside each other, or one at a time", on.grid);
  parts.guess = labButton(
    "Model's guess",
    "Show what the model takes it for; it sways people, so it starts hidden",
    on.guess
  );
  parts.smaller = labButton("Smaller", "Smaller images", () => on.zoom(-1));
  parts.larger = labButton("Larger", "Larger images", () => on.zoom(1));
  const act = make("div", "lada-lab-group");
  act.append(parts.back, parts.next, parts.same, parts.skip, parts.flag, parts.undo);
  look.append(parts.grid, parts.guess, parts.smaller, parts.larger);
  tools.append(act, look);
  parts.body = make("div", "lada-lab-body");
  parts.stage = make("div", "lada-lab-stage");
  parts.side = make("div", "lada-lab-side");
  const find = make("div", "lada-lab-find");
  parts.filter = labInput("Find a class", "lada-lab-filter");
  parts.last = make("span", "lada-lab-last");
  find.append(parts.filter, parts.last);
  parts.classes = make("div", "lada-lab-classes");
  parts.classes.setAttribute("role", "group");
  parts.classes.setAttribute("aria-label", "Classes");
  parts.list = make("div", "lada-lab-list");
  parts.list.append(parts.classes);
  parts.noClass = make("p", "lada-lab-none");
  parts.counts = labButton(
    "",
    "How many images of each class the start still looks for; say there that there are no more",
    on.counts
  );
  parts.counts.classList.add("lada-lab-counts");
  parts.grow = make("div", "lada-lab-grow");
  parts.newClass = labInput("Name of a further class", "lada-lab-new", { placeholder: "A further class" });
  parts.add = labButton("Add class", "Add a class; possible before the first training", on.addClass);
  parts.grow.append(parts.newClass, parts.add);
  parts.side.append(find, parts.counts, parts.list, parts.noClass, parts.grow);
  parts.body.append(parts.stage, parts.side);
  parts.strip = make("div", "lada-lab-strip");
  parts.strip.setAttribute("role", "group");
  parts.strip.setAttribute("aria-label", "Images asked");
  const foot = make("footer", "lada-lab-foot");
  const who = make("label", "lada-lab-who", "You are ");
  parts.annotator = labInput("Who answers", "lada-lab-annotator");
  who.append(parts.annotator);
  const rule = make("label", "lada-lab-rule", "Where answers differ: ");
  parts.rule = make("select", "lada-field lada-lab-input");
  for (const [value, text] of [
    ["last", "the last one stands"],
    ["majority", "the majority decides"],
    ["adjudicate", "somebody settles it"]
  ]) {
    parts.rule.append(Object.assign(make("option", "", text), { value }));
  }
  rule.append(parts.rule);
  parts.aside = make("span", "lada-lab-aside");
  parts.asideText = make("span", "");
  parts.unskip = labButton(
    "Ask these again",
    "Let the images that were set aside be asked again, from the next cycle on",
    on.unskip
  );
  parts.aside.append(parts.asideText, parts.unskip);
  parts.goOn = labButton(
    "Go on",
    "Train and choose the next images; the run waits for you again at its next query",
    on.goOn
  );
  parts.goOn.classList.add("lada-lab-primary");
  parts.help = announced("lada-lab-help");
  parts.hint = make("span", "lada-lab-hint", "Click here to use the keyboard.");
  foot.append(parts.help, parts.hint, who, rule, parts.aside);
  parts.said = announced("lada-lab-said");
  root.append(head, progress, parts.trouble, parts.error, parts.goOn, tools, parts.body, parts.strip, parts.said, foot);
  root.tabIndex = 0;
  return parts;
}

// lada_explore/views/labeller/classes.js
var FEW_CLASSES = 20;
var HITS = 40;
var ROW_PX = 34;
var COLUMN_PX = { plain: 200, counted: 330 };
function classList(parts, on) {
  const { list, classes: box } = parts;
  let last = null;
  let filter = "";
  function row(now, place, keys, counted) {
    const name = now.asked.class_names[place];
    const made = make("div", "lada-lab-class");
    const button2 = labButton(name, `Answer ${name}`, () => on.label(place), keys.classes[place]);
    button2.dataset.label = place;
    made.append(button2);
    if (counted) {
      const more = labButton(
        "no more",
        `There are no more images of ${name}: do not look for any`,
        () => on.noMore(place)
      );
      more.classList.add("lada-lab-no-more");
      more.dataset.noMore = place;
      const need = make("span", "lada-lab-need");
      need.append(make("span", "lada-lab-wanted"), more);
      made.append(need);
    }
    return made;
  }
  function inSight(places, mode, counted) {
    if (mode === "few") return { shown: places, above: 0, below: 0, columns: 0 };
    if (mode === "found") return { shown: places.slice(0, HITS), above: 0, below: 0, columns: 1 };
    const columns = Math.max(1, Math.floor(list.clientWidth / COLUMN_PX[counted ? "counted" : "plain"]));
    const rows = Math.ceil(places.length / columns);
    const fit = Math.ceil((list.clientHeight || 460) / ROW_PX);
    const first = Math.max(0, Math.min(Math.floor(list.scrollTop / ROW_PX), rows - fit) - 4);
    const end = Math.min(rows, first + fit + 8);
    return {
      shown: places.slice(first * columns, end * columns),
      above: first * ROW_PX,
      below: (rows - end) * ROW_PX,
      columns
    };
  }
  function show(element, now, view, wanted, absent) {
    const button2 = element.firstChild;
    const place = Number(button2.dataset.label);
    const standing = view.at === null ? -1 : now.stateOf(view.at).label;
    button2.setAttribute("aria-pressed", String(place === standing));
    const more = element.querySelector(".lada-lab-no-more");
    if (!more) return;
    const count = wanted.get(place) ?? 0;
    const words = absent.has(place) ? "no more" : count ? `${count.toLocaleString("en")} to find` : "✓ enough";
    setText(element.querySelector(".lada-lab-wanted"), words);
    more.style.visibility = absent.has(place) || !count ? "hidden" : "visible";
  }
  function drawCounts(now, view, many) {
    const { wanted } = now.marks;
    parts.counts.hidden = !many || now.asked.kind !== "initial";
    const images = wanted.reduce((sum, [, count]) => sum + count, 0);
    const words = images ? `Still to find: ${images.toLocaleString("en")} of ${classCount(wanted.length)}` : "✓ enough of every class";
    setText(parts.counts.firstChild, words);
    parts.counts.setAttribute("aria-expanded", String(view.counts));
  }
  function draw(now, view, keys) {
    last = [now, view, keys];
    const names = now.asked.class_names;
    const looked = view.filter.trim().toLocaleLowerCase();
    const found = matching(names, looked);
    const many = names.length > FEW_CLASSES;
    const counted = now.asked.kind === "initial" && (!many || view.counts);
    const mode = looked ? "found" : many ? "many" : "few";
    if (filter !== looked) list.scrollTop = 0;
    filter = looked;
    list.dataset.mode = mode;
    list.dataset.counted = counted;
    drawCounts(now, view, many);
    const { shown, above, below, columns } = inSight(found, mode, counted);
    const focused = focusedIn(box);
    const held = focused && { ...focused.dataset };
    refill(
      box,
      [mode, counted, above, shown.map((place) => [place, names[place], keys.classes[place]])],
      () => shown.map((place) => row(now, place, keys, counted))
    );
    box.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, 1fr))` : "";
    box.style.paddingTop = `${above}px`;
    box.style.paddingBottom = `${below}px`;
    if (held && !box.contains(document.activeElement)) {
      const which = held.noMore === void 0 ? `[data-label="${held.label}"]` : `[data-no-more="${held.noMore}"]`;
      box.querySelector(which)?.focus({ preventScroll: true });
    }
    const wanted = new Map(now.marks.wanted);
    const absent = new Set(now.marks.absent_classes);
    for (const element of box.children) show(element, now, view, wanted, absent);
    drawHits(found, shown, view, looked, names.length);
    return found;
  }
  function drawHits(found, shown, view, looked, n) {
    view.best = Math.max(0, Math.min(view.best, shown.length - 1));
    [...box.children].forEach((element, i) => {
      const best = looked !== "" && i === view.best;
      if (best && !element.classList.contains("lada-lab-best")) element.scrollIntoView({ block: "nearest" });
      element.classList.toggle("lada-lab-best", best);
    });
    const beyond = found.length - shown.length;
    const more = looked && beyond > 0 ? `${beyond.toLocaleString("en")} more have that in their name; type more of it.` : "";
    setText(parts.noClass, found.length === 0 && n > 0 ? "No class has that in its name." : more);
    parts.noClass.hidden = parts.noClass.textContent === "";
  }
  const again = () => last && box.isConnected && draw(...last);
  list.addEventListener("scroll", again, { passive: true });
  const resized = new ResizeObserver(again);
  resized.observe(list);
  return { draw, stop: () => resized.disconnect() };
}
function matching(names, looked) {
  const places = [...names.keys()];
  if (!looked) return places;
  const where = names.map((name) => name.trim().toLocaleLowerCase());
  const rank = (place) => where[place] === looked ? 0 : where[place].startsWith(looked) ? 1 : 2;
  return places.filter((place) => where[place].includes(looked)).sort((a, b) => rank(a) - rank(b));
}
function classCount(n) {
  return n === 1 ? "1 class" : `${n.toLocaleString("en")} classes`;
}

// lada_explore/views/labeller/keys.js
var COMMAND_KEYS = {
  undo: ["z"],
  skip: ["s"],
  flag: ["f"],
  same: ["l"],
  grid: ["v"],
  guess: ["g"],
  smaller: ["-"],
  larger: ["+", "="],
  find: ["/"]
};
var PLACE_KEYS = [..."1234567890", ..."abcdehijkmnopqrtuwxy"];
var BY_CODE = { Minus: "-", Equal: "=", Slash: "/", NumpadSubtract: "-", NumpadAdd: "+", NumpadDivide: "/" };
function keysOf(classNames) {
  const characters = classNames.map((name) => name.toLowerCase());
  const isKey = (name, place) => [...name].length === 1 && [...characters[place]].length === 1 && name.trim() !== "" && characters.filter((other) => other === characters[place]).length === 1;
  const named = classNames.map(isKey);
  const own = new Set(characters.filter((_, place) => named[place]));
  const left = PLACE_KEYS.filter((key) => !own.has(key));
  const classes = characters.map((character, place) => named[place] ? character : left.shift() ?? "");
  const taken = new Set(classes);
  const commands = {};
  for (const [name, keys] of Object.entries(COMMAND_KEYS)) {
    const free = keys.filter((key) => !taken.has(key));
    commands[name] = [...free, ...keys.filter((key) => taken.has(key)).map((key) => `Alt+${key}`)];
  }
  const moved = Object.keys(commands).filter((name) => commands[name][0].startsWith("Alt+"));
  return { named, classes, commands, moved };
}
function meaningOf(event, keys) {
  const types = event.getModifierState?.("AltGraph") ?? false;
  if (!types && (event.ctrlKey || event.metaKey)) return null;
  const alt = event.altKey && !types;
  const plain = [...event.key].length === 1 ? event.key.toLowerCase() : "";
  const known = !alt || /^[ -~]$/.test(plain);
  const key = known ? plain : BY_CODE[event.code] ?? /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? "";
  if (!key) return null;
  const place = alt ? -1 : keys.classes.indexOf(key);
  if (place >= 0) return { place };
  const name = Object.keys(keys.commands).find((some) => keys.commands[some].includes(alt ? `Alt+${key}` : key));
  return name ? { command: name } : null;
}
function keyHelp(classNames, keys) {
  const n = classNames.length;
  if (n === 0) return "";
  const behind = keys.moved.map((name) => keys.commands[name][0].slice("Alt+".length));
  const alt = behind.length ? ` Together with Alt, as their buttons say: ${behind.join(" ")}` : "";
  if (keys.named.every(Boolean)) return `Keys: each class has its own character.${alt}`;
  const without = keys.classes.filter((key) => key === "").length;
  if (keys.named.some(Boolean)) {
    const rest2 = without ? `; ${without} have none, and ${keys.commands.find[0]} finds them` : "";
    return `Keys: a class of one character has that one, the others 1 to 9, 0, then letters, as their buttons say${rest2}.${alt}`;
  }
  const cut = (name) => name.length > 12 ? `${name.slice(0, 11)}…` : name;
  const examples = classNames.slice(0, 2).map((name, place) => `${PLACE_KEYS[place]} is ${cut(name)}`);
  const order = `1 to ${Math.min(9, n)}${n > 9 ? ", 0" : ""}${n > 10 ? ", then letters" : ""}`;
  const rest = without ? `; the first ${PLACE_KEYS.length} have one, and ${keys.commands.find[0]} finds the others` : "";
  return `Keys: they count the classes by place, ${order} (${examples.join(", ")})${rest}.`;
}

// lada_explore/views/labeller/draw.js
var PER_PAGE = 60;
var STRIP = 15;
var SILENT_MS = 3e3;
var SIGNS = { open: "○", saved: "✓", saving: "…", unsaved: "!", disputed: "≠", leaving: "…" };
function situation(model, queue, view) {
  const asked = model.get("asked");
  const marks = model.get("marks");
  const marked = new Map(marks.images.map((mark) => [mark.id, mark]));
  const coming = /* @__PURE__ */ new Map();
  const flags = /* @__PURE__ */ new Map();
  for (const [place, { action }] of queue.waiting.entries()) {
    if (action.name === "flag") flags.set(action.id, action.on);
    if (["label", "adjudicate", "skip"].includes(action.name)) {
      coming.set(action.id, { label: action.label ?? -1, failed: place === 0 && queue.failed, name: action.name });
    }
  }
  const me = marks.people.indexOf(view.annotator);
  const taken = new Set(marks.at.filter(([name]) => name !== view.annotator).map(([, id]) => id));
  const nameOf = (label) => asked.class_names[label] ?? String(label);
  const stateOf = (id) => {
    const mark = marked.get(id);
    const on = coming.get(id);
    const mine = mark?.answers.find(([person]) => person === me)?.[1] ?? -1;
    if (on?.failed)
      return { sign: "unsaved", label: on.label, text: on.label >= 0 ? `${nameOf(on.label)}, not saved` : "not saved" };
    if (on?.name === "skip") return { sign: "leaving", label: -1, text: "being set aside" };
    if (on) return { sign: "saving", label: on.label, text: `${nameOf(on.label)}, being saved` };
    if (mark?.disputed && mark.label < 0) return { sign: "disputed", label: mine, text: "disputed" };
    if (mark && mark.label >= 0) {
      const differ = mark.disputed ? ", answers differ" : "";
      return { sign: "saved", label: mark.label, text: `${nameOf(mark.label)}${differ}` };
    }
    if (mine >= 0) return { sign: "saved", label: mine, text: `${nameOf(mine)}, yours` };
    return { sign: "open", label: -1, text: "open" };
  };
  return {
    asked,
    marks,
    nameOf,
    stateOf,
    mark: (id) => marked.get(id),
    flagged: (id) => flags.get(id) ?? marked.get(id)?.flagged ?? false,
    place: (id) => asked.images.findIndex((image) => image.id === id),
    /** The image to look at: the one that was chosen as long as it is asked, else the first open one. */
    lookedAt(chosen) {
      return chosen !== null && this.place(chosen) >= 0 ? chosen : this.firstOpen();
    },
    /** The next open image after this one; those that somebody else looks at come last. */
    nextOpen(from) {
      const start = this.place(from);
      const round = asked.images.map((_, i) => asked.images[(start + 1 + i) % asked.images.length].id);
      const open = round.filter((id) => id !== from && stateOf(id).sign === "open");
      return open.find((id) => !taken.has(id)) ?? open[0] ?? null;
    },
    firstOpen() {
      const open = asked.images.map(({ id }) => id).filter((id) => id !== view.done && stateOf(id).sign === "open");
      return open.find((id) => !taken.has(id)) ?? open[0] ?? null;
    }
  };
}
function card(image, px, onPick) {
  const made = make("button", "lada-lab-card");
  made.type = "button";
  made.dataset.id = image.id;
  made.style.setProperty("--px", `${px}px`);
  made.append(canvasFor(image.id, px, `image ${image.id}`), make("span", "lada-lab-state"));
  made.addEventListener("click", () => onPick(image.id));
  return made;
}
function showCard(element, now, view, words) {
  const id = Number(element.dataset.id);
  const { sign, text } = now.stateOf(id);
  const image = now.asked.images[now.place(id)];
  element.dataset.state = sign;
  element.setAttribute("aria-pressed", String(id === view.at));
  const flag = now.flagged(id) ? " ⚑" : "";
  setText(element.querySelector(".lada-lab-state"), `${SIGNS[sign]}${words ? ` ${text}` : ""}${flag}`);
  const guess = words && view.guess && image.guess ? `
guess: ${image.guess}` : "";
  element.title = `image ${id}${image.name ? `, ${image.name}` : ""}: ${text}${guess}`;
}
function pairsOf(images) {
  const groups = [];
  for (const image of images) {
    const last = groups.at(-1);
    if (last && image.partner >= 0 && last[0].pair === image.pair) last.push(image);
    else groups.push([image]);
  }
  return groups;
}
function drawGrid(parts, now, view, onPick) {
  const { images } = now.asked;
  const px = SIZES.grid[view.sizes.grid];
  const page = Math.floor(Math.max(0, now.place(view.at)) / PER_PAGE);
  const shown = images.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  refill(parts.stage, ["grid", px, page, shown], () => {
    const list = make("div", "lada-lab-grid");
    for (const group of pairsOf(shown)) {
      const box = make("div", group[0].partner >= 0 ? "lada-lab-pair" : "lada-lab-single");
      if (group[0].partner >= 0) box.append(make("span", "lada-lab-pair-name", `pair ${group[0].pair + 1}`));
      const cards = make("div", "lada-lab-cards");
      cards.append(...group.map((image) => card(image, px, onPick)));
      box.append(cards);
      list.append(box);
    }
    const from = page * PER_PAGE;
    const words = images.length > PER_PAGE ? `Images ${from + 1} to ${from + shown.length} of ${images.length}` : "";
    return [list, make("p", "lada-lab-pages", words), make("div", "lada-lab-about")];
  });
  for (const element of parts.stage.querySelectorAll(".lada-lab-card")) {
    const moved = Number(element.dataset.id) === view.at && element.getAttribute("aria-pressed") === "false";
    showCard(element, now, view, true);
    if (moved) element.scrollIntoView({ block: "nearest" });
  }
  return shown.map(({ id }) => id);
}
function drawOne(parts, now, view) {
  const image = now.asked.images[now.place(view.at)];
  const px = SIZES.one[view.sizes.one];
  if (!image) {
    refill(parts.stage, ["none", now.asked.images.length, now.asked.kind], () => [
      make(
        "p",
        "lada-lab-nothing",
        now.asked.images.length ? "Every image is answered. The arrow keys lead back to them." : "Nothing is asked now."
      )
    ]);
    return [];
  }
  const partner = now.asked.images.find(({ id }) => id === image.partner);
  refill(parts.stage, ["one", px, image.id, partner?.id], () => {
    const figure = make("figure", "lada-lab-figure");
    figure.append(canvasFor(image.id, px, `image ${image.id}`));
    const beside = make("div", "lada-lab-beside");
    beside.append(make("div", "lada-lab-about"));
    if (partner) {
      const box = make("div", "lada-lab-partner");
      box.append(canvasFor(partner.id, 84, `its partner, image ${partner.id}`), make("span", "lada-lab-partner-text"));
      beside.append(box);
    }
    return [figure, beside];
  });
  if (partner)
    setText(parts.stage.querySelector(".lada-lab-partner-text"), `its partner: ${now.stateOf(partner.id).text}`);
  return [image.id, ...partner ? [partner.id] : []];
}
function drawAbout(parts, now, view, adjudicate) {
  const about = parts.stage.querySelector(".lada-lab-about");
  const image = now.asked.images[now.place(view.at)];
  if (!about) return;
  const mark = image && now.mark(image.id);
  const state = image && now.stateOf(image.id);
  const key = [image?.id, state, mark, view.guess, now.flagged(view.at), now.marks.people, now.asked.class_names];
  refill(about, key, () => {
    if (!image) return [make("p", "lada-lab-nothing", now.asked.images.length ? "Every image is answered." : "")];
    const name = make("p", "lada-lab-name", image.name || `image ${image.id}`);
    const stands = make(
      "p",
      "lada-lab-stands",
      `${SIGNS[state.sign]} ${state.text}${now.flagged(image.id) ? " ⚑ flagged" : ""}`
    );
    stands.dataset.state = state.sign;
    const rest = image.why.map((line) => make("li", "", line));
    if (image.name) rest.unshift(make("li", "", `image ${image.id}`));
    const why = make("ul", "lada-lab-why");
    why.append(...rest);
    const parted = [name, stands];
    if (mark?.disputed) parted.push(disputeBox(image.id, mark, now, adjudicate));
    const guess = image.guess || "none, no model has looked at this image";
    if (view.guess) parted.push(make("p", "lada-lab-guess", `guess: ${guess}`));
    return [...parted, why];
  });
}
function disputeBox(id, mark, now, adjudicate) {
  const box = make("div", "lada-lab-dispute");
  const says = mark.answers.map(([person, label]) => `${now.marks.people[person]}: ${now.nameOf(label)}`);
  box.append(make("p", "", says.join(" · ")));
  for (const label of new Set(mark.answers.map(([, given]) => given))) {
    const name = now.nameOf(label);
    box.append(
      labButton(
        `Settle as ${name}`,
        `Decide for all that it is ${name}; stands above the rule`,
        () => adjudicate(id, label)
      )
    );
  }
  return box;
}
function drawStrip(parts, now, view, onPick) {
  const { images } = now.asked;
  parts.strip.hidden = view.grid || images.length === 0;
  if (parts.strip.hidden) return [];
  const place = view.at === null ? images.length - 1 : now.place(view.at);
  const start = Math.max(0, Math.min(place - Math.floor(STRIP / 2), images.length - STRIP));
  const shown = images.slice(start, start + STRIP);
  refill(
    parts.strip,
    shown.map(({ id }) => id),
    () => shown.map((image) => card(image, 48, onPick))
  );
  for (const element of parts.strip.children) showCard(element, now, view, false);
  return shown.map(({ id }) => id);
}
function drawWords(parts, now, view, queue, error, keys) {
  const { marks, asked } = now;
  setText(parts.sentence, marks.sentence);
  setText(parts.progress, marks.progress);
  setText(parts.pace, marks.pace.find(([name]) => name === view.annotator)?.[1] ?? "");
  parts.fill.style.width = `${marks.total ? 100 * marks.answered / marks.total : 0}%`;
  for (const [name, value] of [
    ["min", 0],
    ["max", marks.total || 1],
    ["now", marks.answered]
  ]) {
    parts.bar.setAttribute(`aria-value${name}`, String(value));
  }
  const waits = queue.waiting.length;
  const silent = waits > 0 && !queue.failed && queue.silentMs > SILENT_MS;
  setText(
    parts.saved,
    queue.failed || silent || queue.lost ? `${waits} not saved` : waits ? `${waits} being saved …` : marks.answered ? "✓ all saved" : ""
  );
  const left = waits > 1 ? `; ${waits - 1} more wait behind it` : "";
  const busy = `The kernel has been silent for ${Math.round(queue.silentMs / 1e3)} s: ${waits} not saved yet. They are sent again until it answers; keep this page open.`;
  const lost = queue.lost;
  setText(parts.troubleText, lost || (queue.failed ? `Not saved: ${queue.failed}${left}` : silent ? busy : ""));
  parts.trouble.hidden = !(lost || queue.failed || silent);
  parts.again.hidden = parts.drop.hidden = !queue.failed;
  setText(parts.error, error);
  parts.error.hidden = !error;
  parts.goOn.hidden = !marks.go_on;
  parts.grow.hidden = !asked.may_grow;
  if (document.activeElement !== parts.rule) parts.rule.value = marks.rule;
  parts.aside.hidden = marks.skipped.length === 0;
  setText(
    parts.asideText,
    `${marks.skipped.length} set aside: ${marks.skipped.slice(0, 8).join(", ")}${marks.skipped.length > 8 ? " …" : ""} `
  );
  const steps = marks.undo.find(([person]) => marks.people[person] === view.annotator)?.[1] ?? 0;
  parts.undo.dataset.says = `Take back your last action; ${steps} can be taken back without making anything stale`;
  for (const name of Object.keys(keys.commands)) if (name in parts) showKey(parts[name], keys.commands[name][0]);
  parts.filter.placeholder = `Find a class: ${keys.commands.find[0]}`;
  setText(parts.help, `${view.newKeys ? "The keys have changed. " : ""}${keyHelp(asked.class_names, keys)}`);
  parts.grid.setAttribute("aria-pressed", String(view.grid));
  parts.guess.setAttribute("aria-pressed", String(view.guess));
  setText(parts.last, view.last === null ? "" : `last: ${now.nameOf(view.last)}`);
  parts.body.classList.toggle("lada-lab-many", asked.class_names.length > FEW_CLASSES);
  parts.side.hidden = asked.images.length === 0 && !asked.may_grow;
  parts.root.dataset.kind = asked.kind;
  parts.root.dataset.cycle = asked.cycle;
  parts.root.dataset.waiting = waits;
  parts.root.dataset.at = view.at ?? "";
}

// lada_explore/views/labeller/queue.js
var AGAIN_MS = 4e3;
function leftBehind(run) {
  const key = `lada-unsaved:${run}`;
  const read = () => JSON.parse(localStorage.getItem(key)) ?? [];
  const guarded = (call, otherwise) => {
    try {
      return run ? call() : otherwise;
    } catch {
      return otherwise;
    }
  };
  return {
    /** How many are kept. What was under way may have been done, so of that only what bears repeating is. */
    keep(actions, underWay = []) {
      const repeated = underWay.filter(({ name }) => !["undo", "add_class"].includes(name));
      const kept = [...repeated, ...actions].filter(({ name }) => name !== "go_on");
      return guarded(() => {
        if (kept.length) localStorage.setItem(key, JSON.stringify([...read(), ...kept]));
        return kept.length;
      }, 0);
    },
    /** The actions that were kept, which nobody gets a second time. */
    take: () => guarded(() => {
      const kept = read();
      localStorage.removeItem(key);
      return Array.isArray(kept) ? kept : [];
    }, [])
  };
}
function actionQueue(send, changed) {
  const page = crypto.randomUUID?.() ?? `${Math.random()}-${Date.now()}`;
  let waiting = [];
  let seq = 0;
  let since = 0;
  let timer = null;
  let ended = false;
  let lost = "";
  const post = () => {
    clearTimeout(timer);
    const first = waiting[0];
    if (ended || !first || first.failed) return;
    since ||= Date.now();
    send({ type: "act", page, seq: first.seq, ...first.action });
    timer = setTimeout(() => {
      post();
      changed();
    }, AGAIN_MS);
  };
  return {
    page,
    get waiting() {
      return waiting;
    },
    /** The sentence of a refused action; everything behind it waits, since it may build on it. */
    get failed() {
      return waiting[0]?.failed ?? "";
    },
    /** How long the kernel has been silent. */
    get silentMs() {
      return since ? Date.now() - since : 0;
    },
    /** What became of the actions that an ended kernel left behind, in a sentence; empty where it left none. */
    get lost() {
      return lost;
    },
    /** The kernel has ended: nothing is sent any more. `keep` keeps actions and says how many. */
    lose(keep) {
      ended = true;
      clearTimeout(timer);
      const [first, ...others] = waiting.map(({ action }) => action);
      const kept = keep(others, first ? [first] : []);
      const sent = kept ? "kept in this browser, and sent when this cell has been run again" : "answer again when this cell has been run";
      if (waiting.length) lost = `${waiting.length} not saved: ${sent}.`;
      changed();
    },
    push(action) {
      waiting.push({ seq: seq += 1, action, failed: "" });
      if (waiting.length === 1) post();
      changed();
    },
    /** Returns the acknowledged action, null for one that was acknowledged before. */
    acknowledge(message) {
      const first = waiting[0];
      if (message.page !== page || !first || message.seq !== first.seq) return null;
      clearTimeout(timer);
      since = 0;
      if (message.ok) waiting = waiting.slice(1);
      else first.failed = message.say;
      post();
      changed();
      return message.ok ? first.action : null;
    },
    again() {
      const first = waiting[0];
      if (!first) return;
      first.failed = "";
      first.seq = seq += 1;
      for (const later of waiting.slice(1)) later.seq = seq += 1;
      post();
      changed();
    },
    drop() {
      waiting = waiting.slice(1);
      post();
      changed();
    },
    /** The view goes: the first has been sent to a kernel that answers, and `keep` keeps those behind it. */
    leave(keep) {
      clearTimeout(timer);
      if (!ended) keep(waiting.slice(1).map(({ action }) => action));
      ended = true;
    }
  };
}

// lada_explore/views/labeller/labeller.js
var NO_IMAGE = "No image is chosen; choose one with the arrow keys or a click.";
var AHEAD = 12;
function preferences(begin) {
  const key = `lada-labeller:${JSON.stringify(begin)}`;
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
  }
  const view = {
    ...begin,
    sizes: { one: 2, grid: 2 },
    ...kept,
    at: null,
    filter: "",
    best: 0,
    last: null,
    counts: false,
    newKeys: false,
    done: null
  };
  const keep = () => {
    const { annotator, grid, guess, sizes } = view;
    try {
      sessionStorage.setItem(key, JSON.stringify({ annotator, grid, guess, sizes }));
    } catch {
    }
  };
  return [view, keep];
}
function render({ model, el }) {
  const [view, keep] = preferences(model.get("begin"));
  let keys = keysOf(model.get("asked").class_names);
  const notify = (message) => {
    try {
      model.send(message);
    } catch {
    }
  };
  const queue = actionQueue(notify, () => draw());
  const book = pictureBook((ids) => notify({ type: "pictures", page: queue.page, ids }));
  let notified = null;
  let atTimer = null;
  const situated = () => situation(model, queue, view);
  const say = (text) => setText(parts.said, text);
  const act = (name, more = {}) => queue.push({ name, annotator: view.annotator, at: view.at ?? -1, ms: Date.now(), ...more });
  const look = (id) => {
    view.at = id;
    draw();
  };
  const here = () => {
    if (view.at !== null) return true;
    say(NO_IMAGE);
    return false;
  };
  const advance = (name, more) => {
    const id = view.at;
    view.at = situated().nextOpen(id);
    act(name, { id, ...more });
  };
  const label = (place) => {
    if (!here()) return;
    view.last = place;
    view.newKeys = false;
    view.filter = parts.filter.value = "";
    say("");
    advance("label", { label: place });
  };
  const adjudicate = (id, place) => {
    say("");
    act("adjudicate", { id, label: place });
    parts.root.focus({ preventScroll: true });
  };
  const move = (step) => {
    const { images } = model.get("asked");
    if (!images.length) return;
    const place = images.findIndex(({ id }) => id === view.at);
    const to = place < 0 ? step < 0 ? images.length - 1 : 0 : Math.max(0, Math.min(images.length - 1, place + step));
    look(images[to].id);
  };
  const zoom = (step) => {
    const which = view.grid ? "grid" : "one";
    view.sizes[which] = Math.max(0, Math.min(SIZES[which].length - 1, view.sizes[which] + step));
    keep();
    draw();
  };
  const toggle = (name) => {
    view[name] = !view[name];
    keep();
    draw();
  };
  const on = {
    again: () => queue.again(),
    drop: () => queue.drop(),
    same: () => view.last === null ? say("Nothing was answered yet.") : label(view.last),
    skip: () => here() && advance("skip"),
    flag: () => here() && act("flag", { id: view.at, on: !situated().flagged(view.at) }),
    undo: () => act("undo"),
    move,
    zoom,
    smaller: () => zoom(-1),
    larger: () => zoom(1),
    grid: () => toggle("grid"),
    guess: () => toggle("guess"),
    goOn: () => act("go_on"),
    counts: () => toggle("counts"),
    find: () => parts.filter.focus(),
    unskip: () => act("unskip", { ids: model.get("marks").skipped }),
    addClass: () => {
      const text = parts.newClass.value.trim();
      if (!text) return say("Type the name of the further class first.");
      if (model.get("asked").class_names.includes(text)) return say(`The class ${text} is there already.`);
      act("add_class", { text });
      parts.newClass.value = "";
    }
  };
  const parts = buildLabeller(el, on);
  parts.annotator.value = view.annotator;
  const classes = classList(parts, { label, noMore: (place) => act("mark_class_absent", { label: place }) });
  const drawAll = () => {
    const now = situated();
    view.at = now.lookedAt(view.at);
    if (view.at !== null && parts.said.textContent === NO_IMAGE) say("");
    learnKeys(now.asked.class_names);
    const shown = view.grid && now.asked.images.length ? drawGrid(parts, now, view, look) : drawOne(parts, now, view);
    drawAbout(parts, now, view, adjudicate);
    classes.draw(now, view, keys);
    const beside = drawStrip(parts, now, view, look);
    drawWords(parts, now, view, queue, model.get("error"), keys);
    const place = Math.max(0, now.place(view.at));
    const soon = now.asked.images.slice(place, place + AHEAD).map(({ id }) => id);
    book.want([.../* @__PURE__ */ new Set([...shown, ...beside, ...soon])]);
    paint();
  };
  const paint = () => {
    for (const canvas of parts.root.querySelectorAll("canvas")) book.paint(canvas, Number(canvas.dataset.id));
  };
  function draw() {
    drawAll();
    notifyAt();
  }
  const learnKeys = (names) => {
    const before = keys;
    keys = keysOf(names);
    view.newKeys ||= before.classes.some((key, place) => key !== keys.classes[place]);
  };
  const notifyAt = () => {
    if (notified === view.at || queue.waiting.length || model.get("asked").images.length === 0) return;
    clearTimeout(atTimer);
    atTimer = setTimeout(() => {
      notified = view.at;
      notify({ type: "at", annotator: view.annotator, at: view.at ?? -1 });
    }, 250);
  };
  const steps = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    ArrowUp: () => move(view.grid ? -rowLength(parts) : -1),
    ArrowDown: () => move(view.grid ? rowLength(parts) : 1),
    Home: () => move(-Infinity),
    End: () => move(Infinity)
  };
  parts.root.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select")) return;
    if (["Enter", " "].includes(event.key) && event.target.matches("button")) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const step = modified ? void 0 : steps[event.key];
    const meant = step ? null : meaningOf(event, keys);
    if (!step && !meant) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !step) return;
    if (step) step();
    else if (meant.command) on[meant.command]();
    else label(meant.place);
  });
  const leave = () => parts.root.focus({ preventScroll: true });
  parts.filter.addEventListener("input", () => {
    view.filter = parts.filter.value;
    view.best = 0;
    draw();
  });
  parts.filter.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const found = classes.draw(situated(), view, keys);
    if (event.key === "Escape" || event.key === "Enter" && view.filter && found.length) {
      const chosen = event.key === "Enter" ? found[view.best] : null;
      view.filter = parts.filter.value = "";
      leave();
      if (chosen === null) draw();
      else label(chosen);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      view.best = Math.max(0, view.best + (event.key === "ArrowDown" ? 1 : -1));
      draw();
    }
  });
  const rename = () => {
    view.annotator = parts.annotator.value.trim() || view.annotator;
    parts.annotator.value = view.annotator;
    notified = null;
    keep();
    draw();
  };
  parts.annotator.addEventListener("change", rename);
  for (const input of [parts.annotator, parts.newClass]) {
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && input === parts.newClass) on.addClass();
      if (event.key === "Enter" || event.key === "Escape") leave();
    });
  }
  parts.rule.addEventListener("change", () => act("rule", { rule: parts.rule.value }));
  const kept = leftBehind(model.get("run_name"));
  const takeOver = () => {
    const actions = kept.take();
    for (const action of actions) queue.push(action);
    const what = actions.length === 1 ? "1 answer that was not saved is" : `${actions.length} answers that were not saved are`;
    if (!actions.length) return;
    view.at = situated().firstOpen();
    say(`${what} sent now: the page or the kernel ended before that.`);
    draw();
  };
  const onMessage = (message, buffers) => {
    if (message.type === "pictures") {
      book.take(message, buffers);
      paint();
    } else if (message.type === "ack") {
      if (message.page !== queue.page) return;
      const first = queue.waiting[0];
      const answers = ["label", "adjudicate", "skip"].includes(first?.action.name);
      if (message.ok && answers && first.seq === message.seq) view.done = first.action.id;
      const done = queue.acknowledge(message);
      if (!done) return;
      if (message.say) say(message.say);
      if (message.show >= 0 && situated().place(message.show) >= 0) look(message.show);
    }
  };
  const marked = () => {
    view.done = null;
    draw();
  };
  model.on("change:asked", draw);
  model.on("change:marks", marked);
  model.on("change:error", draw);
  model.on("msg:custom", onMessage);
  model.kernel.onGone(() => queue.lose(kept.keep));
  const goes = () => queue.leave(kept.keep);
  window.addEventListener("pagehide", goes);
  draw();
  if (!model.kernel.gone) takeOver();
  return () => {
    goes();
    window.removeEventListener("pagehide", goes);
    clearTimeout(atTimer);
    classes.stop();
    model.off("change:asked", draw);
    model.off("change:marks", marked);
    model.off("change:error", draw);
    model.off("msg:custom", onMessage);
  };
}
function rowLength(parts) {
  const cards = [...parts.stage.querySelectorAll(".lada-lab-card")];
  return Math.max(
    1,
    cards.filter((some) => Math.abs(some.getBoundingClientRect().top - cards[0].getBoundingClientRect().top) < 4).length
  );
}
var labeller_default = withKernel({ render });
export {
  labeller_default as default
};
