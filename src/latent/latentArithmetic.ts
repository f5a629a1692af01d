import { ConfigurationError } from "../configuration/configurationError.ts";
import { countOfRows } from "./latentRows.ts";

export interface AnalogyExemplars {
  /** Exemplars `[count, size]` of what is started from: smiling women. */
  readonly from: ArrayLike<number>;
  /** Exemplars of what is taken away: neutral women. */
  readonly minus: ArrayLike<number>;
  /** Exemplars of what is put in its place: neutral men. */
  readonly plus: ArrayLike<number>;
}

/** The mean of latent vectors `[count, size]`. @throws ConfigurationError where there is no whole number of them */
export function averageLatent(latents: ArrayLike<number>, size: number): Float32Array {
  const count = countOfRows("averageLatent", "latents", latents, size);
  const mean = new Float64Array(size);
  for (let i = 0; i < latents.length; i++) mean[i % size]! += latents[i]! / count;
  return Float32Array.from(mean);
}

/**
 * Vector arithmetic on concepts: `mean(from) − mean(minus) + mean(plus)`, shape `[size]`.
 *
 * A single exemplar carries more than its concept; means of a few do not. Three each is what the paper takes, and what
 * brings the result of N(0, I) draws back to the variance of one draw: 3 · ⅓.
 *
 * @throws ConfigurationError where a list of exemplars is empty or holds no whole number of vectors
 * @example
 * ```ts
 * const smilingMen = latentAnalogy({ from: smilingWomen, minus: neutralWomen, plus: neutralMen }, 64);
 * ```
 * Reference: Radford, Metz and Chintala 2016, section 6.3.2.
 */
export function latentAnalogy({ from, minus, plus }: AnalogyExemplars, size: number): Float32Array {
  const problems = Object.entries({ from, minus, plus }).flatMap(([path, { length }]) =>
    length >= size && length % size === 0 ? [] : [{ path, message: `expected rows of ${size} numbers, got ${length} numbers` }],
  );
  if (problems.length > 0) throw new ConfigurationError("latentAnalogy", problems);
  const [start, away, instead] = [from, minus, plus].map((exemplars) => averageLatent(exemplars, size));
  return start!.map((value, i) => value - away![i]! + instead![i]!);
}
