// The labeller's fixed parts, built once: what is drawn anew is in images.js, classes.js and words.js.

import { KEYS_LABEL, keyList } from "../base/key_list.js";
import { announced, button, make, progressBar, setText, viewRoot, within } from "../base/page.js";
import { ASKED_FOR_KEYS } from "../base/view_keys.js";
import { keyLines } from "./keys.js";

/** @import { KeySection } from "../base/key_list.js" */
/** @import { Actions } from "./actions.js" */

/** @typedef {ReturnType<typeof buildLabeller>} Parts */

const RULES = [
  ["last", "the last one counts"],
  ["majority", "the majority decides"],
  ["adjudicate", "somebody decides"],
];

const DOES = "Here a person answers: the image that is asked about, its classes, and below it the images of the query.";
const SELECT_ALL = globalThis.navigator?.platform.startsWith("Mac") ? "⌘A" : "Ctrl+A";

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} onClick
 * @param {string} [key]
 */
export function labButton(text, title, onClick, key = "") {
  const press = () => {
    if (made.getAttribute("aria-disabled") !== "true") onClick();
  };
  const made = button("", title, press, "lada-lab-button");
  made.append(make("span", "lada-lab-text", text));
  made.dataset.says = title;
  showKey(made, key);
  return made;
}

/**
 * The text of a button, apart from its key.
 *
 * @param {HTMLElement} made
 */
export function labelOf(made) {
  return within(made, ".lada-lab-text");
}

/**
 * The key of a button: on it, and in its title.
 *
 * @param {HTMLElement} shown
 * @param {string} key
 */
export function showKey(shown, key, title = shown.dataset.says ?? "") {
  shown.dataset.says = title;
  shown.title = key ? `${title} (key ${key})` : title;
  if (!key) return;
  setText(shown.querySelector("kbd") ?? shown.appendChild(make("kbd")), key);
  shown.setAttribute("aria-keyshortcuts", key);
}

/**
 * @param {string} label
 * @param {string} className
 */
function labInput(label, className, placeholder = "") {
  const made = make("input", `lada-field lada-lab-input ${className}`);
  made.type = "text";
  if (placeholder) made.placeholder = placeholder;
  made.setAttribute("aria-label", label);
  return made;
}

/**
 * @param {string} className
 * @param {string} role
 * @param {string} label
 */
function labelled(className, role, label) {
  const made = make("div", className);
  made.setAttribute("role", role);
  made.setAttribute("aria-label", label);
  return made;
}

/**
 * What is asked, how far it is answered, and what ends it.
 *
 * @param {Actions} on
 */
function buildHead(on) {
  const head = make("header", "lada-lab-head");
  const sentence = announced("lada-lab-sentence");
  const pace = make("span", "lada-lab-pace");
  const progress = make("span", "lada-lab-amount");
  const saved = announced("lada-lab-saved");
  const goOn = buildGoOn(on);
  const enough = buildEnough(on);
  const { bar, fill } = progressBar("Images answered");
  head.append(sentence, pace, progress, saved, enough, goOn, bar);
  return { head, sentence, saved, bar, fill, progress, pace, goOn, enough };
}

/** @param {Actions} on */
function buildTrouble(on) {
  const trouble = make("div", "lada-lab-trouble");
  trouble.setAttribute("role", "alert");
  const troubleText = make("span", "lada-lab-trouble-text");
  const again = labButton("Send again", "Try to save this answer once more", () => on.again());
  const drop = labButton("Drop it", "Drop this action and send the ones that wait behind it", () => on.drop());
  trouble.append(troubleText, again, drop);
  return { trouble, troubleText, again, drop };
}

/** @param {Actions} on */
function buildTools(on) {
  const tools = labelled("lada-lab-tools", "toolbar", "What to do with the image");
  const { act, steps, ...acting } = buildActing(on);
  const { look, sort, commands: looking } = buildLooking(on);
  tools.append(act, look);
  const { undo, ...aboutImages } = acting;
  const { keys, ...ofImages } = looking;
  /** Buttons that do something only while there are images. */
  const needImages = [...steps, ...Object.values(aboutImages), ...Object.values(ofImages), sort];
  /** Buttons of the commands that have a key. */
  return { tools, sort, needImages, commands: { ...acting, ...looking } };
}

/** @param {Actions} on */
function buildActing(on) {
  const act = make("div", "lada-lab-group");
  const same = labButton("Same as last", "Give it the class of the last answer", () => on.same());
  const aside = "Set the image aside, or all that are selected: it is not asked again, but the next best image is";
  const like = "Show the images without an answer that are most like this one, asked or not, to answer them together";
  const alike = labButton("More like this", like, () => on.alike());
  const skip = labButton("Can't tell", aside, () => on.skip());
  const flag = labButton("Flag", "Mark the image for a later look, or all that are selected", () => on.flag());
  const undo = labButton("Undo", "Undo your last action", () => on.undo());
  const back = labButton("◀", "The image before", () => on.move(-1), "←");
  const next = labButton("▶", "The next image", () => on.move(1), "→");
  act.append(back, next, same, alike, skip, flag, undo);
  return { act, steps: [back, next], same, alike, skip, flag, undo };
}

/** @param {Actions} on */
function buildLooking(on) {
  const look = make("div", "lada-lab-group lada-lab-look");
  const grid = labButton("Grid", "All images beside each other, or one at a time", () => on.grid());
  const hidden = "Show the model's guess; it influences people, so it is hidden at first";
  const guess = labButton("Model's guess", hidden, () => on.guess());
  const like =
    "Put the images in the order of the model's guesses, like beside like; the images of a pair stay together";
  const sort = labButton("Sort by guess", like, () => on.sort());
  const smaller = labButton("Smaller", "Smaller images", () => on.smaller());
  const larger = labButton("Larger", "Larger images", () => on.larger());
  const keys = labButton("", KEYS_LABEL, () => on.keys());
  keys.setAttribute("aria-label", KEYS_LABEL);
  keys.classList.add("lada-keys-button");
  smaller.classList.add("lada-lab-brief");
  larger.classList.add("lada-lab-brief");
  look.append(grid, guess, sort, smaller, larger, keys);
  return { look, sort, commands: { grid, guess, smaller, larger, keys } };
}

/**
 * The frame of the picture looked at, and what magnifies the picture.
 *
 * @param {Actions} on
 */
function buildFigure(on) {
  const figure = make("figure", "lada-lab-figure");
  const canvas = figure.appendChild(make("canvas", "lada-lab-picture lada-lab-view"));
  canvas.width = canvas.height = 1;
  canvas.setAttribute("role", "img");
  const row = figure.appendChild(labelled("lada-lab-zoom", "group", "Zoom"));
  const zoomOut = labButton("", "Show more of the picture", () => on.zoomOut());
  const zoomIn = labButton("", "Magnify the picture, as the wheel and two fingers do; dragging moves it", () =>
    on.zoomIn(),
  );
  const wholly = labButton("Whole", "Show the whole picture (key Escape)", () => on.showWhole());
  const next = "Show the next images at this place and magnification too, such as a series of one microscope";
  const keep = labButton("Keep", next, () => on.keepZoom());
  const amount = make("span", "lada-lab-magnified");
  zoomOut.setAttribute("aria-label", "Zoom out");
  zoomIn.setAttribute("aria-label", "Zoom in");
  row.append(zoomOut, zoomIn, wholly, keep, amount);
  const note = announced("lada-lab-note"); // beside the picture, where it has room
  return { commands: { zoomOut, zoomIn }, zoom: { figure, canvas, keep, amount, note } };
}

/** @typedef {ReturnType<typeof buildFigure>["zoom"]} ZoomParts */

/** @param {Actions} on */
function buildBody(on) {
  const body = make("div", "lada-lab-body");
  const stage = make("div", "lada-lab-stage");
  const { side, ...within } = buildSide(on);
  body.append(stage, side);
  return { body, stage, side, ...within };
}

/** @param {Actions} on */
function buildSide(on) {
  const side = make("div", "lada-lab-side");
  const find = make("div", "lada-lab-find");
  const filter = labInput("Find a class", "lada-lab-filter");
  const last = make("span", "lada-lab-last");
  find.append(filter, last);
  const open = "How many images of each class the start still looks for; say there if a class has no more";
  const counts = labButton("", open, () => on.counts());
  counts.classList.add("lada-lab-counts");
  const recent = labelled("lada-lab-recent", "group", "Classes used last");
  const list = make("div", "lada-lab-list");
  const classes = list.appendChild(labelled("lada-lab-classes", "group", "Classes"));
  const noClass = make("p", "lada-lab-none");
  const grow = make("div", "lada-lab-grow");
  const newClass = labInput("New class name", "lada-lab-new", "New class name");
  const add = labButton("Add class", "Add a class; possible before the first training", () => on.addClass());
  grow.append(newClass, add);
  side.append(find, counts, recent, list, noClass, grow);
  return { side, filter, last, counts, recent, list, classes, noClass, grow, newClass };
}

/**
 * What is selected, and what to do about it.
 *
 * @param {Actions} on
 */
function buildSelectionBar(on) {
  const bar = labelled("lada-lab-selection", "group", "Selected images");
  const selectionText = announced("lada-lab-selection-text");
  const all = labButton("Select all open", "Select every image that is open", () => on.selectAll(), SELECT_ALL);
  const none = labButton("Select none", "Select no image any more", () => on.clearSelection(), "Esc");
  bar.append(selectionText, all, none);
  return { bar, selectionText, selectNone: none };
}

/**
 * What is on the shelf, and the way back to the query.
 *
 * @param {Actions} on
 */
function buildShelfBar(on) {
  const shelfBar = labelled("lada-lab-shelf", "group", "Images beside the query");
  const shelfText = announced("lada-lab-shelf-text");
  shelfBar.append(
    shelfText,
    labButton("Back", "Back to the images that are asked", () => on.leaveShelf(), "Esc"),
  );
  return { shelfBar, shelfText };
}

/** @param {Actions} on */
function buildFoot(on) {
  const foot = make("footer", "lada-lab-foot");
  const said = announced("lada-lab-said");
  const hint = make("span", "lada-lab-hint", "Click here to use the keyboard.");
  const who = make("label", "lada-lab-who", "You are ");
  const annotator = labInput("Who answers", "lada-lab-annotator");
  who.append(annotator);
  const ruleLabel = make("label", "lada-lab-rule", "If answers differ: ");
  const rule = make("select", "lada-field lada-lab-input");
  for (const [value, text] of RULES) rule.append(Object.assign(make("option", "", text), { value }));
  ruleLabel.append(rule);
  const aside = make("span", "lada-lab-aside");
  const asideText = make("span", "");
  const later = "Let the images that were set aside be asked again, from the next cycle on";
  aside.append(
    asideText,
    labButton("Ask these again", later, () => on.unskip()),
  );
  const added = "Look for images that were added to the folder of the run; they are drawn from the next cycle on";
  const find = labButton("Look for new images", added, () => on.findImages());
  const found = announced("lada-lab-found");
  const changed = announced("lada-lab-changed");
  foot.append(said, hint, found, aside, find, who, ruleLabel, changed);
  return { foot, said, changed, annotator, rule, aside, asideText, find, found };
}

/** @param {Actions} on */
function buildGoOn(on) {
  const goOn = labButton(
    "Go on",
    "Train and choose the next images; the run waits for you again at its next query",
    () => on.goOn(),
  );
  goOn.classList.add("lada-lab-primary");
  return goOn;
}

/** @param {Actions} on */
function buildEnough(on) {
  const says = "Look for no more images of any class: train on those that were found";
  const enough = labButton("Enough, start training", says, () => on.enough());
  enough.classList.add("lada-lab-enough");
  return enough;
}

/**
 * @param {HTMLElement} el
 * @param {Actions} on what the buttons do
 */
export function buildLabeller(el, on) {
  const root = viewRoot(el, "lada-labeller", "Labeller");
  const { head, ...inHead } = buildHead(on);
  const { trouble, ...inTrouble } = buildTrouble(on);
  const { tools, sort, needImages, commands: inTools } = buildTools(on);
  const { zoom, commands: inFigure } = buildFigure(on);
  const commands = { ...inTools, ...inFigure };
  const { body, ...inBody } = buildBody(on);
  const { foot, ...inFoot } = buildFoot(on);
  const error = announced("lada-lab-error", "alert");
  const strip = labelled("lada-lab-strip", "group", "Images asked");
  const { bar: selectionBar, ...inBar } = buildSelectionBar(on);
  const inShelf = buildShelfBar(on);
  root.append(head, trouble, error, tools, inShelf.shelfBar, body, strip, selectionBar, foot);
  root.tabIndex = 0;
  const help = make("p", "lada-lab-help");
  const lines = () => keyLines(on.labeller.keys);
  const keyDialog = keyList(root, "Keys: labeller", () => [{ title: "", does: "", lines: lines() }], help);
  root.addEventListener(ASKED_FOR_KEYS, (event) => {
    const { detail } = /** @type {CustomEvent<KeySection[]>} */ (event);
    detail.push({ title: "labeller", does: `${DOES} ${help.textContent}`.trimEnd(), lines: lines() });
  });
  root.dataset.ownKeys = "a"; // which are its own with Ctrl or Cmd too
  return {
    root,
    trouble,
    error,
    help,
    keyDialog,
    commands,
    body,
    strip,
    zoom,
    sort,
    needImages,
    selectionBar,
    ...inBar,
    ...inShelf,
    ...inHead,
    ...inTrouble,
    ...inBody,
    ...inFoot,
  };
}
