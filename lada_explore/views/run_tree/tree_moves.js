// Which rows of the tree of runs are seen, where a key leads, and what can be done with which run.

/**
 * One run; see `Row` in rows.py.
 *
 * @typedef {object} Row
 * @property {string} run
 * @property {number} level
 * @property {string} begun
 * @property {string} method
 * @property {string} stands
 * @property {"" | "here" | "elsewhere"} open
 * @property {boolean} complete
 * @property {string} labels
 * @property {string} accuracy
 * @property {(number | null)[]} curve
 * @property {string} fault
 * @property {boolean} readable
 */

/**
 * Whether the row at a place has branches.
 *
 * @param {Row[]} rows
 * @param {number} place
 */
export const hasBranches = (rows, place) => (rows[place + 1]?.level ?? 0) > rows[place].level;

/**
 * The rows that are seen: those below a closed one are not.
 *
 * @param {Row[]} rows each followed by its branches
 * @param {Set<string>} closed
 */
export function seenRows(rows, closed) {
  let below = Number.POSITIVE_INFINITY;
  return rows.filter((row) => {
    if (row.level > below) return false;
    below = closed.has(row.run) ? row.level : Number.POSITIVE_INFINITY;
    return true;
  });
}

/**
 * Where a key leads from a row: the run that has the focus then, and the rows that are closed.
 *
 * @param {Row[]} rows
 * @param {Set<string>} closed
 * @param {string} at the run that has the focus
 * @param {string} key
 * @returns {{ at: string, closed: Set<string> } | null} null for a key that moves nothing
 */
export function moved(rows, closed, at, key) {
  const seen = seenRows(rows, closed);
  const place = Math.max(
    0,
    seen.findIndex(({ run }) => run === at),
  );
  const to = (/** @type {number} */ there) => ({
    at: seen[Math.min(Math.max(there, 0), seen.length - 1)].run,
    closed,
  });
  const steps = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: seen.length - 1 };
  if (!seen.length) return null;
  if (key in steps) return to(steps[/** @type {keyof typeof steps} */ (key)]);
  const { run, level } = seen[place];
  const branches = hasBranches(
    rows,
    rows.findIndex((row) => row.run === run),
  );
  if (key === "ArrowRight") {
    if (!branches) return { at: run, closed };
    return closed.has(run) ? toggled(closed, run) : to(place + 1);
  }
  if (key !== "ArrowLeft") return null;
  if (branches && !closed.has(run)) return toggled(closed, run);
  return to(seen.slice(0, place).findLastIndex((row) => row.level < level) + (level > 1 ? 0 : place + 1));
}

/**
 * Closes the branches of a run, or opens them; it has the focus then.
 *
 * @param {Set<string>} closed
 * @param {string} run
 */
export function toggled(closed, run) {
  const other = new Set(closed);
  if (!other.delete(run)) other.add(run);
  return { at: run, closed: other };
}

/** @typedef {"open" | "continue" | "close" | "ask" | "compare"} Deed */

/**
 * Why something cannot be done now; empty if it can.
 *
 * @param {Deed} deed
 * @param {Row | undefined} row the run that is looked at
 * @param {number} ticked number of runs that are ticked
 */
export function whyNot(deed, row, ticked) {
  if (deed === "compare") return ticked < 2 ? "Tick two runs or more to compare them" : "";
  if (!row) return "Choose a run first";
  if (deed === "open") return row.readable ? "" : "This run cannot be read";
  if (deed === "close") return row.open === "here" ? "" : "This run is not open in this kernel";
  if (row.open === "elsewhere") return "It is open in another kernel or process; close it there first";
  if (deed === "ask") return row.open ? "It is open in this kernel; close it first" : "";
  if (!row.readable) return "This run cannot be read";
  return row.complete ? "It is complete; branch from one of its cycles to go on from there" : "";
}
