import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { ClassProbabilities } from "./classCoverage.ts";

export interface InceptionScoreOptions {
  /** Parts the samples are divided into, in their order, each scored alone. Default 10. */
  readonly splits?: number;
}

export interface InceptionScore {
  /** Mean over the splits, in [1, classes]. */
  readonly value: number;
  /** Standard deviation over the splits, divided by their number: what papers print behind ±. */
  readonly deviation: number;
}

/**
 * The Inception Score, exp E KL(p(y|x) ‖ p(y)): high where the classifier is sure of each sample and the samples are of
 * all classes. 1 at worst, the number of classes at best.
 *
 * What it does not see: anything within a class. One image per class, or the training set learnt by heart, scores as well
 * as a perfect model; real samples are not looked at; and it says nothing of data that the classifier was not trained on.
 * Small splits score lower. Print a distance and a coverage beside it.
 *
 * @throws ConfigurationError for wrong options, probabilities that are not whole rows, or more splits than rows
 * References: Salimans et al. 2016, section 4; for its disadvantages Barratt and Sharma 2018.
 */
export function inceptionScore({ probabilities, classes }: ClassProbabilities, options: InceptionScoreOptions = {}): InceptionScore {
  checkOptions("inceptionScore", { classes: integer(2), splits: optional(integer()) }, { classes, ...options });
  const { splits = 10 } = options;
  const count = probabilities.length / classes;
  if (count < splits || !Number.isInteger(count)) {
    throw new ConfigurationError("inceptionScore", [
      { path: "probabilities", message: `expected at least ${splits} whole rows of ${classes}, one for each split, got ${probabilities.length} numbers` },
    ]);
  }
  const scores = Array.from({ length: splits }, (_, split) =>
    scoreOf(probabilities, classes, Math.floor((split * count) / splits), Math.floor(((split + 1) * count) / splits)));
  const value = scores.reduce((sum, score) => sum + score, 0) / splits;
  return { value, deviation: Math.sqrt(scores.reduce((sum, score) => sum + (score - value) ** 2, 0) / splits) };
}

/** exp of the mean divergence of rows `first` … `end − 1` from their mean. */
function scoreOf(probabilities: ArrayLike<number>, classes: number, first: number, end: number): number {
  const marginal = new Float64Array(classes);
  for (let i = first * classes; i < end * classes; i++) marginal[i % classes]! += probabilities[i]! / (end - first);
  let divergence = 0;
  for (let i = first * classes; i < end * classes; i++) {
    const p = probabilities[i]!;
    // 0 log 0 = 0: a classifier may be quite sure.
    if (p > 0) divergence += p * Math.log(p / marginal[i % classes]!);
  }
  return Math.exp(divergence / (end - first));
}
