import assert from "node:assert/strict";
import { test } from "node:test";
import { Situation } from "../../lada_explore/views/labeller/situation.js";

/** @import { Action, AskedImage, Marks } from "../../lada_explore/views/labeller/state.js" */

const NAMES = ["cat", "dog"];

/** @returns {AskedImage} */
const image = (/** @type {number} */ id) => ({
  id,
  pair: id,
  partner: -1,
  name: "",
  why: [],
  guess: "",
  guessed: -1,
  replaces: false,
});

/** @type {Marks} */
const NOTHING = {
  sentence: "",
  progress: "",
  answered: 0,
  total: 4,
  rule: "last",
  people: ["ann", "me"],
  images: [],
  undo: [],
  at: [],
  pace: [],
  skipped: [],
  wanted: [],
  absent_classes: [],
  may_end_start: false,
  looks: false,
  found: "",
  go_on: false,
};

/**
 * Four images, 10 to 13, on top of which lies what is on its way.
 *
 * @param {Partial<Marks>} marks
 * @param {Action[]} actions
 */
function situation(marks = {}, actions = [], { failed = "", done = /** @type {number[]} */ ([]) } = {}) {
  const images = [10, 11, 12, 13].map(image);
  const asked = { cycle: 1, kind: "pairs", counts_classes: false, class_names: NAMES, may_grow: false, images };
  const waiting = actions.map((action, place) => ({ seq: place + 1, action, failed: place === 0 ? failed : "" }));
  return new Situation(asked, { ...NOTHING, ...marks }, { waiting, failed }, { annotator: "me", done });
}

const base = { annotator: "me", at: 10, ms: 0 };
/** @returns {Action} */
const label = (/** @type {number} */ id, /** @type {number} */ of) => ({ ...base, name: "label", id, label: of });
/** @type {[number, number][]} what ann and I say of one image */
const BOTH = [
  [0, 0],
  [1, 1],
];

test("what is on its way is shown before what is recorded", () => {
  const recorded = { images: [{ id: 10, label: 0, answers: BOTH.slice(0, 1), disputed: false, flagged: false }] };
  assert.deepEqual(situation(recorded).stateOf(10), { sign: "saved", label: 0, text: "cat" });
  assert.deepEqual(situation(recorded, [label(10, 1)]).stateOf(10), {
    sign: "saving",
    label: 1,
    text: "dog, being saved",
  });
});

test("only the action that was refused is not saved; those behind it are on their way", () => {
  const now = situation({}, [label(10, 0), label(11, 1)], { failed: "The disk is full." });
  assert.equal(now.stateOf(10).text, "cat, not saved");
  assert.equal(now.stateOf(11).text, "dog, being saved");
  assert.equal(now.stateOf(12).sign, "open");
});

test("an image that is set aside, and one that people dispute, say so", () => {
  const disputed = { images: [{ id: 11, label: -1, answers: BOTH, disputed: true, flagged: true }] };
  const now = situation(disputed, [{ ...base, name: "skip", id: 10 }]);
  assert.deepEqual(now.stateOf(10), { sign: "leaving", label: -1, text: "being set aside" });
  assert.deepEqual(now.stateOf(11), { sign: "disputed", label: 1, text: "disputed" });
});

test("a flag on its way goes before the one that is recorded", () => {
  const flagged = { images: [{ id: 10, label: -1, answers: [], disputed: false, flagged: true }] };
  assert.equal(situation(flagged).flagged(10), true);
  assert.equal(situation(flagged, [{ ...base, name: "flag", id: 10, on: false }]).flagged(10), false);
});

test("the next image is the next open one, round the end, and last those that others look at", () => {
  /** @type {Partial<Marks>} */
  const others = { at: [["ann", 13]] };
  assert.equal(situation(others).nextOpen([12]), 10);
  assert.equal(situation(others, [label(10, 0), label(11, 0)]).nextOpen([12]), 13);
  assert.equal(situation({}, [label(10, 0), label(11, 0), label(13, 0)]).nextOpen([12]), null);
});

test("an image that is asked no more gives way to the first open one, but never to the one just answered", () => {
  assert.equal(situation().lookedAt(12), 12);
  assert.equal(situation().lookedAt(99), 10);
  assert.equal(situation({}, [], { done: [10] }).lookedAt(99), 11);
});

test("what is set aside or flagged together is on its way with each of its images", () => {
  const now = situation({}, [
    { ...base, name: "flag_many", ids: [10, 11], on: true },
    { ...base, name: "skip_many", ids: [11, 13] },
  ]);
  assert.deepEqual(
    [10, 11, 12, 13].map((id) => [now.flagged(id), now.stateOf(id).sign]),
    [
      [true, "open"],
      [true, "leaving"],
      [false, "open"],
      [false, "leaving"],
    ],
  );
});

test("an image of a shelf that nobody asks about is open, and said not to be asked until it is answered", () => {
  const now = situation({ images: [{ id: 11, label: 0, answers: [[1, 0]], disputed: false, flagged: false }] });
  now.asked.images.push({ ...image(14), unasked: true });
  now.places.set(14, 4);
  assert.deepEqual(now.stateOf(14), { sign: "open", label: -1, text: "not asked" });
  assert.equal(now.stateOf(12).text, "open");
  now.asked.images[1].unasked = true;
  assert.equal(now.stateOf(11).text, "cat");
});
