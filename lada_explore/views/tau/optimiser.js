// A tiny optimiser of tau: one number z, of which tau is the sigmoid, in place of a policy network.

const DECAYS = [0.9, 0.999]; // Adam's own, as torch has them
const EPSILON = 1e-8;

/**
 * Steps of z. The policy network of A.3 learns at 5e-5, by which some ten thousands of weights move at once. In the recorded
 * run data/runs/tau/rate-5e-5 the logit of its mean tau moves by 2.5 in the first 100 steps: 0.025 a step.
 */
const ADAM_RATE = 0.025;
/** Per bit: at a slope as a large gain has it, z moves about as far in a step as by Adam. */
const ASCENT_RATE = 0.2;
/** Of the recorded runs on the rate; the paper's has 100. */
export const MAX_STEPS = 300;
export const PAPER_STEPS = 100;

/** @typedef {(gradient: number) => number} Rule how far a parameter moves, uphill, by its gradient */

/**
 * Adam (Kingma and Ba, ICLR 2015), for one parameter.
 *
 * @returns {Rule}
 */
export function adam(rate = ADAM_RATE) {
  let [mean, square, steps] = [0, 0, 0];
  return (gradient) => {
    steps += 1;
    mean = DECAYS[0] * mean + (1 - DECAYS[0]) * gradient;
    square = DECAYS[1] * square + (1 - DECAYS[1]) * gradient ** 2;
    const scale = Math.sqrt(square / (1 - DECAYS[1] ** steps)) + EPSILON;
    return (rate * (mean / (1 - DECAYS[0] ** steps))) / scale;
  };
}

/**
 * Plain gradient ascent.
 *
 * @returns {Rule}
 */
export const ascent =
  (rate = ASCENT_RATE) =>
  (gradient) =>
    rate * gradient;

/** One parameter on its way uphill, from z = 0. */
export class Climb {
  /** @param {Rule} rule */
  constructor(rule) {
    this.rule = rule;
    this.z = 0;
    this.taus = [0.5]; // before the first step and after each
  }

  get tau() {
    return this.taus[this.taus.length - 1];
  }

  /** @param {(tau: number) => number} slope dV/dtau */
  step(slope) {
    const { tau } = this;
    this.z += this.rule(slope(tau) * tau * (1 - tau));
    this.taus.push(1 / (1 + Math.exp(-this.z)));
  }
}
