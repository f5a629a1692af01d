/** What the tests of random draws measure, and the bounds they hold it to. */

/** Bound on a mean of n independent numbers of this deviation: five standard errors (p ≈ 6e-7). */
export const fiveErrors = (deviation: number, n: number): number => (5 * deviation) / Math.sqrt(n);

/** Kolmogorov and Smirnov's largest distance between the sample's distribution and `cdf`. */
export function distance(values: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - i / sorted.length), Math.abs(cdf(x) - (i + 1) / sorted.length)), 0);
}
/** Its bound at p = 0.001, for large n. */
export const distanceBound = (n: number): number => 1.95 / Math.sqrt(n);

/** Σ (observed − expected)² / expected over equally likely cells. */
export function chiSquare(counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
/** Its bound about five deviations above its mean; the mean is the degrees of freedom, the variance twice that. */
export const chiSquareBound = (cells: number): number => cells - 1 + 5 * Math.sqrt(2 * (cells - 1));

/** Φ through Abramowitz and Stegun 7.1.26's erf, right to 1.5e-7. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp((-x * x) / 2);
  return x < 0 ? tail / 2 : 1 - tail / 2;
}

export const mean = (values: ArrayLike<number>, power = 1): number =>
  Array.from(values).reduce((sum, value) => sum + value ** power, 0) / values.length;
