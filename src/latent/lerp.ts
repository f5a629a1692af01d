import { expectLength } from "./latentRows.ts";

/** Between two latent vectors; `share` 0 is the first and 1 the second. `lerp` and `slerp` are such. */
export type Interpolation = (from: ArrayLike<number>, to: ArrayLike<number>, share: number) => Float32Array;

/**
 * Linear interpolation: `(1 − t) a + t b`.
 *
 * Halfway between two draws of N(0, I) it is shorter than either by a factor of about √2, where the generator has seen
 * next to nothing; `slerp` stays where the draws lie. For uniform noise lerp is the right one.
 *
 * @throws ConfigurationError where the vectors differ in length
 */
export function lerp(from: ArrayLike<number>, to: ArrayLike<number>, share: number): Float32Array {
  expectLength("lerp", "to", to, from.length);
  return Float32Array.from(from, (value, i) => (1 - share) * value + share * to[i]!);
}
