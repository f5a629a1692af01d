import { checkOptions } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import { saysReal } from "./crossEntropy.ts";
import type { Objective } from "./objective.ts";
import { discriminatorCrossEntropy, type Smoothing, smoothingCheck, smoothingSpec } from "./smoothing.ts";

export interface NonSaturatingOptions {
  /** The discriminator's targets; default 1 and 0. The generator's stays 1. */
  readonly smoothing?: Smoothing;
}

/**
 * The non-saturating game: the discriminator's loss is that of `minimax`, −E[log D(x)] − E[log(1 − D(G(z)))]; the
 * generator's is −E[log D(G(z))], whose gradient σ(logit) − 1 is largest where D is sure of a fake.
 *
 * At D = ½ everywhere the losses are 2 log 2 and log 2. Logits of any size give finite values and gradients.
 *
 * @throws ConfigurationError for wrong options.
 * @example
 * ```ts
 * nonSaturating({ smoothing: { real: 0.9 } });
 * ```
 * Reference: Goodfellow et al. 2014, section 3.
 */
export function nonSaturating(options: NonSaturatingOptions = {}): Objective {
  checkOptions("nonSaturating", { smoothing: smoothingCheck }, options);
  const { smoothing } = options;
  return {
    spec: smoothing === undefined ? { name: "nonSaturating" } : { name: "nonSaturating", options: smoothingSpec(smoothing) },
    generatorSeesReal: false,
    discriminator: (scores) => tf.add(...discriminatorCrossEntropy(scores, smoothing)),
    generator: ({ fake }) => saysReal(fake),
  };
}
