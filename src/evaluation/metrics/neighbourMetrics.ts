import { checkOptions, integer, optional } from "../../configuration/checkOptions.ts";
import { densityCoverageAmong } from "../densityCoverage.ts";
import { memorisation } from "../memorisation.ts";
import type { Metric, ReferenceSamples } from "../metric.ts";
import { type Balls, ballsOf } from "../neighbourRadii.ts";
import { type NeighbourOptions, precisionRecallAmong } from "../precisionRecall.ts";
import { comparisonChecks, type ComparisonOptions, comparisonWith, referenceLabel } from "./comparison.ts";

const checks = { ...comparisonChecks, neighbours: optional(integer()) };

/**
 * Improved precision and recall against the reference, as the scores `recall` and `precision`: recall first, because a
 * collapse shows in it. See `precisionRecall`.
 *
 * @throws ConfigurationError for wrong options
 */
export function precisionRecallMetric(options: ComparisonOptions & NeighbourOptions): Metric {
  checkOptions("precisionRecallMetric", checks, options);
  const { neighbours = 3 } = options;
  const { real, featuresOf, scoreOf } = comparisonWith("precisionRecallMetric", options);
  let balls: Balls | undefined;
  return {
    name: "precisionRecall",
    better: "higher",
    async measure(samples) {
      balls ??= ballsOf("precisionRecallMetric", "reference", await real(), neighbours);
      const { precision, recall } = precisionRecallAmong(balls, await featuresOf(samples));
      return [scoreOf(samples, "recall", recall), scoreOf(samples, "precision", precision)];
    },
  };
}

/**
 * Density and coverage against the reference, as the scores `coverage` and `density`. See `densityCoverage`.
 *
 * @throws ConfigurationError for wrong options
 */
export function densityCoverageMetric(options: ComparisonOptions & NeighbourOptions): Metric {
  checkOptions("densityCoverageMetric", checks, options);
  const { neighbours = 5 } = options;
  const { real, featuresOf, scoreOf } = comparisonWith("densityCoverageMetric", options);
  let balls: Balls | undefined;
  return {
    name: "densityCoverage",
    better: "higher",
    async measure(samples) {
      balls ??= ballsOf("densityCoverageMetric", "reference", await real(), neighbours);
      const { density, coverage } = densityCoverageAmong(balls, await featuresOf(samples));
      return [scoreOf(samples, "coverage", coverage), scoreOf(samples, "density", density)];
    },
  };
}

export interface MemorisationOptions extends ComparisonOptions {
  /** Samples the model was trained on: the reference of this metric. */
  readonly reference: ReferenceSamples;
  /** Real samples it was not trained on. */
  readonly heldOut: ReferenceSamples;
}

/**
 * How strongly generated samples are drawn to the training set, as the scores `copying` (standard deviations from what
 * held-out samples are, see `Memorisation.z`; above 3 the model copies) and `suspects`.
 *
 * @throws ConfigurationError for wrong options
 */
export function memorisationMetric(options: MemorisationOptions): Metric {
  checkOptions("memorisationMetric", { ...comparisonChecks, heldOut: comparisonChecks.reference }, options);
  const { heldOut } = options;
  const { real, featuresOf, scoreOf } = comparisonWith("memorisationMetric", options);
  const { real: others } = comparisonWith("memorisationMetric", { ...options, reference: heldOut });
  return {
    name: "memorisation",
    better: "lower",
    async measure(samples) {
      const { z, suspects } = memorisation(await featuresOf(samples), await real(), await others());
      const reference = `${referenceLabel(options.reference)}; held out: ${referenceLabel(heldOut)}`;
      return [scoreOf(samples, "copying", z), scoreOf(samples, "suspects", suspects)].map((score) => ({ ...score, reference }));
    },
  };
}
