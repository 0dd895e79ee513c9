// The labeller: layout and input. What stands is in `asked` and `marks`; on top of it lies what is still being saved.

import { withKernel } from "../base/kernel.js";
import { setText } from "../base/page.js";
import { classList } from "./classes.js";
import { drawAbout, drawGrid, drawOne, drawStrip, drawWords, situation } from "./draw.js";
import { keysOf, meaningOf } from "./keys.js";
import { buildLabeller, pictureBook, SIZES } from "./parts.js";
import { actionQueue, leftBehind } from "./queue.js";

const NO_IMAGE = "No image is chosen; choose one with the arrow keys or a click.";
const AHEAD = 12; // pictures that are asked for before they are needed

function preferences(begin) {
  const key = `lada-labeller:${JSON.stringify(begin)}`;
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    // A page without storage forgets its settings on a reload, nothing else.
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
    done: null,
  };
  const keep = () => {
    const { annotator, grid, guess, sizes } = view;
    try {
      sessionStorage.setItem(key, JSON.stringify({ annotator, grid, guess, sizes }));
    } catch {
      // As above.
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
      // The kernel is gone: what is not acknowledged stays on screen as not saved.
    }
  };
  const queue = actionQueue(notify, () => draw());
  const book = pictureBook((ids) => notify({ type: "pictures", page: queue.page, ids }));
  let notified = null;
  let atTimer = null;

  const situated = () => situation(model, queue, view);
  const say = (text) => setText(parts.said, text);
  const act = (name, more = {}) =>
    queue.push({ name, annotator: view.annotator, at: view.at ?? -1, ms: Date.now(), ...more });
  const look = (id) => {
    view.at = id;
    draw();
  };
  const here = () => {
    if (view.at !== null) return true;
    say(NO_IMAGE);
    return false;
  };
  /** Leaves the image that was just dealt with for the next open one. */
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
    const to = place < 0 ? (step < 0 ? images.length - 1 : 0) : Math.max(0, Math.min(images.length - 1, place + step));
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
    same: () => (view.last === null ? say("Nothing was answered yet.") : label(view.last)),
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
    },
  };
  const parts = buildLabeller(el, on);
  parts.annotator.value = view.annotator;

  const classes = classList(parts, { label, noMore: (place) => act("mark_class_absent", { label: place }) });

  const drawAll = () => {
    const now = situated();
    // Here and nowhere else: whatever has changed, and in whatever order that was heard.
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
    book.want([...new Set([...shown, ...beside, ...soon])]);
    paint();
  };
  const paint = () => {
    for (const canvas of parts.root.querySelectorAll("canvas")) book.paint(canvas, Number(canvas.dataset.id));
  };
  function draw() {
    drawAll();
    notifyAt();
  }
  /** A class that was added may change the keys of the others. */
  const learnKeys = (names) => {
    const before = keys;
    keys = keysOf(names);
    view.newKeys ||= before.classes.some((key, place) => key !== keys.classes[place]);
  };
  /** Others who share the query begin elsewhere. */
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
    End: () => move(Infinity),
  };
  parts.root.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select")) return;
    if (["Enter", " "].includes(event.key) && event.target.matches("button")) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const step = modified ? undefined : steps[event.key];
    const meant = step ? null : meaningOf(event, keys);
    if (!step && !meant) return;
    event.preventDefault();
    event.stopPropagation(); // with Alt, which the guard of the plain keys lets through
    if (event.repeat && !step) return; // a key held down answers one image, not ten
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
    if (event.isComposing) return; // Enter ends a word of an input method, and answers nothing
    const found = classes.draw(situated(), view, keys);
    if (event.key === "Escape" || (event.key === "Enter" && view.filter && found.length)) {
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
  /** What an ended kernel or a page that was left has kept goes to the kernel that answers now. */
  const takeOver = () => {
    const actions = kept.take();
    for (const action of actions) queue.push(action);
    const what =
      actions.length === 1 ? "1 answer that was not saved is" : `${actions.length} answers that were not saved are`;
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

/** Cards in the first row of the grid. */
function rowLength(parts) {
  const cards = [...parts.stage.querySelectorAll(".lada-lab-card")];
  return Math.max(
    1,
    cards.filter((some) => Math.abs(some.getBoundingClientRect().top - cards[0].getBoundingClientRect().top) < 4)
      .length,
  );
}

export default withKernel({ render });
