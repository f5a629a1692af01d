/**
 * Pearson's correlation of two lists of numbers, in [-1, 1]; 0 where one of them does not vary. Squared, it is the share of
 * the variance of one that a straight line in the other accounts for.
 *
 * @throws RangeError where they are not equally long
 */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`correlation: expected lists of one length, got ${a.length} and ${b.length}`);
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [together, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    together += (a[i]! - meanA) * (b[i]! - meanB);
    squaresA += (a[i]! - meanA) ** 2;
    squaresB += (b[i]! - meanB) ** 2;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : together / Math.sqrt(squaresA * squaresB);
}
