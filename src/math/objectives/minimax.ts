import { boolean, checkOptions, optional } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import { saysFake } from "./crossEntropy.ts";
import type { Objective } from "./objective.ts";
import { discriminatorCrossEntropy, type Smoothing, smoothingCheck, smoothingSpec } from "./smoothing.ts";

export interface MinimaxOptions {
  /** Puts the factor ½ of Goodfellow's tutorial before both terms. Default false. */
  readonly half?: boolean;
  /** The discriminator's targets; default 1 and 0. The game is then no longer zero-sum. */
  readonly smoothing?: Smoothing;
}

/**
 * The zero-sum game of the first GAN, in which the generator minimises what the discriminator maximises:
 * V = E[log D(x)] + E[log(1 − D(G(z)))]. The discriminator's loss is −V, the generator's the part of V that depends on it,
 * E[log(1 − D(G(z)))].
 *
 * It saturates: where D is sure of a fake, the generator's gradient −σ(logit) goes to 0. At D = ½ everywhere the losses are
 * 2 log 2 and −log 2. Logits of any size give finite values and gradients.
 *
 * @throws ConfigurationError for wrong options.
 * Reference: Goodfellow et al. 2014, equation 1; the ½ from Goodfellow's tutorial 2016, equations 8 and 10.
 */
export function minimax(options: MinimaxOptions = {}): Objective {
  checkOptions("minimax", { half: optional(boolean), smoothing: smoothingCheck }, options);
  const { half = false, smoothing } = options;
  const factor = half ? 0.5 : 1;
  return {
    spec: { name: "minimax", options: { half, ...smoothingSpec(smoothing) } },
    generatorSeesReal: false,
    discriminator: (scores) => tf.mul(tf.add(...discriminatorCrossEntropy(scores, smoothing)), factor),
    generator: ({ fake }) => tf.mul(saysFake(fake), -factor),
  };
}
