import type { Spec } from "../../configuration/spec.ts";
import type { Tensor } from "../tensor.ts";

/** What a generator's loss may look at: the discriminator's scores, `[batch, …]`, and where asked for its features. */
export interface GeneratorScores {
  readonly fake: Tensor;
  /** Present where `generatorSeesReal`. */
  readonly real?: Tensor;
  /** The trunk's output on generated samples, `[batch, …]`. Present where `generatorSeesFeatures`. */
  readonly fakeFeatures?: Tensor;
  /** The trunk's output on real samples. Present where `generatorSeesFeatures` and `generatorSeesReal`. */
  readonly realFeatures?: Tensor;
}

/** The discriminator's scores of real and generated samples, `[batch, …]` each; the batches may differ in size. */
export interface DiscriminatorScores {
  readonly real: Tensor;
  readonly fake: Tensor;
}

/**
 * The adversarial terms of a game, as functions of scores. These are logits, D(x) = σ(logit) where that has a meaning,
 * unless the objective judges by energies. Both terms are minimised by their player; both give a scalar.
 */
export interface Objective {
  readonly spec: Spec;
  discriminator(scores: DiscriminatorScores): Tensor;
  generator(scores: GeneratorScores): Tensor;
  /** Whether the generator's term needs the scores of real samples (relativistic objectives do). */
  readonly generatorSeesReal: boolean;
  /** Whether the generator's term needs the discriminator's features. Default false. */
  readonly generatorSeesFeatures?: boolean;
  /**
   * What the scores are: the head `logits`, or for a discriminator that is an autoencoder the reconstruction error of each
   * sample, `[batch]`, between what it was shown and its head `reconstruction`. Default `logits`.
   */
  readonly judgesBy?: "logits" | "energies";
}
