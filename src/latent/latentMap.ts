import { checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { countOfRows } from "./latentRows.ts";
import { linearFit } from "./linearFit.ts";

/** A map between the latent spaces of two models. */
export interface LatentMap {
  /** `[count, from.size]` to `[count, to.size]`. */
  apply(latents: ArrayLike<number>): Float32Array;
  /** M, `[to.size, from.size]`, row by row. */
  readonly matrix: Float64Array;
  /** b, `[to.size]`. */
  readonly offset: Float64Array;
}

export interface LatentMapOptions {
  /** Weight λ of ‖M‖², which a support set smaller than the space needs. Default 1e-3. */
  readonly ridge?: number;
}

/** The same things in two spaces: row i of one is what row i of the other is. */
export interface LatentPairs {
  readonly count: number;
  /** `[count, fromSize]` */
  readonly from: ArrayLike<number>;
  /** `[count, toSize]` */
  readonly to: ArrayLike<number>;
}

/**
 * The affine map between two models' latent spaces that fits a support set of pairs: M and b minimise
 * Σ ‖z' − M z − b‖² + λ ‖M‖².
 *
 * @throws ConfigurationError where the counts do not fit
 * Reference: Asperti and Tonelli, "Comparing the latent space of generative models" (2023), section 4.
 */
export function fitLatentMap({ count, from, to }: LatentPairs, options: LatentMapOptions = {}): LatentMap {
  checkOptions("fitLatentMap", { ridge: optional(number({ minimum: 0 })) }, options);
  const fromSize = countOfRows("fitLatentMap", "from", from, count);
  countOfRows("fitLatentMap", "to", to, count);
  const { matrix, offset } = linearFit(from, to, count, options.ridge ?? 1e-3);
  return {
    matrix: Float64Array.from(matrix.to1DArray()),
    offset,
    apply(latents) {
      const rows = countOfRows("LatentMap.apply", "latents", latents, fromSize);
      const mapped = new Float32Array(rows * offset.length);
      for (let row = 0; row < rows; row++) {
        for (let out = 0; out < offset.length; out++) {
          let sum = offset[out]!;
          for (let i = 0; i < fromSize; i++) sum += matrix.get(out, i) * latents[row * fromSize + i]!;
          mapped[row * offset.length + out] = sum;
        }
      }
      return mapped;
    },
  };
}

/**
 * How much of held-out pairs a map misses: Σ ‖z' − M z − b‖² / Σ ‖z' − mean‖², the share of the variance that is not
 * explained. 0 is perfect; 1 is what knowing the mean alone comes to.
 */
export function latentMapError(map: LatentMap, { count, from, to }: LatentPairs): number {
  const size = to.length / count;
  const mapped = map.apply(from);
  const mean = new Float64Array(size);
  for (let i = 0; i < to.length; i++) mean[i % size]! += to[i]! / count;
  let [missed, spread] = [0, 0];
  for (let i = 0; i < to.length; i++) {
    missed += (to[i]! - mapped[i]!) ** 2;
    spread += (to[i]! - mean[i % size]!) ** 2;
  }
  return missed / spread;
}
