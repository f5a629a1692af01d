import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { permutation } from "../math/random/permutation.ts";
import { featureRows, pickRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { firstSamples, type JudgeableSamples, type Metric, type Score } from "./metric.ts";

/**
 * A metric with its finite-sample floor beside each score: what the metric says of real samples in the place of the
 * generated ones, just as many. A score at its floor cannot be told from real data with so few samples.
 *
 * @param real samples that are not the metric's reference (which would be at distance 0 from itself): of a test set its other
 * half. At least as many as will be measured.
 * @throws ConfigurationError, when measuring, where there are fewer real samples than generated ones
 * @example
 * ```ts
 * const metrics = [withFloor(frechetMetric({ network, reference }), others), inceptionMetric({ network })];
 * ```
 */
export function withFloor(metric: Metric, real: JudgeableSamples): Metric {
  const floors = new Map<number, Promise<readonly Score[]>>();
  const floorOf = (count: number): Promise<readonly Score[]> => {
    if (count > real.count) {
      throw new ConfigurationError("withFloor", [
        { path: "real", message: `expected at least as many real samples as were generated, ${count}, got ${real.count}` },
      ]);
    }
    const known = floors.get(count) ?? metric.measure(firstSamples(real, count));
    floors.set(count, known);
    known.catch(() => floors.delete(count));
    return known;
  };
  return {
    ...metric,
    async measure(samples) {
      const scores = await metric.measure(samples);
      const floor = new Map((await floorOf(samples.count)).map(({ name, value }) => [name, value]));
      return scores.map((score) => (floor.has(score.name) ? { ...score, floor: floor.get(score.name)! } : score));
    },
  };
}

export interface FiniteSampleFloor {
  /** Mean score of two sets of real samples. */
  readonly value: number;
  /** Standard deviation over the pairs of sets: how far from `value` one comparison falls by chance. */
  readonly deviation: number;
}

/**
 * What a comparison of features says of two sets of real samples that have nothing in common but where they come from.
 *
 * @param real features of at least 2 · count real samples
 * @param count size of each set: that of the generated set the floor is printed beside
 * @param score such as `(first, second) => kernelDistance(first, second).value`
 * @param repeats pairs of sets, drawn at random
 * @throws ConfigurationError for too few real samples
 */
export function finiteSampleFloor(real: Features, count: number, score: (first: Features, second: Features) => number, repeats = 4): FiniteSampleFloor {
  checkOptions("finiteSampleFloor", { count: integer(), repeats: integer(2) }, { count, repeats });
  const rows = featureRows("finiteSampleFloor", "real", real, 2 * count);
  const scores = Array.from({ length: repeats }, (_, repeat) => {
    const order = permutation(fold(rootKey(0), "finiteSampleFloor", repeat), rows.count);
    const set = (first: number): Features => {
      const { rows: features, featureSize } = pickRows(rows, order.subarray(first, first + count));
      return { features, featureSize };
    };
    return score(set(0), set(count));
  });
  const value = scores.reduce((sum, one) => sum + one, 0) / repeats;
  return { value, deviation: Math.sqrt(scores.reduce((sum, one) => sum + (one - value) ** 2, 0) / (repeats - 1)) };
}
