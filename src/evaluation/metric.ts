import type { Score } from "../game/score.ts";
import type { Shape } from "../math/tensor.ts";

export type { Score };

/** Samples to judge, as plain numbers: a `SamplesDrawn` event is one, and so is what `generate` returns. */
export interface JudgeableSamples {
  readonly count: number;
  /** Of one sample: `[height, width, channels]`, or `[2]` for points in the plane. */
  readonly shape: Shape;
  /** `count` samples of `shape`, row by row. */
  readonly values: Float32Array;
  /** The class each sample was asked to be, 0 … classes − 1, where a metric asks for it. */
  readonly labels?: ArrayLike<number>;
}

/**
 * A way to judge samples, to be put in a list: what `measureEvery` runs while a model trains.
 *
 * The scores of one metric have one direction. The first is the metric's own figure, by which the best checkpoint and an
 * early stop are decided. The samples are not altered and not kept; metrics that are given the same object of samples share
 * its passes through a feature network.
 */
export interface Metric {
  readonly name: string;
  /** Whether a model is better when the scores fall or when they rise. */
  readonly better: "lower" | "higher";
  measure(samples: JudgeableSamples): Promise<readonly Score[]>;
}
