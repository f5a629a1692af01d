import { checkOptions } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import type { Objective } from "./objective.ts";
import { discriminatorCrossEntropy, type Smoothing, smoothingCheck, smoothingSpec } from "./smoothing.ts";

export interface MaximumLikelihoodOptions {
  /** The discriminator's targets; default 1 and 0. */
  readonly smoothing?: Smoothing;
}

/** e^40 is the largest whose square, which adaptive optimizers take of a gradient, is still well within float32. */
const CEILING = 40;

/**
 * The game that is maximum likelihood in expectation: against the best discriminator the generator's gradient is that of
 * ½ KL(p_data ‖ p_g). Its loss is −½ E[exp(σ⁻¹(D(G(z))))] = −½ E[exp(logit)]; the discriminator's
 * −½ E[log D(x)] − ½ E[log(1 − D(G(z)))].
 *
 * Nearly all of the gradient comes from the few samples with the largest logits: its variance is high, and samples the
 * discriminator is sure are fake get none. At D = ½ everywhere the losses are log 2 and −½.
 *
 * Above a logit of 40, which D in float32 reaches nowhere (it is 1 from 17 on), the loss goes on along its tangent, so that
 * logits of any size give finite values and gradients.
 *
 * @throws ConfigurationError for wrong options.
 * Reference: Goodfellow's tutorial 2016, section 3.2.4; Goodfellow 2014, "On distinguishability criteria for estimating
 * generative models".
 */
export function maximumLikelihood(options: MaximumLikelihoodOptions = {}): Objective {
  checkOptions("maximumLikelihood", { smoothing: smoothingCheck }, options);
  const { smoothing } = options;
  return {
    spec: { name: "maximumLikelihood", options: smoothingSpec(smoothing) },
    generatorSeesReal: false,
    discriminator: (scores) => tf.mul(tf.add(...discriminatorCrossEntropy(scores, smoothing)), 0.5),
    generator: ({ fake }) => tf.mul(tf.mean(tf.mul(tf.exp(tf.minimum(fake, CEILING)), tf.add(tf.relu(tf.sub(fake, CEILING)), 1))), -0.5),
  };
}
