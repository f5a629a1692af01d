import type { Score } from "../game/score.ts";
import { sizeOf, type Shape } from "../math/tensor.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";
import type { Features } from "./featureStatistics.ts";

export type { Score };

/** Samples to judge, as plain numbers: a `SamplesDrawn` event is one, and so is what `generate` returns. */
export interface JudgeableSamples {
  readonly count: number;
  /** Of one sample: `[height, width, channels]`, or `[2]` for points in the plane. */
  readonly shape: Shape;
  /** `count` samples of `shape`, row by row. */
  readonly values: Float32Array;
  /** The range they lie in, where it is known. */
  readonly range?: readonly [number, number];
  /** The class each sample was asked to be, 0 … classes − 1, where a metric asks for it. */
  readonly labels?: ArrayLike<number>;
}

/** Real samples that generated ones are compared with. */
export interface ReferenceSamples extends JudgeableSamples {
  /** What they are, for the scores: `test digits`. */
  readonly name: string;
}

/**
 * A way to judge samples, to be put in a list: what `measureEvery` runs while a model trains.
 *
 * The first score is the metric's own figure, by which the best checkpoint and an early stop are decided; further ones are
 * to be read beside it. The samples are not altered and not kept; metrics that are given the same object of samples share
 * its pass through a feature network.
 */
export interface Metric {
  readonly name: string;
  /** Whether a model is better when the first score falls or when it rises. */
  readonly better: "lower" | "higher";
  measure(samples: JudgeableSamples): Promise<readonly Score[]>;
}

/** A network's name and the first 8 digits of its hash: `digitClassifier ef9ff9d6`. */
export function networkLabel({ name, hash }: Pick<FeatureNetwork, "name" | "hash">): string {
  return `${name} ${hash.slice(0, 8)}`;
}

/** The samples' own values as features: pixels, or coordinates. */
export function asFeatures({ values, shape }: JudgeableSamples): Features {
  return { features: values, featureSize: sizeOf(shape) };
}

/** The first so many of the samples. */
export function firstSamples({ values, shape, range, labels }: JudgeableSamples, count: number): JudgeableSamples {
  return {
    count,
    shape,
    ...(range === undefined ? {} : { range }),
    values: values.subarray(0, count * sizeOf(shape)),
    ...(labels === undefined ? {} : { labels: Array.from({ length: count }, (_, row) => labels[row]!) }),
  };
}
