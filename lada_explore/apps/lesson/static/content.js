// What a lesson page holds, as content.py writes it. A value that is packed is restored where it is used; see unpack.js.

/** @import { Atlas } from "../../../views/map/sprite.js" */
/** @import { Panel } from "../../../views/map/toolbar.js" */
/** @import { MixerState } from "../../../views/pair_mixer/pair.js" */
/** @import { GalleryState } from "../../../views/query_gallery/query_gallery.js" */
/** @import { StoryState } from "../../../views/story/story_page.js" */
/** @import { IntroductionState } from "../../../views/tau/introduction.js" */
/** @import { SliderState } from "../../../views/time_slider/time_slider.js" */

/**
 * @typedef {object} LessonValues
 * @property {string} title
 * @property {string[]} about of both runs; none of one
 * @property {string[]} primer what to know first; none where there are no pairs
 * @property {IntroductionState | null} introduction
 * @property {StoryState | null} story
 * @property {string} tau_title heading of the section on tau*, or on theta
 * @property {SliderState & { numbers: number[] }} slider its sentences, and the cycles that they are about
 * @property {LessonRun[]} runs one, or two
 * @property {LessonQuestion[]} questions
 */

/**
 * @typedef {object} LessonRun
 * @property {string} name "" for the only one
 * @property {string[]} about
 * @property {string[]} says of each cycle
 * @property {LessonCycle[]} cycles
 * @property {unknown} images packed
 */

/**
 * What the views show of one cycle.
 *
 * @typedef {object} LessonCycle
 * @property {number} cycle
 * @property {[string, string][]} stages name of each, and what it did
 * @property {LessonMap | { message: string }} map
 * @property {LessonMixer} mixer
 * @property {GalleryState} gallery without the images' addresses
 * @property {unknown} tau packed
 * @property {unknown} accuracy packed
 */

/**
 * @typedef {object} LessonMap
 * @property {""} message
 * @property {Record<string, unknown>} specs packed, by colour
 * @property {Panel} panel
 * @property {Required<Pick<Atlas, "cycle" | "details" | "ids">>} atlas
 * @property {Record<string, number>} partner by id
 * @property {unknown} where packed: (N, 2) places of the images
 * @property {unknown} virtual packed
 */

/**
 * The pairs of a cycle; a cycle without pairs has only a message.
 *
 * @typedef {object} LessonMixer
 * @property {string} message
 * @property {MixerState["choices"]} [choices]
 * @property {Record<string, { learned: unknown }>} [pairs] states, packed, by the two ids
 */

/**
 * @typedef {object} LessonQuestion
 * @property {number | null} run the place of its run; null for a question about both
 * @property {string} text
 * @property {string[]} choices
 * @property {string} answer
 * @property {string} why
 * @property {Record<string, string>} hints to each wrong answer
 * @property {[string, number[]][]} figures a caption and ids
 * @property {number} cycle that shows the answer
 * @property {[number, number] | null} pair
 * @property {string} view
 */

export {};
