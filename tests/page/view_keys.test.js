// Every view has a list of its keys.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { VIEWS } from "../../lada_explore/views/base/view_keys.js";

const ROOM = new URL("../../lada_explore/views/", import.meta.url);
const OWN = ["lada-labeller"]; // whose list follows its classes

test("every view that has an outermost element of its own is in the list of keys", () => {
  const texts = readdirSync(ROOM, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js") && !path.startsWith("bundles"))
    .map((path) => readFileSync(new URL(path, ROOM), "utf8"));
  const roots = texts.flatMap((text) =>
    [...text.matchAll(/(?:viewRoot|pairView)\(el, "([\w-]+)"/g)].map(([, name]) => name),
  );
  assert.ok(roots.length >= 12);
  const listed = VIEWS.map(({ selector }) => selector.slice(1));
  assert.deepEqual(
    roots.filter((name) => !listed.includes(name) && !OWN.includes(name)),
    [],
  );
  assert.deepEqual(
    listed.filter((name) => !roots.includes(name) && name !== "lada-map"), // a plot that has more keys
    [],
  );
});

test("the list says of every view what it shows", () => {
  for (const { title, does } of VIEWS) assert.match(does, /^[A-Z].{40,}\.$/, title);
});
