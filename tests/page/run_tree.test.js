// Where keys lead in the tree of runs, and what can be done with which run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, seenRows, toggled, whyNot } from "../../lada_explore/views/run_tree/tree_moves.js";
import { curvePoints } from "../../lada_explore/views/run_tree/tree_row.js";

/** @import { Row } from "../../lada_explore/views/run_tree/tree_moves.js" */

/** @type {Row} */
const ANY = {
  ...{ run: "", level: 1, begun: "", method: "", stands: "", open: "", complete: false, labels: "", accuracy: "" },
  ...{ curve: [], fault: "", readable: true },
};
const TREE = /** @type {[string, number][]} */ ([
  ["a", 1],
  ["b", 2],
  ["c", 3],
  ["d", 2],
  ["e", 1],
]).map(([run, level]) => ({ ...ANY, run, level }));
const OPEN = new Set(/** @type {string[]} */ ([]));

/**
 * @param {string} at
 * @param {string} key
 */
const leads = (at, key, closed = OPEN) => moved(TREE, closed, at, key)?.at;

test("rows below a closed one are not seen, however deep", () => {
  const seen = (/** @type {string[]} */ ...closed) => seenRows(TREE, new Set(closed)).map(({ run }) => run);
  assert.deepEqual(seen(), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(seen("a"), ["a", "e"]);
  assert.deepEqual(seen("b"), ["a", "b", "d", "e"]);
  assert.deepEqual(seen("a", "b"), ["a", "e"]);
});

test("arrows go from one seen row to the next and stop at the ends", () => {
  assert.equal(leads("a", "ArrowDown"), "b");
  assert.equal(leads("a", "ArrowDown", new Set(["a"])), "e");
  assert.equal(leads("e", "ArrowDown"), "e");
  assert.equal(leads("a", "ArrowUp"), "a");
  assert.equal(leads("d", "ArrowUp"), "c");
  assert.equal(leads("c", "Home"), "a");
  assert.equal(leads("a", "End"), "e");
});

test("to the left branches are closed, and from a row without any the parent is next", () => {
  assert.deepEqual(moved(TREE, OPEN, "b", "ArrowLeft"), { at: "b", closed: new Set(["b"]) });
  assert.equal(leads("c", "ArrowLeft"), "b");
  assert.equal(leads("d", "ArrowLeft"), "a");
  assert.equal(leads("e", "ArrowLeft"), "e");
});

test("to the right branches are opened, then the first of them is next", () => {
  assert.deepEqual(moved(TREE, new Set(["b"]), "b", "ArrowRight"), { at: "b", closed: OPEN });
  assert.equal(leads("b", "ArrowRight"), "c");
  assert.equal(leads("c", "ArrowRight"), "c");
});

test("other keys move nothing, and in an empty tree none does", () => {
  assert.equal(moved(TREE, OPEN, "a", "x"), null);
  assert.equal(moved([], OPEN, "", "ArrowDown"), null);
});

test("closing changes no set that others hold", () => {
  const closed = new Set(["a"]);
  assert.deepEqual(toggled(closed, "a").closed, OPEN);
  assert.deepEqual(closed, new Set(["a"]));
});

test("what cannot be done says why", () => {
  assert.equal(whyNot("open", ANY, 0), "");
  assert.equal(whyNot("continue", ANY, 0), "");
  assert.equal(whyNot("ask", ANY, 0), "");
  assert.match(whyNot("compare", ANY, 1), /Tick two runs/);
  assert.equal(whyNot("compare", ANY, 2), "");
  assert.match(whyNot("open", undefined, 0), /Choose a run/);
  assert.match(whyNot("open", { ...ANY, readable: false }, 0), /cannot be read/);
  assert.match(whyNot("continue", { ...ANY, complete: true }, 0), /is complete; branch/);
  assert.match(whyNot("continue", { ...ANY, open: "elsewhere" }, 0), /another kernel/);
  assert.match(whyNot("ask", { ...ANY, open: "here" }, 0), /close it first/);
  assert.match(whyNot("ask", { ...ANY, open: "elsewhere" }, 0), /another kernel/);
  assert.equal(whyNot("open", { ...ANY, open: "elsewhere" }, 0), "");
  assert.equal(whyNot("close", { ...ANY, open: "here" }, 0), "");
});

test("a curve fills its box, leaves gaps out, and is in the middle where nothing changes", () => {
  assert.deepEqual(curvePoints([10, 30, 20], 40, 20), [
    [0, 20],
    [20, 0],
    [40, 10],
  ]);
  assert.deepEqual(curvePoints([null, 50], 40, 20), [[40, 10]]);
  assert.deepEqual(curvePoints([], 40, 20), []);
});
