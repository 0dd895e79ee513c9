// What stands around the views of the page: plotly.js for them, what to know first, and the paper.

import { glossaryList } from "../../../views/base/glossary.js";
import { make, within } from "../../../views/base/page.js";
import { hand, shared } from "../../../views/base/plotly_library.js";
import story from "../../../views/story/story.js";
import introduction from "../../../views/tau/tau_introduction.js";
import { STORY, storyIn, writeAddress } from "./address.js";
import { byId, start } from "./model.js";
import { gunzip } from "./unpack.js";

/** @import { StoryState } from "../../../views/story/story_page.js" */
/** @import { LessonValues } from "./content.js" */
/** @import { Model } from "./model.js" */

/** Gives plotly.js to the views, which wait for it; see plotly_library.js. They show a failure themselves. */
export async function offerPlotly() {
  shared.started = true;
  try {
    const script = make("script");
    script.textContent = new TextDecoder().decode(await gunzip("plotly"));
    document.head.append(script);
    hand();
  } catch (error) {
    shared.reject(error);
  }
}

/**
 * What to know first: in a run with pairs five sentences and five minutes on tau*, in any the words.
 *
 * @param {LessonValues} values
 */
export function drawFirst({ primer, introduction: state }) {
  byId("primer").hidden = !primer.length;
  within(document, "#primer ol").append(...primer.map((sentence) => make("li", "", sentence)));
  byId("introduction").hidden = !state;
  if (state) start(introduction, within(byId("introduction"), ".view"), { state });
  within(byId("words"), "details").append(glossaryList());
}

/**
 * The story on a page of its own, and the links between it and the run.
 *
 * @param {LessonValues} values
 */
export function drawStory({ story: state }) {
  byId("pages").hidden = !state;
  if (!state) return;
  const [toRun, toStory] = byId("pages").querySelectorAll("a");
  /** @type {Model<{ state: StoryState }> | null} */
  let shown = null;
  const turn = () => {
    const at = storyIn(location.hash);
    byId(STORY).hidden = at === null;
    within(document, "main").hidden = at !== null;
    for (const link of [toRun, toStory]) link.removeAttribute("aria-current");
    (at === null ? toRun : toStory).setAttribute("aria-current", "page");
    if (at === null) return;
    if (!shown) shown = start(story, within(byId(STORY), ".view"), { state: { ...state, at } });
    else if (shown.get("state").at !== at) shown.set("state", { ...state, at });
  };
  toStory.addEventListener("click", () => toRun.setAttribute("href", location.hash || "#"));
  byId(STORY).addEventListener("lada-story", (event) => {
    const at = /** @type {CustomEvent<number>} */ (event).detail;
    if (shown) shown.values.state = { ...state, at };
    writeAddress({ page: STORY, state: at });
  });
  addEventListener("hashchange", turn);
  turn();
}

/** The page as wide as the paper, and in light colours, while it is printed. */
export function fitPaper() {
  const print = (/** @type {boolean} */ printing) => {
    document.documentElement.classList.toggle("printing", printing);
    document.body.dataset.jpThemeLight = String(printing); // the charts watch it, and draw themselves anew
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}
