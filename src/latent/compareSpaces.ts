import { checkOptions, integer, listOf, number, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { permutation } from "../math/random/permutation.ts";
import { invert, type InvertOptions } from "./invert.ts";
import { fitLatentMap, type LatentMap, latentMapError, type LatentPairs } from "./latentMap.ts";
import type { LatentModel } from "./latentModel.ts";
import { samplesAt } from "./samplesAt.ts";

/** Pairs of latents, and how well the second model shows what the first one does. */
export interface PairedLatents extends LatentPairs {
  readonly from: Float32Array;
  readonly to: Float32Array;
  /** Mean squared difference of pixels of each pair; no map can be asked to do better. */
  readonly errors: Float64Array;
}

/**
 * Pairs z ↔ z' of two models' latents that show the same: z' is the second model's inversion of what the first makes of z.
 *
 * @param latents of the first model, `[count, latentSize]`
 * @throws ConfigurationError where the models make samples of different shapes, or for wrong options
 */
export async function pairLatents(from: LatentModel, to: LatentModel, latents: ArrayLike<number>, options: InvertOptions = {}): Promise<PairedLatents> {
  if (from.shape.join() !== to.shape.join()) {
    throw new ConfigurationError("pairLatents", [{ path: "to", message: `expected a model of samples [${from.shape.join(", ")}], got [${to.shape.join(", ")}]` }]);
  }
  const shown = await samplesAt(from, latents);
  const { latents: found, errors } = await invert(to, shown.values, options);
  return { count: shown.count, from: Float32Array.from(latents), to: found, errors };
}

export interface CompareSpacesOptions {
  /** How many pairs the map is fitted from, one comparison each: `[8, 16, 32, 64]`. */
  readonly supports: readonly number[];
  /** The last so many pairs, which no map is fitted from. */
  readonly heldOut: number;
  /** Weight λ of ‖M‖². Default 1e-3. */
  readonly ridge?: number;
  /** Of the shuffling. Default 0. */
  readonly seed?: number;
}

/** How well two spaces are linked by a linear map that was fitted from so many pairs. */
export interface SpaceComparison {
  readonly support: number;
  /** On held-out pairs: the share of variance the map does not explain, 0 perfect, 1 as good as the mean. */
  readonly error: number;
  /** The same of a map fitted from the same latents paired at random: what a fit comes to where there is nothing to find. */
  readonly shuffledError: number;
  readonly map: LatentMap;
  readonly shuffledMap: LatentMap;
}

/**
 * Compares two latent spaces: can a linear map lead from one to the other, and from how few pairs can it be learnt? For each
 * size of the support set a map is fitted and judged on held-out pairs, with shuffled pairs as the control.
 *
 * @throws ConfigurationError where there are fewer pairs than are asked for
 * @example
 * ```ts
 * const pairs = await pairLatents(first, second, latents);
 * const comparisons = compareSpaces(pairs, { supports: [16, 32, 64, 128], heldOut: 64 });
 * ```
 * Reference: Asperti and Tonelli 2023.
 */
export function compareSpaces(pairs: LatentPairs, options: CompareSpacesOptions): readonly SpaceComparison[] {
  const seedCheck = satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
  checkOptions("compareSpaces", { supports: listOf(integer(2), 1), heldOut: integer(2), ridge: optional(number({ minimum: 0 })), seed: optional(seedCheck) }, options);
  const { supports, heldOut, ridge = 1e-3, seed = 0 } = options;
  const largest = Math.max(...supports);
  if (largest + heldOut > pairs.count) {
    throw new ConfigurationError("compareSpaces", [
      { path: "supports", message: `expected at most ${pairs.count - heldOut} (${pairs.count} pairs without the ${heldOut} held out), got ${largest}` },
    ]);
  }
  const held = slicePairs(pairs, pairs.count - heldOut, pairs.count);
  return supports.map((support) => {
    const kept = slicePairs(pairs, 0, support);
    const map = fitLatentMap(kept, { ridge });
    const order = permutation(fold(rootKey(seed), "compareSpaces", support), support);
    const shuffledMap = fitLatentMap({ ...kept, to: rowsIn(order, kept.to) }, { ridge });
    return { support, error: latentMapError(map, held), shuffledError: latentMapError(shuffledMap, held), map, shuffledMap };
  });
}

function slicePairs({ count, from, to }: LatentPairs, first: number, last: number): LatentPairs {
  const rows = (values: ArrayLike<number>): Float32Array => Float32Array.from(values).slice((first * values.length) / count, (last * values.length) / count);
  return { count: last - first, from: rows(from), to: rows(to) };
}

function rowsIn(order: ArrayLike<number>, values: ArrayLike<number>): Float32Array {
  const size = values.length / order.length;
  return Float32Array.from({ length: values.length }, (_, i) => values[order[Math.floor(i / size)]! * size + (i % size)]!);
}
