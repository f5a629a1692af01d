import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { rowsLike } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { type Balls, ballsOf, neighbourRadii } from "./neighbourRadii.ts";
import { squaredDistances } from "./squaredDistances.ts";

export interface NeighbourOptions {
  /** Which neighbour's distance is a row's radius: the k of the papers. */
  readonly neighbours?: number;
}

export interface PrecisionRecall {
  /** Share of the generated samples that lie among the real ones: how good they look. */
  readonly precision: number;
  /** Share of the real samples that lie among the generated ones: how much of the data is covered. */
  readonly recall: number;
}

/**
 * Improved precision and recall. A set of samples is taken for the union of balls around them, each reaching to its k-th
 * nearest neighbour in the set (default k = 3); precision is the share of generated samples within the real samples'
 * balls, recall the share of real samples within the generated samples' balls.
 *
 * Both lie in [0, 1], and of two sets of real samples both are well below 1: print that floor beside them. Both hang on the
 * number of samples and on k, and one outlier has a ball that swallows much; `densityCoverage` is sturdier.
 *
 * @throws ConfigurationError for wrong options, features that are not whole rows, or not more rows than neighbours
 * Reference: Kynkäänniemi et al. 2019, section 2, equations 1 and 2.
 */
export function precisionRecall(real: Features, generated: Features, options: NeighbourOptions = {}): PrecisionRecall {
  checkOptions("precisionRecall", { neighbours: optional(integer()) }, options);
  const { neighbours = 3 } = options;
  return precisionRecallAmong(ballsOf("precisionRecall", "real", real, neighbours), generated);
}

/** The same against real samples whose balls are known. */
export function precisionRecallAmong(real: Balls, generated: Features): PrecisionRecall {
  const rows = rowsLike("precisionRecall", ["real", real], ["generated", generated]);
  const generatedRadii = neighbourRadii("precisionRecall", "generated", rows, real.neighbours);
  const isGood = new Uint8Array(rows.count);
  let recalled = 0;
  squaredDistances(real, rows, (row, distances) => {
    let isRecalled = 0;
    for (let other = 0; other < distances.length; other++) {
      if (distances[other]! <= real.radii[row]!) isGood[other] = 1;
      if (distances[other]! <= generatedRadii[other]!) isRecalled = 1;
    }
    recalled += isRecalled;
  });
  return { precision: isGood.reduce((sum, one) => sum + one, 0) / rows.count, recall: recalled / real.count };
}
