import { checkOptions, integer, listOf, number, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { permutation } from "../math/random/permutation.ts";
import { featureRows, type FeatureRows, pickRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { logisticProbe, probeAccuracy } from "./linearProbe.ts";

/** The same samples, in the same order, in one representation or another. */
export interface LabelledFeatures {
  readonly features: Features;
  readonly labels: ArrayLike<number>;
}

export interface FewLabelOptions {
  /** Labels given of each class. */
  readonly labelsPerClass: number;
  readonly classes: number;
  /** Draws of the labelled samples. Default 3. */
  readonly draws?: number;
  /** Penalties to choose from by cross-validation on the labelled samples alone. Default 0.001, 0.01, 0.1, 1. */
  readonly penalties?: readonly number[];
  /** Default 0. The same seed labels the same samples, whatever the representation. */
  readonly seed?: number;
}

export interface FewLabelAccuracy {
  /** Mean over the draws, on the test samples. */
  readonly accuracy: number;
  readonly standardError: number;
  /** Those chosen, one for each draw. */
  readonly penalties: readonly number[];
}

/**
 * How well a linear classifier tells samples from a few labelled ones, in a representation that was learnt without labels:
 * DCGAN's use of its discriminator. Call it on the discriminator's features and on the raw pixels with the same options. Some
 * of the difference is the architecture's: the features of a discriminator that was not trained are the control.
 *
 * Features are centred and divided by one number, so that the mean squared length of a row is 1: the same penalties fit
 * pixels and features, however many there are.
 *
 * @param training samples to label some of
 * @param test samples to judge by
 * @throws ConfigurationError for wrong options, or a class with fewer training samples than labels asked for
 * Reference: Radford, Metz and Chintala 2016, section 5.
 */
export function fewLabelAccuracy(training: LabelledFeatures, test: LabelledFeatures, options: FewLabelOptions): FewLabelAccuracy {
  const { labelsPerClass, classes, draws = 3, penalties = [0.001, 0.01, 0.1, 1], seed = 0 } = options;
  checkOptions("fewLabelAccuracy", checks, { ...options, draws, penalties, seed });
  const [all, judged] = [featureRows("fewLabelAccuracy", "training.features", training.features), featureRows("fewLabelAccuracy", "test.features", test.features)];
  for (const [path, { count }, { labels }] of [["training", all, training], ["test", judged, test]] as const) {
    if (labels.length !== count) throw new ConfigurationError("fewLabelAccuracy", [{ path: `${path}.labels`, message: `expected ${count}, got ${labels.length}` }]);
  }
  const found = Array.from({ length: draws }, (_, draw) => {
    const key = fold(rootKey(seed), "fewLabelAccuracy", draw);
    const chosen = labelled(training.labels, labelsPerClass, classes, key);
    const scale = scaleOf(pickRows(all, chosen));
    const rows = scaled(pickRows(all, chosen), scale);
    const labels = chosen.map((row) => training.labels[row]!);
    const best = penalties.length === 1 ? penalties[0]! : bestPenalty(rows, labels, classes, penalties);
    return { penalty: best, accuracy: probeAccuracy(logisticProbe(asFeatures(rows), labels, classes, best, ENOUGH), asFeatures(scaled(judged, scale)), test.labels) };
  });
  const accuracy = found.reduce((sum, one) => sum + one.accuracy, 0) / draws;
  const squares = found.reduce((sum, one) => sum + (one.accuracy - accuracy) ** 2, 0);
  return { accuracy, standardError: draws === 1 ? 0 : Math.sqrt(squares / (draws - 1) / draws), penalties: found.map(({ penalty }) => penalty) };
}

/** An accuracy does not change with the last digits of the weights. */
const ENOUGH = 1e-4;

const checks = {
  labelsPerClass: integer(2),
  classes: integer(2),
  draws: integer(),
  penalties: listOf(number({ above: 0 }), 1),
  seed: satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0),
};

/** So many random rows of each class, class by class in turn, so that any stretch of them is balanced. */
function labelled(labels: ArrayLike<number>, perClass: number, classes: number, key: Key): readonly number[] {
  const order = permutation(key, labels.length);
  const byClass = Array.from({ length: classes }, (_, k) => [...order].filter((row) => labels[row] === k).slice(0, perClass));
  const short = byClass.findIndex(({ length }) => length < perClass);
  if (short >= 0) {
    throw new ConfigurationError("fewLabelAccuracy", [
      { path: "labelsPerClass", message: `expected at most ${byClass[short]!.length}, the training samples of class ${short}, got ${perClass}` },
    ]);
  }
  return Array.from({ length: perClass }, (_, i) => byClass.map((rows) => rows[i]!)).flat();
}

/** The penalty of most labelled rows told right by the probes of the other ones; of equally good ones the largest. */
function bestPenalty(rows: FeatureRows, labels: readonly number[], classes: number, penalties: readonly number[]): number {
  const folds = Math.min(5, rows.count / classes);
  const rightWith = (penalty: number): number =>
    Array.from({ length: folds }, (_, part) => {
      // Whole turns through the classes, so that each fold has its share of every class.
      const isOut = (row: number): boolean => Math.floor(row / classes) % folds === part;
      const [inside, out] = [labels.flatMap((_label, row) => (isOut(row) ? [] : [row])), labels.flatMap((_label, row) => (isOut(row) ? [row] : []))];
      const probe = logisticProbe(asFeatures(pickRows(rows, inside)), inside.map((row) => labels[row]!), classes, penalty, ENOUGH);
      return probeAccuracy(probe, asFeatures(pickRows(rows, out)), out.map((row) => labels[row]!)) * out.length;
    }).reduce((sum, right) => sum + right, 0);
  return [...penalties].sort((a, b) => b - a).map((penalty) => ({ penalty, right: rightWith(penalty) }))
    .reduce((best, one) => (one.right > best.right ? one : best)).penalty;
}

interface Scale {
  readonly mean: Float64Array;
  readonly size: number;
}

/** The mean of the labelled rows, and the root mean squared length of what is left. */
function scaleOf({ rows, count, featureSize }: FeatureRows): Scale {
  const mean = new Float64Array(featureSize);
  for (let i = 0; i < rows.length; i++) mean[i % featureSize]! += rows[i]! / count;
  const square = rows.reduce((sum, value, i) => sum + (value - mean[i % featureSize]!) ** 2, 0) / count;
  return { mean, size: square === 0 ? 1 : Math.sqrt(square) };
}

function scaled({ rows, ...rest }: FeatureRows, { mean, size }: Scale): FeatureRows {
  return { ...rest, rows: rows.map((value, i) => (value - mean[i % rest.featureSize]!) / size) };
}

function asFeatures({ rows, featureSize }: FeatureRows): Features {
  return { features: rows, featureSize };
}
