// Where the page stands, in its address: #cycle=2&pair=7&tau=0.4, with &pair-b=3&tau-b=0.2 for a second run, or
// #page=story&state=3. The answers lie in the browser's entry for the page, so that
// both survive a reload and neither leaves the machine.

/**
 * What is chosen in a run.
 *
 * @typedef {object} Chosen
 * @property {number | null} pair its rank by score, from 1
 * @property {number | null} tau null for tau* of the pair
 */

/** @typedef {{ cycle: number | null, chosen: Chosen[] }} Place the cycle, and what is chosen in each run */

/** @typedef {{ page: string, state: number }} StoryPlace */

const ENDINGS = ["", "-b"]; // of the names of what is chosen in the first run, in the second

/** The page that shows the story in place of the run. */
export const STORY = "story";

const WAIT_MS = 250; // browsers refuse addresses that change far more often

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Where an address says that the page shall stand; null for what it does not name, or not by a number.
 *
 * @param {string} hash
 * @returns {Place}
 */
export function placeIn(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (/** @type {string} */ name) => {
    const value = Number.parseFloat(given.get(name) ?? "");
    return Number.isFinite(value) ? value : null;
  };
  const chosen = ENDINGS.map((ending) => ({ pair: number(`pair${ending}`), tau: number(`tau${ending}`) }));
  return { cycle: number("cycle"), chosen };
}

/**
 * The address of a place, without what it leaves open.
 *
 * @param {Place | StoryPlace} place
 */
export function hashOf(place) {
  const { chosen = [], ...whole } = { chosen: undefined, ...place };
  const ofRuns = chosen.flatMap(({ pair, tau }, run) => [
    [`pair${ENDINGS[run]}`, pair],
    [`tau${ENDINGS[run]}`, tau],
  ]);
  const named = [...Object.entries(whole), ...ofRuns].filter(([, value]) => value !== null);
  return `#${named.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/**
 * The state of the story that an address names, from 1; null where it names the run.
 *
 * @param {string} hash
 */
export function storyIn(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  return given.get("page") === STORY ? Number.parseInt(given.get("state") ?? "", 10) || 1 : null;
}

/**
 * Writes a place into the address, once it stays. A place of the page that is not shown, then or by that time, is not
 * written: the run stands where it is while the story is shown, and the story while the run is.
 *
 * @param {Place | StoryPlace} place
 */
export function writeAddress(place) {
  const ofStory = "page" in place;
  const shown = () => ofStory === (storyIn(location.hash) !== null);
  if (!shown()) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (shown()) history.replaceState(history.state, "", hashOf(place));
  }, WAIT_MS);
}

/**
 * @template T
 * @param {string} title of the page, so that no other file of the same folder is taken for it
 * @param {T[]} answers
 */
export function keepAnswers(title, answers) {
  history.replaceState({ ...history.state, lesson: { title, answers } }, "");
}

/**
 * What was kept of the answers to so many questions; null where nothing was.
 *
 * @param {string} title
 * @param {number} count
 */
export function keptAnswers(title, count) {
  const kept = history.state?.lesson;
  return kept?.title === title && kept.answers.length === count ? kept.answers : null;
}
