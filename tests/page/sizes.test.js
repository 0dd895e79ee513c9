// What every function of the page keeps to. tests/test_sizes.py holds files, the page's too, and functions in Python.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";

const PACKAGE = fileURLToPath(new URL("../../lada_explore", import.meta.url));
const NOT_OURS = ["bundles", "_data"];
const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
const MAX_LINES = 70;

/**
 * Every function of a module, whichever way it is written, by its first line and its count of lines.
 *
 * @param {string} source
 */
function functionsOf(source) {
  /** @type {{ line: number, lines: number }[]} */
  const found = [];
  /** @param {any} node of the syntax tree, or a list of nodes, or a plain value in one */
  const visit = (node) => {
    if (!node || typeof node !== "object") return;
    if (FUNCTIONS.includes(node.type)) {
      const { start, end } = node.loc;
      found.push({ line: start.line, lines: end.line - start.line + 1 });
    }
    Object.values(node).forEach(visit);
  };
  visit(parse(source, { ecmaVersion: "latest", sourceType: "module", locations: true }));
  return found;
}

const modules = readdirSync(PACKAGE, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.m?js$/.test(name) && !name.split(path.sep).some((part) => NOT_OURS.includes(part)))
  .sort();

test("a function is seen in each way in which it can be written, inside of others too", () => {
  /** @param {number} lines of the function */
  const body = (lines) => "\n".repeat(lines - 1);
  const source = [
    `function declared() {${body(3)}}`,
    `export default function () {${body(4)}}`,
    `const arrow = () => {${body(5)}};`,
    `const expression = async function* () {${body(6)}};`,
    `const made = { method() {${body(7)}}, get read() {${body(8)}} };`,
    `class Made { #hidden() {${body(9)}} static field = () => {${body(10)}}; }`,
    `call(() => {\n  return (inner) => {${body(11)}};\n});`,
  ].join("\n");
  const lines = functionsOf(source).map((found) => found.lines);
  assert.deepEqual(lines, [3, 4, 5, 6, 7, 8, 9, 10, 13, 11]);
});

test("every function fits", () => {
  let count = 0;
  /** @type {string[]} */
  const long = [];
  for (const name of modules) {
    for (const { line, lines } of functionsOf(readFileSync(path.join(PACKAGE, name), "utf8"))) {
      count += 1;
      if (lines > MAX_LINES) long.push(`${name}:${line} has ${lines} lines`);
    }
  }
  assert.deepEqual(long, []);
  assert.ok(modules.length > 35 && count > 800, `${count} functions in ${modules.length} files`);
});
