// The labeller's fixed parts, and its pictures.

import { announced, button, make, setText, viewRoot } from "../base/page.js";

export const SIZES = { one: [168, 252, 336, 448, 616], grid: [64, 96, 128, 192, 288] };
const SMALL_PX = 96; // images up to this size are shown with sharp pixels

export function labButton(text, title, onClick, key = "") {
  const made = button("", title, onClick, "lada-lab-button");
  made.append(make("span", "lada-lab-text", text));
  made.dataset.says = title;
  showKey(made, key);
  return made;
}

/** The key of a button: on it, and in its title. */
export function showKey(shown, key, title = shown.dataset.says) {
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

/** Pictures by id: asked for once, kept, and painted on every canvas that shows them. */
export function pictureBook(ask) {
  const known = new Map();
  const asked = new Set();
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
        // The file itself may follow what the classifier sees of it.
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
    },
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

export function canvasFor(id, px, alt) {
  const canvas = make("canvas", "lada-lab-picture");
  canvas.width = canvas.height = 1;
  canvas.style.setProperty("--px", `${px}px`);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
  canvas.dataset.id = id;
  return canvas;
}

export function buildLabeller(el, on) {
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
    on.guess,
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
    on.counts,
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
    ["adjudicate", "somebody settles it"],
  ]) {
    parts.rule.append(Object.assign(make("option", "", text), { value }));
  }
  rule.append(parts.rule);
  parts.aside = make("span", "lada-lab-aside");
  parts.asideText = make("span", "");
  parts.unskip = labButton(
    "Ask these again",
    "Let the images that were set aside be asked again, from the next cycle on",
    on.unskip,
  );
  parts.aside.append(parts.asideText, parts.unskip);
  parts.goOn = labButton(
    "Go on",
    "Train and choose the next images; the run waits for you again at its next query",
    on.goOn,
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
