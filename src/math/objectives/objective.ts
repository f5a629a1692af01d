import type { Spec } from "../../configuration/spec.ts";
import type { Tensor } from "../tensor.ts";

/** What a generator's loss may look at: the discriminator's logits, `[batch, …]`. */
export interface GeneratorLogits {
  readonly fake: Tensor;
  /** Present where `generatorSeesReal`. */
  readonly real?: Tensor;
}

/** The discriminator's logits on real and generated samples, `[batch, …]` each; the batches may differ in size. */
export interface DiscriminatorLogits {
  readonly real: Tensor;
  readonly fake: Tensor;
}

/**
 * The adversarial terms of a game, as functions of logits: D(x) = σ(logit), where that has a meaning. Both are minimised by
 * their player; both give a scalar.
 */
export interface Objective {
  readonly spec: Spec;
  discriminator(logits: DiscriminatorLogits): Tensor;
  generator(logits: GeneratorLogits): Tensor;
  /** Whether the generator's term needs the logits of real samples (relativistic objectives do). */
  readonly generatorSeesReal: boolean;
}
