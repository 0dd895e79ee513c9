// The pair that a mixer shows, as pair_mixer.py sends it and as the page reads it.

import { fixed } from "../base/pair_parts.js";
import { bytesOf, numbers } from "../base/wire.js";

/** @import { Floats } from "../base/wire.js" */

/** @typedef {[number, number, number]} Shape channels, height and width */

/**
 * One image of the pair, with its pixels where the record kept them.
 *
 * @typedef {object} SentImage
 * @property {number} id
 * @property {string} known its class, empty where that is not known
 * @property {string} guess what the classifier takes it for, empty where that is not recorded
 * @property {{ bytes: DataView<ArrayBuffer>, shape: Shape } | null} pixels
 */

/**
 * The mixer's state where there is a pair.
 *
 * @typedef {object} MixerState
 * @property {number} revision
 * @property {string} title
 * @property {string} [error]
 * @property {string} [note]
 * @property {string} [message]
 * @property {string} [caption]
 * @property {number} cycle
 * @property {[number, number]} pair ids
 * @property {{ ids: [number, number], rank: number, text: string }[]} choices
 * @property {number | null} [tau] where the slider of tau shall stand; at tau* where it is not given
 * @property {[SentImage, SentImage]} images the one of lam = 1 first
 * @property {[number, number, number]} terms A(1), A(0) and V(tau*), 0 where the score leaves V out
 * @property {string} gain V(tau*) less V at the tau before learning; empty where nothing learned
 * @property {boolean} counted whether the score counts V
 * @property {boolean} drawn whether the score is a random draw that leaves V out: then no curve of A or V is shown
 * @property {boolean} sampled whether it counts V as a mean over random draws
 * @property {string} unit
 * @property {Floats} grid (R,) lam
 * @property {Floats} profile (R,) A(lam)
 * @property {Floats} nodes lam where it was evaluated
 * @property {number} tau_max upper end of the range of a learned tau
 * @property {Record<"profile" | "value", [number, number]>} spans from where to where A(lam) and V(tau) reach, in this
 *   pair or in that of a mixer beside it too
 * @property {{ tau: Floats, value: Floats, log_beta: Floats, regret: number }} table V by tau; the last two
 *   entries are tau* and the best tau
 * @property {{ names: string[], probabilities: Floats[], rest: Floats | null, reason: string }} classes
 */

/** @typedef {ReturnType<typeof readPair>} Pair */

/** @typedef {Pair["images"][number]} PairImage */

/**
 * The state with its buffers read, once a state.
 *
 * @param {MixerState} state
 */
export function readPair(state) {
  const { table, classes } = state;
  return {
    ...state,
    grid: numbers(state.grid),
    profile: numbers(state.profile),
    nodes: numbers(state.nodes),
    table: {
      tau: numbers(table.tau),
      value: numbers(table.value),
      log_beta: numbers(table.log_beta),
      regret: table.regret,
    },
    images: state.images.map((image) => ({
      ...image,
      pixels: image.pixels && new Uint8Array(bytesOf(image.pixels.bytes)),
    })),
    shape: state.images.map(({ pixels }) => pixels?.shape).find(Boolean) ?? null,
    probabilities: classes.probabilities.map(numbers),
    rest: classes.rest ? numbers(classes.rest) : new Float32Array(0),
  };
}

/**
 * What the facts call the score and V at tau*: whether the score counts V, and whether it counts this one.
 *
 * @param {{ counted: boolean, sampled: boolean }} pair
 * @param {string} tau tau* in digits
 */
export function termNames({ counted, sampled }, tau) {
  const value = `◆ V at τ* = ${tau}${sampled ? ", exact" : ""}`;
  return counted
    ? { score: "score of the pair", value }
    : { score: "score of the pair, A(1) + A(0)", value: `${value}, not counted` };
}

/**
 * A tau in two decimals; in three below 0.1, where these make a difference.
 *
 * @param {number} tau
 */
export const tauText = (tau) => fixed(tau, tau < 0.1 ? 3 : 2);

/** The smallest difference that is printed, in the unit of the scores. */
const MIN_SHOWN = 0.01;

/**
 * What is said of a pair in numbers: what each is, and its amount in words. First stands the sum that its score is.
 *
 * @param {Pick<Pair, "table" | "images" | "terms" | "gain" | "unit" | "tau_max" | "counted" | "drawn" | "sampled">} pair
 * @returns {[string, string][]}
 */
export function factRows(pair) {
  const { table, images, terms, unit, tau_max: tauMax } = pair;
  const { tau, value, regret } = table;
  const [own, other] = images;
  const [star, best] = [tau.length - 2, tau.length - 1];
  const [ownScore, otherScore, ahead] = terms;
  const limit = Number(Math.max(tauMax, tau[star]).toPrecision(3)); // A fixed tau may lie beyond a learned one's range.
  const names = termNames(pair, tauText(tau[star]));
  /** @type {(what: string, amount: number) => [string, string]} */
  const row = (what, amount) => [what, fixed(amount, 3)];
  const themselves = [row(`A(1), id ${own.id} itself`, ownScore), row(`+ A(0), id ${other.id} itself`, otherScore)];
  /** @type {[string, string]} */
  const score = [`= ${names.score}`, `${fixed(ownScore + otherScore + ahead, 3)} ${unit}`]; // The unit of all of them.
  if (pair.drawn) return [...themselves, score, ["τ, the same for every pair", tauText(tau[star])]];
  const added = pair.sampled ? "V in the score, mean of random draws" : names.value;
  const at = `▲ V at τ = ${tauText(tau[best])}, the best up to ${limit}`;
  return [
    ...themselves,
    ...(pair.counted ? [row(`+ ${added}`, ahead)] : []),
    score,
    ...(pair.counted && !pair.sampled ? [] : [row(names.value, value[star])]),
    ...(pair.gain ? [/** @type {[string, string]} */ (["gain of τ* over the τ before learning", pair.gain])] : []),
    ...(regret < MIN_SHOWN
      ? [/** @type {[string, string]} */ ([`${at}, is more by`, `less than ${MIN_SHOWN}`])]
      : [row(at, value[best]), row("regret, best V less V at τ*", regret)]),
  ];
}
