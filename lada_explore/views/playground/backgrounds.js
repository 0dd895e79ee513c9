// What the plane can be coloured by behind its points.

import { between } from "../base/motion.js";
import { bitsColour, classColour } from "./plane_colours.js";

/** @import { PageColours } from "./plane_colours.js" */
/** @import { Field } from "./run_state.js" */

/**
 * A background of the plane.
 *
 * @typedef {object} Background
 * @property {string} title where it is chosen
 * @property {string} sample class of its mark in the legend
 * @property {string} legend its words there
 * @property {(field: Field, at: number, colours: PageColours) => number[]} colourAt red, green and blue of a node
 */

/** @param {Field} field @param {number} at entropy of a node as a share of the highest there can be */
const shareAt = (field, at) => field.entropy[at] / field.highest;

/** @type {Record<string, Background>} by name; the first one is shown first */
export const BACKGROUNDS = {
  classes: {
    title: "Classes, paler where less sure",
    sample: "lada-pg-tint",
    legend: "background: predicted class, paler where less sure",
    colourAt: (field, at, { paper }) => {
      const strength = 0.5 * (1 - shareAt(field, at)) ** 0.7;
      return between(paper, classColour(field.winner[at]), strength).map(Math.round);
    },
  },
  entropy: {
    title: "Predictive entropy",
    sample: "lada-pg-bits",
    legend: "background: predictive entropy",
    colourAt: (field, at, { dark }) => bitsColour(shareAt(field, at), dark),
  },
};
