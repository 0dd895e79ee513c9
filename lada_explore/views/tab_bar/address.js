// Where the page stands, in its address: what is shown takes the place of what was shown; the group and all else stay.

import { button, make, setText } from "../base/page.js";

/** Parts of an address that say where a page stands; apps/served/given.py reads the same. */
const PLACE = ["tab", "view", "part", "data", "method", "compare", "seed", "cycle", "stage", "pair", "tau"];

const WAIT_MS = 250; // browsers refuse addresses that change far more often
const SAID_MS = 2500;

/** @typedef {Record<string, string>} Place parts of an address by name; none where it is left as it is */

/**
 * The part of an address behind the question mark with another place in it.
 *
 * @param {string} search
 * @param {Place} place
 */
export function withPlace(search, place) {
  const parts = new URLSearchParams(search);
  for (const name of PLACE) parts.delete(name);
  for (const [name, value] of Object.entries(place)) parts.set(name, value);
  return `?${parts}`;
}

/**
 * An address to give to others: the place alone, without the token and the group of this page.
 *
 * @param {{ origin: string, pathname: string }} location
 * @param {Place} place
 */
export const addressOf = ({ origin, pathname }, place) => `${origin}${pathname}${withPlace("", place)}`;

/**
 * Writes a place into the address once it stays, and offers it to be copied.
 *
 * @param {HTMLElement} root
 * @returns {{ show: (place: Place) => void, stop: () => void }}
 */
export function keepAddress(root) {
  /** @type {Place} */
  let now = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const said = make("span", "lada-address-said");
  said.setAttribute("role", "status");
  const field = Object.assign(make("input", "lada-field lada-address-field"), { readOnly: true, hidden: true });
  field.setAttribute("aria-label", "Address of this state");
  const copy = button(
    "Copy this state",
    "Copy an address that opens what is shown here, without the token",
    async () => {
      const text = addressOf(location, now);
      field.hidden = true;
      try {
        await navigator.clipboard.writeText(text);
        setText(said, "Copied");
      } catch {
        // Without encryption a browser lets no page write what is copied.
        field.value = text;
        field.hidden = false;
        field.focus();
        field.select();
        setText(said, "Copy it from here:");
        return;
      }
      setTimeout(() => setText(said, ""), SAID_MS);
    },
  );
  const box = make("span", "lada-address");
  box.hidden = true;
  box.append(said, field, copy);
  root.append(box);
  return {
    show(place) {
      now = place;
      box.hidden = Object.keys(place).length === 0;
      clearTimeout(timer);
      if (box.hidden) return;
      timer = setTimeout(() => {
        const search = withPlace(location.search, place);
        if (search !== location.search) history.replaceState(history.state, "", search + location.hash);
      }, WAIT_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
