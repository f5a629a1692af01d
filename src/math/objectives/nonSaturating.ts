import { tf } from "../tensor.ts";
import { saysFake, saysReal } from "./crossEntropy.ts";
import type { Objective } from "./objective.ts";

/**
 * The non-saturating game: the discriminator's loss is that of `minimax`, −E[log D(x)] − E[log(1 − D(G(z)))]; the
 * generator's is −E[log D(G(z))], whose gradient σ(logit) − 1 is largest where D is sure of a fake.
 *
 * At D = ½ everywhere the losses are 2 log 2 and log 2. Logits of any size give finite values and gradients.
 *
 * Reference: Goodfellow et al. 2014, section 3.
 */
export function nonSaturating(): Objective {
  return {
    spec: { name: "nonSaturating" },
    generatorSeesReal: false,
    discriminator: ({ real, fake }) => tf.add(saysReal(real), saysFake(fake)),
    generator: ({ fake }) => saysReal(fake),
  };
}
