import { checkOptions, integer, oneOf, optional, satisfies } from "../configuration/checkOptions.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { normals } from "../math/random/normals.ts";
import { comparedRows, type FeatureRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";

export interface SlicedWassersteinOptions {
  /** Random directions. Default 128. */
  readonly projections?: number;
  /** Of the distance: 1, or 2 unless told. */
  readonly order?: 1 | 2;
  /** Of the directions. Default 0; distances are to be compared along the same ones. */
  readonly seed?: number;
}

export interface SlicedWasserstein {
  /** In the features' own unit. */
  readonly value: number;
  /** Over the directions; it says nothing of the samples' number. */
  readonly standardError: number;
}

/**
 * The sliced Wasserstein distance of two sets: (E_θ W_p(θ·x, θ·y)^p)^(1/p) over random directions θ of length 1, along each
 * of which the distance is that of the sorted projections.
 *
 * Needs no feature network: take pixels, points, or features of the domain's own. Sets may differ in size. Along a random
 * direction the distance of two points shrinks like 1 / √featureSize, so compare figures of one featureSize; of finite
 * samples it is never 0, so print the distance of two sets of real samples beside it.
 *
 * @throws ConfigurationError for wrong options, or features that are not whole rows
 * References: Rabin et al. 2011; Bonneel et al. 2015.
 */
export function slicedWasserstein(first: Features, second: Features, options: SlicedWassersteinOptions = {}): SlicedWasserstein {
  checkOptions("slicedWasserstein", checks, options);
  const { projections = 128, order = 2, seed = 0 } = options;
  const [a, b] = comparedRows("slicedWasserstein", ["first", first], ["second", second]);
  const key = fold(rootKey(seed), "slicedWasserstein");
  const costs = Array.from({ length: projections }, (_, projection) => {
    const direction = Float64Array.from(normals(fold(key, projection), a.featureSize));
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    return transportCost(projected(a, direction, length), projected(b, direction, length), order);
  });
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / projections;
  const value = mean ** (1 / order);
  const error = projections === 1 ? 0 : Math.sqrt(costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / (projections - 1) / projections);
  // Of √mean by its derivative.
  return { value, standardError: order === 1 || value === 0 ? error : error / (2 * value) };
}

const checks = {
  projections: optional(integer()),
  order: optional(oneOf(1, 2)),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
};

function projected({ rows, count, featureSize }: FeatureRows, direction: Float64Array, length: number): Float64Array {
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let i = 0; i < featureSize; i++) sum += rows[row * featureSize + i]! * direction[i]!;
    values[row] = sum / length;
  }
  return values.sort();
}

/** ∫₀¹ |F⁻¹(t) − G⁻¹(t)|^order dt of two sorted lists: exact for lists of different length. */
function transportCost(a: Float64Array, b: Float64Array, order: number): number {
  let cost = 0;
  let [i, j, at] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    // In units of 1 / (a.length · b.length), which are whole numbers.
    const next = Math.min((i + 1) * b.length, (j + 1) * a.length);
    const distance = Math.abs(a[i]! - b[j]!);
    cost += (next - at) * (order === 1 ? distance : distance * distance);
    at = next;
    if (next === (i + 1) * b.length) i++;
    if (next === (j + 1) * a.length) j++;
  }
  return cost / (a.length * b.length);
}
