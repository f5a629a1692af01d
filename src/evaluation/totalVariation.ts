/**
 * How far two distributions over the same classes are apart: ½ Σ |pᵢ − qᵢ|, in [0, 1]: the largest difference in the
 * chance of any set of classes. Each is divided by its sum, so counts may be given.
 *
 * @throws RangeError where they differ in length, or one sums to 0
 */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  if (p.length !== q.length) throw new RangeError(`totalVariation: expected equally many classes, got ${p.length} and ${q.length}`);
  const [a, b] = [normalised(p), normalised(q)];
  return a.reduce((sum, share, k) => sum + Math.abs(share - b[k]!), 0) / 2;
}

/** Shares that sum to 1. @throws RangeError where there is nothing to share */
export function normalised(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) throw new RangeError(`expected weights with a sum above 0, got ${JSON.stringify(weights)}`);
  return weights.map((weight) => weight / sum);
}
