import { checkOptions, integer, number, optional } from "../configuration/checkOptions.ts";
import { featureRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { squaredDistances } from "./squaredDistances.ts";

export interface BirthdayTestOptions {
  /** Two samples at most so far apart count as the same one; see `closestPair` for a measure of it. */
  readonly within: number;
  /** Samples in a batch. Default all: one batch. */
  readonly batchSize?: number;
}

export interface BirthdayTest {
  /** Whole batches the samples were divided into. */
  readonly batches: number;
  /** Share of the batches with at least one pair of duplicates. */
  readonly collisions: number;
  /** Chance that two samples are the same: pairs of duplicates over pairs, of all samples. */
  readonly pairChance: number;
  /**
   * 1 / pairChance: of so many equally likely samples a support would have this chance; infinite where no pair was found. Not
   * more than a lower bound of the true support, which a few frequent samples lower, too.
   */
  readonly supportSize: number;
}

/** Two rows and how far they are apart. */
export interface ClosestPair {
  readonly rows: readonly [number, number];
  readonly distance: number;
}

/**
 * The birthday-paradox test of how many different samples a generator has: of a support of N equally likely samples, a batch
 * of about 1.2 √N has duplicates half of the time, so duplicates in a batch of s speak for a support of about s².
 *
 * The paper looks at the closest pairs by eye. Here two samples within a given distance are the same; whatever the distance,
 * run the test on as many real samples too, and look at the pairs (`closestPair`).
 *
 * @throws ConfigurationError for wrong options, or features that are not at least two whole rows
 * @example
 * ```ts
 * const { distance } = closestPair(realFeatures);
 * birthdayTest(generatedFeatures, { within: distance, batchSize: 500 });
 * ```
 * Reference: Arora and Zhang, "Do GANs actually learn the distribution? An empirical study" (2017), section 2.
 */
export function birthdayTest(features: Features, options: BirthdayTestOptions): BirthdayTest {
  checkOptions("birthdayTest", { within: number({ minimum: 0 }), batchSize: optional(integer(2)) }, options);
  const rows = featureRows("birthdayTest", "features", features, Math.max(2, options.batchSize ?? 2));
  const { within, batchSize = rows.count } = options;
  const batches = Math.floor(rows.count / batchSize);
  const hasCollided = new Uint8Array(batches);
  let duplicates = 0;
  squaredDistances(rows, rows, (row, distances) => {
    const batch = Math.floor(row / batchSize);
    for (let other = 0; other < row; other++) {
      if (distances[other]! > within * within) continue;
      duplicates++;
      if (batch < batches && other >= batch * batchSize) hasCollided[batch] = 1;
    }
  });
  const pairChance = (2 * duplicates) / (rows.count * (rows.count - 1));
  return { batches, collisions: hasCollided.reduce((sum, one) => sum + one, 0) / batches, pairChance, supportSize: 1 / pairChance };
}

/**
 * The two rows nearest to each other: of real samples, how near two different ones come by chance.
 *
 * @throws ConfigurationError for features that are not at least two whole rows
 */
export function closestPair(features: Features): ClosestPair {
  const rows = featureRows("closestPair", "features", features, 2);
  let pair: readonly [number, number] = [0, 1];
  let least = Infinity;
  squaredDistances(rows, rows, (row, distances) => {
    for (let other = 0; other < row; other++) {
      if (distances[other]! >= least) continue;
      least = distances[other]!;
      pair = [other, row];
    }
  });
  return { rows: pair, distance: Math.sqrt(least) };
}
