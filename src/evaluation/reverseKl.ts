import { normalised } from "./totalVariation.ts";

/**
 * KL(q ‖ p) = Σ qᵢ log(qᵢ / pᵢ) in nats, q what was found and p what should be: 0 of equal distributions, infinite where
 * something was found that should not be. Each is divided by its sum, so counts may be given.
 *
 * @throws RangeError where they differ in length, or one sums to 0
 */
export function reverseKl(q: readonly number[], p: readonly number[]): number {
  if (q.length !== p.length) throw new RangeError(`reverseKl: expected equally many classes, got ${q.length} and ${p.length}`);
  const [found, expected] = [normalised(q), normalised(p)];
  return found.reduce((sum, share, k) => (share === 0 ? sum : sum + share * Math.log(share / expected[k]!)), 0);
}
