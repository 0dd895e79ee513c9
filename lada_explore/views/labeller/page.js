// One labeller in a page: what stands is in `asked` and `marks`; on top of it lies what is still being saved.

import { setText } from "../base/page.js";
import { Actions, NO_IMAGE, NOTHING_ASKED } from "./actions.js";
import { watchBand } from "./band.js";
import { ClassList } from "./classes.js";
import { DetailBook } from "./details.js";
import { watchGestures } from "./gestures.js";
import { HeldImage } from "./held.js";
import { cardsIn, drawAbout, drawGrid, drawOne, drawStrip } from "./images.js";
import { listen } from "./input.js";
import { keysOf } from "./keys.js";
import { ImageOrder } from "./order.js";
import { PageState, SIZES } from "./page_state.js";
import { buildLabeller } from "./parts.js";
import { PictureBook } from "./pictures.js";
import { Presence } from "./presence.js";
import { ActionQueue, LeftBehind } from "./queue.js";
import { watchRoom } from "./room.js";
import { drawSelection } from "./selection_bar.js";
import { drawShelf, needShelf, onShelf } from "./shelf.js";
import { Situation } from "./situation.js";
import { Viewer } from "./viewer.js";
import { drawWords } from "./words.js";

/** @import { Model } from "../base/kernel.js" */
/** @import { Parts } from "./parts.js" */
/** @import { Acknowledgement, Action, Detail, LabellerTraits, Pictures, SayAgain } from "./state.js" */

const AHEAD = 12; // small pictures that are asked for before they are needed
const ROW = 420; // px of the image and the classes
const BELOW = 34; // of them, for what stands below a picture
const GRID_ROW = 640; // px for many images, as far as the page has room
const FITS = 2; // place of the size of a single picture that fills the row
const REFUSED_MS = 10_000; // for which it is said that an answer came too late
const AHEAD_WHOLE = 2; // pictures of files that are

/** What a labeller is made of, and when it is drawn. */
export class Labeller {
  /**
   * @param {Model<LabellerTraits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    const send = (/** @type {object} */ message) => this.send(message);
    this.model = model;
    this.saidUntil = 0;
    this.view = new PageState(model.get("begin"));
    this.keys = keysOf(model.get("asked").class_names);
    this.queue = new ActionQueue(send, () => this.draw());
    this.held = new HeldImage();
    this.order = new ImageOrder();
    /** @type {Situation | undefined} what was drawn last */
    this.shown = undefined;
    this.kept = new LeftBehind(model.get("run_name"));
    this.presence = new Presence(send, this.queue.page);
    this.book = new PictureBook((ids) => send({ type: "pictures", page: this.queue.page, ids }));
    this.details = new DetailBook(
      (request) => send({ type: "detail", page: this.queue.page, ...request }),
      () => this.paint(),
    );
    this.actions = new Actions(this);
    this.parts = buildLabeller(el, this.actions);
    this.viewer = new Viewer(this.parts.zoom, this.book, this.details, this.view);
    const { canvas } = this.parts.zoom;
    watchGestures(
      canvas,
      this.viewer,
      () => this.focus(),
      () => this.parts.root.matches(":focus-within"),
    );
    this.parts.annotator.value = this.view.annotator;
    this.classes = new ClassList(this.parts, this.actions);
    watchBand(this);
    this.leaveRoom = watchRoom(this.parts.root);
    listen(this, this.actions);
  }

  /** @param {object} message */
  send(message) {
    try {
      this.model.send(message);
    } catch {
      // The kernel is gone: what is not acknowledged stays on screen as not saved.
    }
  }

  /** What is known now. */
  situation() {
    const asked = this.model.get("asked");
    const shelf = this.shelf();
    const shown = shelf ? onShelf(asked, shelf) : this.held.inFrontOf(this.order.arranged(asked, this.view.sorted));
    return new Situation(shown, this.model.get("marks"), this.queue, this.view);
  }

  /** The shelf that is open, null for none; another page may have put something else on it. */
  shelf() {
    const shelf = this.model.get("shelf");
    return this.view.shelf > 0 && shelf.number === this.view.shelf ? shelf : null;
  }

  /**
   * @param {string} text
   * @param {number} keepMs how long it stays although there is nothing to say any more
   */
  say(text, keepMs = 0) {
    if (!text && Date.now() < this.saidUntil) return;
    this.saidUntil = Date.now() + keepMs;
    setText(this.parts.said, text);
  }

  focus() {
    this.parts.root.focus({ preventScroll: true });
  }

  /** @param {number} id */
  lookAt(id) {
    this.view.at = id;
    this.draw();
  }

  // Drawing

  draw() {
    const { at, done } = this.view;
    const open = at !== null && !done.includes(at) && this.shown?.stateOf(at).sign === "open";
    // Where nobody is, the query that others answer is shown as it stands.
    this.held.follow(this.model.get("asked"), at, open && this.parts.root.matches(":focus-within, :hover"));
    const now = this.situation();
    // Here and nowhere else: whatever has changed, and in whatever order that was heard.
    this.view.at = now.lookedAt(this.view.at);
    const gone = this.view.selection.keep(now);
    if (gone) this.say(`${gone} of the selected images are not asked any more.`, REFUSED_MS);
    if (this.view.at !== null && [NO_IMAGE, NOTHING_ASKED].includes(this.parts.said.textContent)) this.say("");
    this.learnKeys(now.asked.class_names);
    const shown = this.drawImages(now);
    this.shown = now;
    drawSelection(this.parts, now, this.view);
    drawWords(this.parts, now, this.view, this.queue, this.model.get("error"), this.keys);
    const place = Math.max(0, now.place(this.view.at));
    const soon = now.asked.images.slice(place, place + AHEAD).map(({ id }) => id);
    this.book.want([...new Set([...shown, ...soon])]);
    this.wantDetails(now, place);
    this.paint();
    if (now.asked.images.length && !this.queue.waiting.length) this.presence.tell(this.view);
  }

  /**
   * Draws the images and the classes to choose from; returns the ids of the images.
   *
   * @param {Situation} now
   */
  drawImages(now) {
    const { parts, view } = this;
    drawShelf(parts, this.shelf());
    const look = (/** @type {number} */ id, /** @type {MouseEvent} */ event) => this.actions.pick(id, event);
    const grid = view.grid && now.asked.images.length > 0;
    showRow(parts, grid, SIZES.one[view.sizes.one]);
    const shown = grid ? drawGrid(parts, now, view, look) : drawOne(parts, now, view);
    const { actions } = this;
    const adjudicate = (/** @type {number} */ id, /** @type {number} */ label) => actions.adjudicate(id, label);
    drawAbout(parts, now, view, adjudicate, () => actions.accept());
    parts.find.hidden = !this.model.get("may_find");
    this.drawClasses(now);
    return [...shown, ...drawStrip(parts, now, view, look)];
  }

  drawSelection() {
    drawSelection(this.parts, this.situation(), this.view);
  }

  /** The places of the classes that the filter leaves, which are drawn. */
  drawClasses(now = this.situation()) {
    return this.classes.draw(now, this.view, this.keys);
  }

  /**
   * Asks for the pictures of the files that are shown, as large as they are shown, and for those that come next.
   *
   * @param {Situation} now
   * @param {number} place of the image looked at
   */
  wantDetails({ asked: { images } }, place) {
    const { grid, sizes, at } = this.view;
    const px = grid ? SIZES.grid[sizes.grid] : SIZES.one[sizes.one];
    const one = at === null ? [] : images.slice(place, place + 1 + AHEAD_WHOLE).map(({ id }) => id);
    const ids = grid ? cardsIn(this.parts).map(({ dataset }) => Number(dataset.id)) : one;
    this.details.want(ids, Math.round(px * this.viewer.ratio));
  }

  paint() {
    const { grid, at } = this.view;
    /** @type {NodeListOf<HTMLCanvasElement>} */
    const canvases = this.parts.root.querySelectorAll("canvas.lada-lab-picture:not(.lada-lab-view)");
    for (const canvas of canvases) this.book.paint(canvas, grid ? this.details.wholes : undefined);
    if (!grid && at !== null) this.viewer.show(at);
  }

  /**
   * A class that was added may change the keys of the others.
   *
   * @param {string[]} names
   */
  learnKeys(names) {
    const before = this.keys;
    this.keys = keysOf(names, this.view.recent.taken);
    this.view.newKeys ||= before.classes.some((key, place) => key !== this.keys.classes[place]);
  }

  // What the kernel tells

  /**
   * @param {Pictures | Detail | Acknowledgement | SayAgain} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  handle(message, buffers) {
    if (message.type === "ack") this.handleAcknowledgement(message);
    if (message.type === "say_again") this.presence.tellAgain();
    if (message.type === "detail" && message.page === this.queue.page) this.details.take(message, buffers);
    if (message.type !== "pictures") return;
    this.book.take(message, buffers);
    this.paint();
  }

  /** Opens a shelf that is for this page, or says why there is nothing on it. */
  takeShelf() {
    const { number, page, of, sentence, images } = this.model.get("shelf");
    const { view } = this;
    if (page && page !== this.queue.page) return this.draw();
    view.selection.clear();
    view.seenShelf = number;
    view.shelf = images.length ? number : 0;
    this.say(images.length ? "" : sentence, images.length ? 0 : REFUSED_MS);
    if (images.length) view.at = of;
    if (images.length && of < 0) this.showChosen();
    view.keep();
    this.draw();
  }

  /** What was chosen elsewhere to be answered is selected, and seen at once. */
  showChosen() {
    const { view } = this;
    const now = this.situation();
    view.grid = true;
    view.selection.all(now);
    view.at = now.firstOpen();
    this.parts.root.scrollIntoView({ block: "nearest" });
    this.focus();
  }

  /** Opens what was chosen elsewhere before this page was there. */
  takeWaiting() {
    const { number, page } = this.model.get("shelf");
    if (number > this.view.seenShelf && !page) this.takeShelf();
  }

  /** @param {Acknowledgement} message */
  handleAcknowledgement(message) {
    if (message.page !== this.queue.page) return;
    const first = this.queue.waiting[0];
    if (message.ok && first?.seq === message.seq) this.view.done = imagesOf(first.action);
    if (!this.queue.acknowledge(message)) return;
    // Who types on has to be able to read what became of an answer before the last.
    if (message.say) this.say(message.say, message.kept === false ? REFUSED_MS : 0);
    // What was answered together and taken back together is most likely answered together again.
    const back = message.ids ?? (message.show >= 0 ? [message.show] : []);
    const shelf = this.model.get("shelf");
    const own = !shelf.page || shelf.page === this.queue.page;
    if (own && back.length && needShelf(back, this.model.get("asked"), shelf)) this.view.shelf = shelf.number;
    if (message.ids && message.ids.length > 1) this.view.selection.ids = new Set(message.ids);
    if (message.show >= 0 && this.situation().place(message.show) >= 0) this.lookAt(message.show);
  }

  handleMarks() {
    this.view.done = [];
    this.draw();
  }

  // Beginning and end

  /** What an ended kernel or a page that was left has kept goes to the kernel that answers now. */
  takeOver() {
    const actions = this.kept.take();
    if (!actions.length) return;
    for (const action of actions) this.queue.push(action);
    this.view.at = this.situation().firstOpen();
    const what =
      actions.length === 1 ? "1 answer that was not saved is" : `${actions.length} answers that were not saved are`;
    this.say(`${what} sent now: the page or the kernel ended before that.`);
    this.draw();
  }

  /** Keeps what was not sent, and tells that nobody looks here any more. */
  leave() {
    this.queue.leave(this.kept);
    this.presence.leave();
  }

  stop() {
    this.leave();
    this.viewer.stop();
    this.classes.stop();
    this.leaveRoom();
  }
}

/**
 * How high the row of images and classes is: more only for who wants a single picture larger, or sees many at once.
 *
 * @param {Parts} parts
 * @param {boolean} grid
 * @param {number} px of a single picture
 */
function showRow({ root, body }, grid, px) {
  const large = !grid && px > SIZES.one[FITS];
  body.dataset.grid = String(grid);
  body.style.setProperty("--px", `${px}px`);
  body.style.setProperty("--row", `${grid ? GRID_ROW : large ? px + BELOW : ROW}px`);
  root.classList.toggle("lada-lab-large", large);
}

/**
 * Images that an action deals with for good.
 *
 * @param {Action} action
 */
function imagesOf(action) {
  if (action.name === "label_many" || action.name === "skip_many") return action.ids;
  return action.name === "label" || action.name === "adjudicate" || action.name === "skip" ? [action.id] : [];
}
