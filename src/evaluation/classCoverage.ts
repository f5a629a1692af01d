import { checkOptions, integer, listOf, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { reverseKl } from "./reverseKl.ts";
import { totalVariation } from "./totalVariation.ts";

/** Probabilities row by row, as `judgeSamples` returns them. */
export interface ClassProbabilities {
  /** `[count, classes]` */
  readonly probabilities: ArrayLike<number>;
  readonly classes: number;
}

export interface ClassCoverageOptions {
  /** Share of the samples from which on a class counts as covered. Default 0.01. */
  readonly threshold?: number;
  /** Shares the classes should have; they are divided by their sum. Default all alike. */
  readonly reference?: readonly number[];
}

/** How samples spread over classes. */
export interface ClassCoverage {
  readonly count: number;
  /** The likeliest class of each sample; of two equally likely ones the first. */
  readonly predictions: Int32Array;
  /** Share of the samples in each class. */
  readonly shares: readonly number[];
  /** How many classes have at least one sample: the rule of most tables, which a single stray sample satisfies. */
  readonly present: number;
  /** How many classes have at least `threshold` of the samples. */
  readonly covered: number;
  /** The classes that do not. */
  readonly missing: readonly number[];
  /** Mean probability of the likeliest class, in [1 / classes, 1]. */
  readonly meanConfidence: number;
  /** ½ Σ |shareᵢ − referenceᵢ|, in [0, 1]. Of n real samples about √(classes / 2πn), not 0. */
  readonly totalVariation: number;
  /** KL(shares ‖ reference) in nats. Of n real samples about (classes − 1) / 2n, not 0; infinite where a class should have none. */
  readonly reverseKl: number;
}

/**
 * Which classes samples fall into by a classifier's word, and how sure it is of that.
 *
 * A classifier must say one of its classes, so coverage alone says little: noise may cover all ten digits. Read it beside
 * the mean confidence and a distance such as `frechetDistance`.
 *
 * @throws ConfigurationError for wrong options, or probabilities that are not whole rows
 */
export function classCoverage({ probabilities, classes }: ClassProbabilities, options: ClassCoverageOptions = {}): ClassCoverage {
  checkOptions("classCoverage", checks, { classes, ...options });
  const { threshold = 0.01, reference = new Array<number>(classes).fill(1) } = options;
  const count = probabilities.length / classes;
  const problems = [
    ...(count > 0 && Number.isInteger(count)
      ? []
      : [{ path: "probabilities", message: `expected a multiple of ${classes} numbers, got ${probabilities.length}` }]),
    ...(reference.length === classes && reference.some((share) => share > 0)
      ? []
      : [{ path: "reference", message: `expected ${classes} shares, not all 0, got ${JSON.stringify(reference)}` }]),
  ];
  if (problems.length > 0) throw new ConfigurationError("classCoverage", problems);

  const predictions = new Int32Array(count);
  const found = new Array<number>(classes).fill(0);
  let confidence = 0;
  for (let row = 0; row < count; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
    }
    predictions[row] = best;
    found[best]!++;
    confidence += probabilities[row * classes + best]!;
  }
  const shares = found.map((number) => number / count);
  const missing = shares.flatMap((share, k) => (share >= threshold ? [] : [k]));
  return {
    count,
    predictions,
    shares,
    present: found.filter((number) => number > 0).length,
    covered: classes - missing.length,
    missing,
    meanConfidence: confidence / count,
    totalVariation: totalVariation(shares, reference),
    reverseKl: reverseKl(shares, reference),
  };
}

const checks = {
  classes: integer(2),
  threshold: optional(number({ above: 0, maximum: 1 })),
  reference: optional(listOf(number({ minimum: 0 }))),
};
