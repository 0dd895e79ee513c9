// Beta(tau, tau) in the page: what beta.py computes with SciPy, where no kernel is to be asked. Compared with it in
// tests/page/beta.test.js.

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const MAX_TERMS = 500;
const ENOUGH = 1e-15;
const TINY = 1e-300;
const HALVINGS = 52;

/**
 * Logarithm of the gamma function, by the approximation of Lanczos.
 *
 * @param {number} at above 0
 * @returns {number}
 */
function logGamma(at) {
  if (at < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * at)) - logGamma(1 - at);
  const x = at - 1;
  let sum = LANCZOS[0];
  for (let n = 1; n < LANCZOS.length; n += 1) sum += LANCZOS[n] / (x + n);
  const base = x + LANCZOS.length - 1.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * log B(tau, tau).
 *
 * @param {number} tau above 0
 */
export const logBeta = (tau) => 2 * logGamma(tau) - logGamma(2 * tau);

/**
 * x^tau (1 - x)^tau / (tau B(tau, tau)): the factor before the continued fraction, and what parts F0 from the first moment.
 *
 * @param {number} x inside (0, 1)
 * @param {number} tau above 0
 */
const factor = (x, tau) => Math.exp(tau * (Math.log(x) + Math.log1p(-x)) - logBeta(tau)) / tau;

/**
 * The continued fraction of I_x(tau, tau), by the modified method of Lentz (Numerical Recipes, section 6.4).
 *
 * @param {number} x in (0, 1/2]
 * @param {number} tau above 0
 */
function fraction(x, tau) {
  const bounded = (/** @type {number} */ value) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / bounded(1 - (2 * tau * x) / (tau + 1));
  let found = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (tau - m) * x) / ((tau + 2 * m - 1) * (tau + 2 * m));
    d = 1 / bounded(1 + even * d);
    c = bounded(1 + even / c);
    found *= d * c;
    const odd = (-(tau + m) * (2 * tau + m) * x) / ((tau + 2 * m) * (tau + 2 * m + 1));
    d = 1 / bounded(1 + odd * d);
    c = bounded(1 + odd / c);
    found *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return found;
}

/**
 * The distribution function I_x(tau, tau).
 *
 * @param {number} x
 * @param {number} tau above 0
 * @returns {number}
 */
export function betaCdf(x, tau) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x > 0.5 ? 1 - betaCdf(1 - x, tau) : factor(x, tau) * fraction(x, tau);
}

/**
 * The value of lam below which Beta(tau, tau) has this share of its mass; one nearer to 0 or 1 than 1e-15 is that end.
 *
 * @param {number} tau above 0
 * @param {number} share inside (0, 1)
 * @returns {number}
 */
export function betaQuantile(tau, share) {
  if (share > 0.5) return 1 - betaQuantile(tau, 1 - share);
  let [low, high] = [0, 0.5];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, tau) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Exact weights of the values at the nodes in the mean, under Beta(tau, tau), of the line through them; `beta_weights` of
 * beta.py.
 *
 * @param {number[]} nodes increasing, from 0 to 1
 * @param {number} tau above 0
 */
export function betaWeights(nodes, tau) {
  const mass = nodes.map((x) => betaCdf(x, tau)); // F0
  const moment = nodes.map((x, n) => (x > 0 && x < 1 ? (mass[n] - factor(x, tau)) / 2 : x / 2)); // F1
  const weights = nodes.map(() => 0);
  for (let n = 0; n + 1 < nodes.length; n += 1) {
    const inside = mass[n + 1] - mass[n];
    const toRight = (moment[n + 1] - moment[n] - nodes[n] * inside) / (nodes[n + 1] - nodes[n]);
    weights[n] += inside - toRight;
    weights[n + 1] += toRight;
  }
  return weights;
}
