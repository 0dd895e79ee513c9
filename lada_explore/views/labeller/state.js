// What the labeller and its kernel tell each other; state.py and labeller.py have the other side.

/**
 * One image that is asked, apart from what was answered.
 *
 * @typedef {object} AskedImage
 * @property {number} id
 * @property {number} pair
 * @property {number} partner id of the other image of its pair, -1 for none
 * @property {string} name of its file; empty where it has none
 * @property {string[]} why it is asked, a line for each reason
 * @property {string} guess what the model takes it for; empty where no model has looked at it
 * @property {number} guessed class of the guess, -1 for none
 * @property {boolean} replaces an image that was set aside
 * @property {boolean} [unasked] on a shelf, whether nobody asks about it now
 */

/**
 * What is asked, and the classes to choose from.
 *
 * @typedef {object} Asked
 * @property {number} cycle
 * @property {string} kind
 * @property {string[]} class_names
 * @property {boolean} counts_classes whether each class shows how many images of it are still wanted
 * @property {boolean} may_grow
 * @property {AskedImage[]} images
 */

/**
 * Images that are put before a person beside those of the query.
 *
 * @typedef {object} Shelf
 * @property {number} number by which a page knows a new one; 0 before the first
 * @property {string} page that asked for it; empty for all
 * @property {number} of id of the image that they are like; -1 if they were marked on the map
 * @property {string} sentence what they are, or why there are none
 * @property {AskedImage[]} images the one that they are like first; empty if there are no others
 */

/**
 * What was said about one image.
 *
 * @typedef {object} Mark
 * @property {number} id
 * @property {number} label class that stands, -1 while it is open
 * @property {[number, number][]} answers place in `people` and class of each standing answer
 * @property {boolean} disputed
 * @property {boolean} flagged
 */

/**
 * What changes with every answer.
 *
 * @typedef {object} Marks
 * @property {string} sentence
 * @property {string} progress
 * @property {number} answered
 * @property {number} total
 * @property {string} rule
 * @property {string[]} people names of those who answered or may undo
 * @property {Mark[]} images
 * @property {[number, number][]} undo place in `people`, and steps that can be taken back
 * @property {[string, number][]} at name of each person, and id of the image that they look at
 * @property {[string, string][]} pace name of each who answered lately, and how fast
 * @property {number[]} skipped
 * @property {[number, number][]} wanted class, and how many images of it the seed round still looks for
 * @property {number[]} absent_classes
 * @property {boolean} may_end_start whether the seed round can be ended before it has found all that it looks for
 * @property {boolean} looks whether a look for new images is under way
 * @property {string} found how far it is, or what came of the last one
 * @property {boolean} go_on whether the run waits to be told to go on
 */

/**
 * The labeller's traits.
 *
 * @typedef {object} LabellerTraits
 * @property {Asked} asked
 * @property {Shelf} shelf
 * @property {Marks} marks
 * @property {string} error
 * @property {{ annotator: string, grid: boolean, guess: boolean }} begin
 * @property {boolean} may_find whether the run can look for images that were added to its folder
 * @property {string} run_name
 */

/**
 * What a person does.
 *
 * @typedef {(
 *   | { name: "label" | "adjudicate", id: number, label: number, unasked?: boolean }
 *   | { name: "label_many", ids: number[], labels: number[], unasked?: boolean }
 *   | { name: "skip", id: number }
 *   | { name: "skip_many", ids: number[] }
 *   | { name: "flag", id: number, on: boolean }
 *   | { name: "flag_many", ids: number[], on: boolean }
 *   | { name: "undo" | "go_on" | "end_seed_round" | "look_for_images" }
 *   | { name: "unskip", ids: number[] }
 *   | { name: "add_class", text: string }
 *   | { name: "mark_class_absent", label: number }
 *   | { name: "rule", rule: string }
 * )} Deed
 */

/** @typedef {Deed & { annotator: string, at: number, ms: number }} Action a deed, who did it, and what they look at now */

/** @typedef {{ type: "pictures", ids: number[], shape: [number, number, number] }} Pictures their pixels come beside it */

/**
 * A picture or a part of it; its encoded content comes beside it.
 *
 * @typedef {object} Detail
 * @property {"detail"} type
 * @property {string} page
 * @property {number} id
 * @property {number} ask number of the request; 0 for a whole picture
 * @property {string} error why it cannot be shown; the rest is there only without one
 * @property {string} kind MIME type
 * @property {[number, number, number, number]} box
 * @property {[number, number]} size
 * @property {[number, number, number, number]} seen
 */

/** @typedef {{ type: "say_again" }} SayAgain asks a page that is still there which image a person looks at */

/**
 * The answer to an action.
 *
 * @typedef {object} Acknowledgement
 * @property {"ack"} type
 * @property {string} page
 * @property {number} seq number of the action
 * @property {boolean} ok
 * @property {boolean} [kept] false of what came too late, which is not sent again
 * @property {string} say what to tell the person
 * @property {number} show id of the image to show, -1 for none
 * @property {number[]} [ids] images that were taken back
 */

export {};
