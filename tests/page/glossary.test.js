// The words of all views: each is explained once, with its equation and its source, and every "?" shows them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { TERMS } from "../../lada_explore/views/base/glossary.js";

const PACKAGE = new URL("../../lada_explore/", import.meta.url);
const ASKED_FOR = ["τ", "λ", "look-ahead value V", "regret", "profile A(λ)", "candidate", "virtual instance", "cycle"];
const ALSO_USED = ["τ*", "policy", "gain", "score", "query", "entropy", "acquisition A", "guess", "θ", "kappa κ"];

const bundles = ["views/bundles/", "apps/lesson/bundles/"].flatMap((folder) =>
  readdirSync(new URL(folder, PACKAGE))
    .filter((name) => name.endsWith(".js"))
    .map((name) => ({ name, text: readFileSync(new URL(folder + name, PACKAGE), "utf8") })),
);

test("every word that the views use is explained once", () => {
  const terms = TERMS.map(({ term }) => term);
  assert.deepEqual([...terms].sort(), [...ASKED_FOR, ...ALSO_USED].sort());
  assert.equal(new Set(terms).size, terms.length);
  assert.equal(new Set(TERMS.map(({ means }) => means)).size, terms.length);
});

test("every word has a meaning in sentences, an equation or a rule in signs, and a source", () => {
  for (const { term, means, equation, source } of TERMS) {
    assert.match(means, /^[A-Z].{30,}[.)]$/, term);
    assert.ok(equation.length >= 10 && !equation.endsWith("."), term);
    assert.match(source, /^(LADA, (section 3|supplement)|ours|Cohen)/, term);
  }
});

test("a word that another needs stands before it", () => {
  const place = new Map(TERMS.map(({ term }, n) => [term, n]));
  const order = ["candidate", "λ", "profile A(λ)", "look-ahead value V", "policy", "τ*", "regret"];
  const places = order.map((term) => place.get(term) ?? -1);
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test("the list that “?” opens has the words in the bundle of every view, and once in each", () => {
  assert.ok(bundles.length >= 20);
  for (const { name, text } of bundles) {
    for (const { means } of TERMS) {
      const found = text.split(JSON.stringify(means).slice(1, -1)).length - 1;
      assert.equal(found, 1, `${name}: ${means}`);
    }
  }
});

test("no dialog of keys is made without the words", () => {
  const texts = readdirSync(PACKAGE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js") && !path.includes("bundles"))
    .map((path) => [path.replaceAll("\\", "/"), readFileSync(new URL(path, PACKAGE), "utf8")]);
  const made = texts.filter(([, text]) => text.includes('"lada-keys"') && text.includes('make("dialog"'));
  assert.deepEqual(
    made.map(([path]) => path),
    ["views/base/key_list.js"],
  );
  assert.match(made[0][1], /glossaryList\(\)/);
});
