import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, placeIn, writeAddress } from "../../lada_explore/apps/lesson/static/address.js";

const NOTHING = { pair: null, tau: null };

test("an address names a cycle, and a pair and tau of each run, and leaves open what it does not name by a number", () => {
  assert.deepEqual(placeIn("#cycle=2&pair=7&tau=0.4"), { cycle: 2, chosen: [{ pair: 7, tau: 0.4 }, NOTHING] });
  assert.deepEqual(placeIn("#tau-b=0.2&pair-b=3&cycle=0"), { cycle: 0, chosen: [NOTHING, { pair: 3, tau: 0.2 }] });
  assert.deepEqual(placeIn("#pair=best&tau="), { cycle: null, chosen: [NOTHING, NOTHING] });
  assert.deepEqual(placeIn(""), { cycle: null, chosen: [NOTHING, NOTHING] });
});

test("a place is written without what it leaves open, and read back", () => {
  const both = {
    cycle: 2,
    chosen: [
      { pair: 7, tau: 0.4 },
      { pair: 3, tau: null },
    ],
  };
  assert.equal(hashOf(both), "#cycle=2&pair=7&tau=0.4&pair-b=3");
  assert.deepEqual(placeIn(hashOf(both)), both);
  assert.equal(hashOf({ cycle: 0, chosen: [NOTHING] }), "#cycle=0");
  assert.equal(hashOf({ page: "story", state: 3 }), "#page=story&state=3");
});

test("a place is written once it stays, unless the page has turned between the run and the story by then", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {string[]} */
  const written = [];
  const location = { hash: "" };
  /** @type {(state: unknown, title: string, hash: string) => void} */
  const replaceState = (_state, _title, hash) => written.push(hash);
  const history = { state: null, replaceState };
  Object.assign(globalThis, { location, history });
  const run = { cycle: 2, chosen: [NOTHING] };
  const story = { page: "story", state: 3 };

  writeAddress({ cycle: 1, chosen: [NOTHING] });
  t.mock.timers.tick(200);
  writeAddress(run);
  t.mock.timers.tick(200);
  assert.deepEqual(written, []);
  t.mock.timers.tick(100);
  assert.deepEqual(written, ["#cycle=2"]);

  writeAddress(run);
  location.hash = "#page=story"; // a click on the link to the story, before the place was written
  t.mock.timers.tick(1000);
  writeAddress(run);
  t.mock.timers.tick(1000);
  assert.deepEqual(written, ["#cycle=2"]);

  writeAddress(story);
  t.mock.timers.tick(1000);
  assert.deepEqual(written, ["#cycle=2", "#page=story&state=3"]);
  writeAddress({ page: "story", state: 4 });
  location.hash = "#cycle=2"; // back to the run
  t.mock.timers.tick(1000);
  assert.deepEqual(written, ["#cycle=2", "#page=story&state=3"]);
});
