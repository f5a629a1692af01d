import { checkOptions, integer, optional } from "../../configuration/checkOptions.ts";
import { classCoverage, type ClassCoverageOptions } from "../classCoverage.ts";
import { classificationAccuracy, type ClassificationAccuracyOptions, type LabelledSamples } from "../classificationAccuracy.ts";
import type { FeatureNetwork } from "../featureNetwork.ts";
import { inceptionScore, type InceptionScoreOptions } from "../inceptionScore.ts";
import { intraClassSimilarity, type IntraClassSimilarityOptions } from "../intraClassSimilarity.ts";
import { judgedOnce } from "../judgedOnce.ts";
import type { Metric, ReferenceSamples } from "../metric.ts";
import { type KnownModes, modeCoverage } from "../modeCoverage.ts";
import { stackedCoverage } from "../stackedCoverage.ts";
import { networkCheck, referenceLabel, scoreWith } from "./comparison.ts";

/** The network that tells the classes. */
export interface ClassMetricOptions {
  readonly network: FeatureNetwork;
}

/**
 * The Inception Score under a classifier of one's own, as the score `inception`, its error that of the splits' mean. See
 * `inceptionScore` for what it does not see.
 *
 * @throws ConfigurationError for wrong options
 */
export function inceptionMetric({ network, ...options }: ClassMetricOptions & InceptionScoreOptions): Metric {
  checkOptions("inceptionMetric", { network: networkCheck, splits: optional(integer()) }, { network, ...options });
  const { splits = 10 } = options;
  return {
    name: "inception",
    better: "higher",
    async measure(samples) {
      const { value, deviation } = inceptionScore(await judgedOnce(network, samples), { splits });
      // The published deviation divides by the number of splits.
      return [scoreWith(network, samples, "inception", value, splits === 1 ? undefined : deviation / Math.sqrt(splits - 1))];
    },
  };
}

/**
 * Which classes a classifier finds, as the scores `classes` (how many have at least `threshold` of the samples),
 * `classesPresent` (how many have one), `confidence` (its mean), `reverseKl` and `totalVariation`. See `classCoverage`.
 *
 * @throws ConfigurationError for wrong options
 */
export function classCoverageMetric({ network, ...options }: ClassMetricOptions & ClassCoverageOptions): Metric {
  checkOptions("classCoverageMetric", { network: networkCheck }, { network });
  return {
    name: "classCoverage",
    better: "higher",
    async measure(samples) {
      const { covered, present, meanConfidence, reverseKl, totalVariation } = classCoverage(await judgedOnce(network, samples), options);
      const reference = options.reference === undefined ? `${network.classes} classes alike` : `${network.classes} classes of given shares`;
      const scores = { classes: covered, classesPresent: present, confidence: meanConfidence, reverseKl, totalVariation };
      return Object.entries(scores).map(([name, value]) => ({ ...scoreWith(network, samples, name, value), reference }));
    },
  };
}

/**
 * Mode coverage of images whose channels are judged alone (stacked MNIST), as the scores `modes`, `modesByMass`, `reverseKl`
 * and `totalVariation`. See `stackedCoverage`.
 *
 * @throws ConfigurationError for wrong options
 */
export function stackedCoverageMetric({ network }: ClassMetricOptions): Metric {
  checkOptions("stackedCoverageMetric", { network: networkCheck }, { network });
  return {
    name: "stackedCoverage",
    better: "higher",
    async measure(samples) {
      const { modes, covered, coveredByMass, reverseKl, totalVariation } = await stackedCoverage(network, samples);
      const scores = { modes: covered, modesByMass: coveredByMass, reverseKl, totalVariation };
      return Object.entries(scores).map(([name, value]) => ({ ...scoreWith(network, samples, name, value), reference: `${modes} modes alike` }));
    },
  };
}

/**
 * Mode coverage of points of a known mixture, as the scores `modes`, `modesByMass`, `highQuality`, `reverseKl` and
 * `totalVariation`. See `modeCoverage`.
 */
export function modeCoverageMetric(known: KnownModes): Metric {
  return {
    name: "modeCoverage",
    better: "higher",
    async measure(samples) {
      const { covered, coveredByMass, highQuality, reverseKl, totalVariation } = modeCoverage(samples.values, known);
      const scores = { modes: covered, modesByMass: coveredByMass, highQuality, reverseKl, totalVariation };
      const reference = `${known.modes.length} modes, deviation ${known.deviation}`;
      return Object.entries(scores).map(([name, value]) => ({ ...scoreWith(undefined, samples, name, value), reference }));
    },
  };
}

/**
 * How alike the samples of one class are, as the score `intraClassSimilarity`: the mean over the classes. The samples need
 * labels. Lower is more varied, but noise is the most varied of all: read it beside real samples' (`withFloor`).
 */
export function intraClassSimilarityMetric(options: IntraClassSimilarityOptions = {}): Metric {
  return {
    name: "intraClassSimilarity",
    better: "lower",
    async measure(samples) {
      return [scoreWith(undefined, samples, "intraClassSimilarity", intraClassSimilarity(samples, options).mean)];
    },
  };
}

export interface ClassificationAccuracyMetricOptions extends ClassificationAccuracyOptions {
  /** Real samples with their classes. */
  readonly test: ReferenceSamples & LabelledSamples;
  readonly classes: number;
}

/**
 * How well a small classifier that is trained on the samples tells real ones, as the score `classificationAccuracy`: the
 * samples need labels. Takes seconds; see `classificationAccuracy`.
 */
export function classificationAccuracyMetric({ test, classes, ...options }: ClassificationAccuracyMetricOptions): Metric {
  return {
    name: "classificationAccuracy",
    better: "higher",
    async measure(samples) {
      const { accuracy } = await classificationAccuracy({ ...samples, labels: samples.labels ?? [] }, test, classes, options);
      return [{ ...scoreWith(undefined, samples, "classificationAccuracy", accuracy), reference: referenceLabel(test) }];
    },
  };
}
