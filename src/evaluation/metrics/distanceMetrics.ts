import { checkOptions, integer, oneOf, optional, satisfies } from "../../configuration/checkOptions.ts";
import { featureStatistics, type FeatureStatistics } from "../featureStatistics.ts";
import { frechetDistance } from "../frechetDistance.ts";
import { kernelDistance, type KernelDistanceOptions } from "../kernelDistance.ts";
import type { Metric } from "../metric.ts";
import { slicedWasserstein, type SlicedWassersteinOptions } from "../slicedWasserstein.ts";
import { comparisonChecks, type ComparisonOptions, comparisonWith } from "./comparison.ts";

const seed = optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0));

/**
 * The Fréchet distance from the reference, as the score `frechet`: FID in features of one's own. See `frechetDistance` for its
 * bias, and print its floor with `withFloor`.
 *
 * @throws ConfigurationError for wrong options
 * @example
 * ```ts
 * frechetMetric({ network: await digitClassifier(), reference: { name: "test digits", count, shape: [28, 28, 1], values } });
 * ```
 */
export function frechetMetric(options: ComparisonOptions): Metric {
  checkOptions("frechetMetric", comparisonChecks, options);
  const { real, featuresOf, scoreOf } = comparisonWith("frechetMetric", options);
  let known: FeatureStatistics | undefined;
  return {
    name: "frechet",
    better: "lower",
    async measure(samples) {
      known ??= featureStatistics(await real());
      return [scoreOf(samples, "frechet", frechetDistance(featureStatistics(await featuresOf(samples)), known))];
    },
  };
}

/**
 * The kernel distance from the reference, as the score `kernel`: KID in features of one's own. See `kernelDistance`.
 *
 * @throws ConfigurationError for wrong options
 */
export function kernelMetric(options: ComparisonOptions & KernelDistanceOptions): Metric {
  checkOptions("kernelMetric", { ...comparisonChecks, subsets: optional(integer(2)), subsetSize: optional(integer(3)), seed }, options);
  const { reference: _reference, network: _network, cache: _cache, ...rest } = options;
  const { real, featuresOf, scoreOf } = comparisonWith("kernelMetric", options);
  return {
    name: "kernel",
    better: "lower",
    async measure(samples) {
      const { value, standardError } = kernelDistance(await real(), await featuresOf(samples), rest);
      return [scoreOf(samples, "kernel", value, standardError)];
    },
  };
}

/**
 * The sliced Wasserstein distance from the reference, as the score `slicedWasserstein`. See `slicedWasserstein`; its standard
 * error is over the directions.
 *
 * @throws ConfigurationError for wrong options
 */
export function slicedWassersteinMetric(options: ComparisonOptions & SlicedWassersteinOptions): Metric {
  checkOptions("slicedWassersteinMetric", { ...comparisonChecks, projections: optional(integer()), order: optional(oneOf(1, 2)), seed }, options);
  const { reference: _reference, network: _network, cache: _cache, ...rest } = options;
  const { real, featuresOf, scoreOf } = comparisonWith("slicedWassersteinMetric", options);
  return {
    name: "slicedWasserstein",
    better: "lower",
    async measure(samples) {
      const { value, standardError } = slicedWasserstein(await real(), await featuresOf(samples), rest);
      return [scoreOf(samples, "slicedWasserstein", value, standardError)];
    },
  };
}
