// Bundles the page's side of each view into one module and one style sheet, which the Python side reads.
//
//   node tools/bundle.mjs           writes the bundles
//   node tools/bundle.mjs --check   says which of them are not what the sources make, and ends with 1 if any
//
// The bundles are committed, so that nobody who installs the package needs node. They are not minified: what changes
// between two commits can be read, an error names its place, and a kernel on the same machine sends 30 kB as fast as 15.

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const VIEWS = "lada_explore/views";
const LESSON = "lada_explore/apps/lesson";
const HEADER = "/* Written by `make page` from the files beside the views; change those instead. */\n";

/** Source without its ending, and the bundles' place without theirs. */
const ENTRIES = [
  ...["answer_changes", "check_again", "duel", "labeller", "pair_mixer", "playground", "query_gallery", "question"],
  ...["run_tree", "score_ledger", "stepper", "story"],
  ...["tab_bar", "time_slider", "what_if", "why_not"],
].map((name) => [`${VIEWS}/${name}/${name}`, `${VIEWS}/bundles/${name}`]);
ENTRIES.push([`${VIEWS}/branching/branch_bar`, `${VIEWS}/bundles/branch_bar`]);
ENTRIES.push([`${VIEWS}/comparison/compare_bar`, `${VIEWS}/bundles/compare_bar`]);
ENTRIES.push([`${VIEWS}/compared/compared_runs`, `${VIEWS}/bundles/compared_runs`]);
ENTRIES.push([`${VIEWS}/tau/tau_introduction`, `${VIEWS}/bundles/tau_introduction`]);
ENTRIES.push([`${VIEWS}/map/map_view`, `${VIEWS}/bundles/map_view`]);
ENTRIES.push([`${VIEWS}/base/plot_view`, `${VIEWS}/bundles/plot_view`]);
ENTRIES.push([`${LESSON}/static/lesson`, `${LESSON}/bundles/lesson`]);

/** @param {string} source path of a module or a style sheet */
async function bundled(source) {
  const made = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  return HEADER + made.outputFiles[0].text;
}

/** Place and text of every bundle. */
async function allBundles() {
  const wanted = ENTRIES.flatMap(([source, to]) => [".js", ".css"].map((ending) => [source + ending, to + ending]));
  const made = new Map();
  for (const [source, to] of wanted) made.set(to, await bundled(source));
  return made;
}

async function committed() {
  const found = new Map();
  for (const folder of new Set(ENTRIES.map(([, to]) => path.dirname(to)))) {
    await mkdir(path.join(ROOT, folder), { recursive: true });
    for (const name of await readdir(path.join(ROOT, folder))) {
      found.set(`${folder}/${name}`, await readFile(path.join(ROOT, folder, name), "utf8"));
    }
  }
  return found;
}

const [fresh, old] = [await allBundles(), await committed()];
const stale = [...new Set([...fresh.keys(), ...old.keys()])].filter((name) => fresh.get(name) !== old.get(name)).sort();
if (process.argv.includes("--check")) {
  for (const name of stale) console.error(`${name} is not what its sources make: run \`make page\` and commit it`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  for (const name of stale) {
    if (fresh.has(name)) await writeFile(path.join(ROOT, name), fresh.get(name));
    else await rm(path.join(ROOT, name));
    console.log(name);
  }
}
