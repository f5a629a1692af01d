import type { Shape, Tensor } from "../math/tensor.ts";

/** What a feature network says of a batch. */
export interface Judgement {
  /** How likely each class is, `[batch, classes]`; every row sums to 1. */
  readonly probabilities: Tensor;
  /** What the classes are read from, `[batch, featureSize]`. */
  readonly features: Tensor;
}

/**
 * A trained classifier whose features stand for what an image shows: the yardstick samples are compared on. Holds no
 * tensors, so it outlives a device and works on whichever backend is open.
 *
 * Distances in the features of two networks have nothing to do with each other: quote `name` and `hash` beside each.
 */
export interface FeatureNetwork {
  readonly name: string;
  /** SHA-256 of its weights file, or of what else tells it from all others, as 64 hexadecimal digits. */
  readonly hash: string;
  /** Shape of one sample, `[28, 28, 1]`. */
  readonly shape: Shape;
  /** Value range it was trained on. */
  readonly range: readonly [number, number];
  readonly classes: number;
  readonly featureSize: number;
  /** Judges `[batch, …shape]`. Differentiable; the caller disposes the result, or calls inside a tidy. */
  classify(images: Tensor): Judgement;
}
