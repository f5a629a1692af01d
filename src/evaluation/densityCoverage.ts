import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { rowsLike } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { type Balls, ballsOf } from "./neighbourRadii.ts";
import type { NeighbourOptions } from "./precisionRecall.ts";
import { squaredDistances } from "./squaredDistances.ts";

export interface DensityCoverage {
  /** Real balls a generated sample lies in, over k: about 1 of equal distributions, and above 1 where samples crowd. */
  readonly density: number;
  /** Share of the real samples with a generated one in their ball, in [0, 1]. */
  readonly coverage: number;
}

/**
 * Density and coverage: precision and recall made sturdy against outliers. Only real samples have balls, each reaching to
 * its k-th nearest real neighbour (default k = 5, the paper's). Density counts in how many balls a generated sample lies
 * and divides by k; coverage is the share of balls that hold a generated sample. A sample on the edge is outside, as in the
 * authors' code.
 *
 * Of two equal distributions density is 1 and coverage `expectedCoverage(…)`, both on average and in any number of features.
 *
 * @throws ConfigurationError for wrong options, features that are not whole rows, or not more real rows than neighbours
 * Reference: Naeem et al. 2020, section 3.
 */
export function densityCoverage(real: Features, generated: Features, options: NeighbourOptions = {}): DensityCoverage {
  checkOptions("densityCoverage", { neighbours: optional(integer()) }, options);
  const { neighbours = 5 } = options;
  return densityCoverageAmong(ballsOf("densityCoverage", "real", real, neighbours), generated);
}

/** The same against real samples whose balls are known. */
export function densityCoverageAmong(real: Balls, generated: Features): DensityCoverage {
  const rows = rowsLike("densityCoverage", ["real", real], ["generated", generated]);
  let within = 0;
  let covered = 0;
  squaredDistances(real, rows, (row, distances) => {
    let inBall = 0;
    for (let other = 0; other < distances.length; other++) if (distances[other]! < real.radii[row]!) inBall++;
    within += inBall;
    if (inBall > 0) covered++;
  });
  return { density: within / (real.neighbours * rows.count), coverage: covered / real.count };
}

/**
 * The coverage to be expected of samples from the very distribution of the real ones:
 * 1 − ∏ᵢ₌₁ᵏ (real − i) / (real + generated − i), about 0.969 of equally many at k = 5.
 *
 * @param real number of real samples
 * @param generated number of generated samples
 * Reference: Naeem et al. 2020, lemma 2.
 */
export function expectedCoverage(real: number, generated: number, neighbours = 5): number {
  checkOptions("expectedCoverage", { real: integer(neighbours + 1), generated: integer(), neighbours: integer() }, { real, generated, neighbours });
  let missed = 1;
  for (let i = 1; i <= neighbours; i++) missed *= (real - i) / (real + generated - i);
  return 1 - missed;
}
