import { checkOptions, listOf, number, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { reverseKl } from "./reverseKl.ts";
import { normalised, totalVariation } from "./totalVariation.ts";

/** A mixture of round Gaussians, all of one deviation. A `mixture(…)` source is one. */
export interface KnownModes {
  /** The modes' centres, all of one dimension. */
  readonly modes: readonly (readonly number[])[];
  /** Standard deviation of each, the same in every direction. */
  readonly deviation: number;
  /** Chance of each mode, up to a common factor; all alike unless told. */
  readonly weights?: readonly number[];
}

/** How points spread over the modes of a mixture. */
export interface ModeCoverage {
  readonly count: number;
  /** How many modes there are. */
  readonly modes: number;
  /** Modes with at least one good point: PacGAN's rule. */
  readonly covered: number;
  /** Modes whose good points are at least 1 % of all points: the stricter rule, which ranks methods differently. */
  readonly coveredByMass: number;
  /** Share of good points, within 3 deviations of their mode. Of a true 2-D mixture 0.9889 = 1 − e^(−9/2); more: modes too narrow. */
  readonly highQuality: number;
  /**
   * KL(q ‖ p) in nats, q the shares of points by nearest mode, p the modes' weights. Of n true points of k modes about
   * (k − 1) / 2n, not 0; infinite where points lie nearest to a mode of weight 0.
   */
  readonly reverseKl: number;
  /** ½ Σ |q − p|, in [0, 1]. */
  readonly totalVariation: number;
  /** Share of the points nearest to each mode, good or not. */
  readonly shares: readonly number[];
}

/** Beyond so many deviations a point is no sample of its mode. */
const goodWithin = 3;
const enoughMass = 0.01;

/**
 * Mode coverage as the comparisons of mode collapse measure it: each point belongs to the nearest mode, and is good where
 * it lies within three deviations of it. The published tables take 2,500 points.
 *
 * @param points one after another, each of the modes' dimension: `SamplesDrawn.values`
 * @throws ConfigurationError for wrong options, points that are not whole rows, or points that are not finite
 * @example
 * ```ts
 * const { covered, highQuality } = modeCoverage(event.values, mixture("ring", { batchSize: 256 }));
 * ```
 * Reference: Lin, Khetan, Fanti, Oh, "PacGAN" (2018), section 4.1; the metrics are of Srivastava et al., "VEEGAN" (2017).
 */
export function modeCoverage(points: ArrayLike<number>, { modes, deviation, weights }: KnownModes): ModeCoverage {
  checkOptions("modeCoverage", checks, { modes, deviation, weights });
  const size = modes[0]!.length;
  const count = points.length / size;
  const problems = [
    ...modes.flatMap(({ length }, k) =>
      length === size ? [] : [{ path: `modes[${k}]`, message: `expected ${size} coordinates like the first, got ${length}` }],
    ),
    ...(count > 0 && Number.isInteger(count)
      ? []
      : [{ path: "points", message: `expected a multiple of ${size} coordinates, got ${points.length}` }]),
    ...(weights === undefined || (weights.length === modes.length && weights.some((weight) => weight > 0))
      ? []
      : [{ path: "weights", message: `expected one for each of the ${modes.length} modes, not all 0, got ${JSON.stringify(weights)}` }]),
  ];
  if (problems.length > 0) throw new ConfigurationError("modeCoverage", problems);

  const near = new Array<number>(modes.length).fill(0);
  const good = new Array<number>(modes.length).fill(0);
  for (let row = 0; row < count; row++) {
    const { mode, distance } = nearest(points, row * size, modes);
    near[mode]!++;
    if (distance < goodWithin * deviation) good[mode]!++;
  }
  const shares = near.map((found) => found / count);
  const expected = normalised(weights ?? modes.map(() => 1));
  return {
    count,
    modes: modes.length,
    covered: good.filter((found) => found > 0).length,
    coveredByMass: good.filter((found) => found >= enoughMass * count).length,
    highQuality: good.reduce((sum, found) => sum + found, 0) / count,
    reverseKl: reverseKl(shares, expected),
    totalVariation: totalVariation(shares, expected),
    shares,
  };
}

function nearest(
  points: ArrayLike<number>,
  start: number,
  modes: KnownModes["modes"],
): { readonly mode: number; readonly distance: number } {
  let mode = -1;
  let least = Infinity;
  modes.forEach((centre, k) => {
    const squared = centre.reduce((sum, coordinate, axis) => sum + (points[start + axis]! - coordinate) ** 2, 0);
    if (squared < least) {
      least = squared;
      mode = k;
    }
  });
  if (mode === -1) {
    const index = start / modes[0]!.length;
    throw new ConfigurationError("modeCoverage", [{ path: `points[${index}]`, message: "expected finite coordinates" }]);
  }
  return { mode, distance: Math.sqrt(least) };
}

const checks = {
  modes: listOf(
    satisfies("a list of finite coordinates", (value) => Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)),
    1,
  ),
  deviation: number({ above: 0 }),
  weights: optional(listOf(number({ minimum: 0 }))),
};
