import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, withPlace } from "../../lada_explore/views/tab_bar/address.js";

test("a place takes the place of the one before, and the token and the group stay", () => {
  const search = "?token=abc&group=3&tab=run&cycle=2&tau=0.4";
  assert.equal(withPlace(search, { tab: "playground", data: "moons" }), "?token=abc&group=3&tab=playground&data=moons");
  assert.equal(withPlace("", { tab: "run", view: "τ* & more" }), "?tab=run&view=%CF%84*+%26+more");
});

test("an address to give away has the place alone", () => {
  const here = { origin: "http://lab:8866", pathname: "/", search: "?token=abc&group=3" };
  assert.equal(addressOf(here, { tab: "run", cycle: "2" }), "http://lab:8866/?tab=run&cycle=2");
});
