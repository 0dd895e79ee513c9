// The scoreboard of a duel as a table. Its texts come from the kernel.

import { make, refill } from "../base/page.js";

/** @typedef {Record<"cycle" | "labels" | "you" | "theirs" | "lead" | "shared", string>} Line of the scoreboard */

/**
 * @param {HTMLElement} table
 * @param {string} method name of the opponent
 * @param {Line[]} lines
 */
export function fillBoard(table, method, lines) {
  const head = ["cycle", "labels", "you", method, "you ahead by", "both asked"];
  refill(table, JSON.stringify([head, lines]), () => {
    const names = make("tr");
    names.append(...head.map((name) => make("th", "", name)));
    const rows = lines.map((line) => {
      const row = make("tr");
      const lead = line.lead ? `${line.lead} points` : "";
      const texts = [line.cycle, line.labels, line.you, line.theirs, lead, line.shared];
      row.append(...texts.map((text) => make("td", "", text)));
      return row;
    });
    return [names, ...rows];
  });
}
