// Ranks pairs as SELECT does.

/**
 * Scores in single precision and from left to right, as SELECT adds them, then rows from best to worst.
 *
 * @param {Float32Array} terms (P, 3)
 * @param {number[]} weights of the three terms
 */
export function rank(terms, weights) {
  const count = terms.length / 3;
  const scores = new Float32Array(count);
  const [own, other, value] = weights.map(Math.fround);
  for (let row = 0; row < count; row += 1) {
    const sum = Math.fround(Math.fround(own * terms[3 * row]) + Math.fround(other * terms[3 * row + 1]));
    scores[row] = sum + Math.fround(value * terms[3 * row + 2]);
  }
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return { scores, order };
}
