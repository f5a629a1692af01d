import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Tensor, tf } from "../tensor.ts";
import { saysReal } from "./crossEntropy.ts";
import type { Objective } from "./objective.ts";

/**
 * The relativistic game in pairs: how much more real a real sample is than a generated one decides, C being the raw score:
 * discriminator −E[log σ(C(x) − C(G(z)))], generator −E[log σ(C(G(z)) − C(x))].
 *
 * A generated sample is judged beside a real one, so that no common shift of all scores wins, and each mode of the data needs
 * samples beside it. With `r1` (and `r2`) it converges locally; without a penalty it does not in general. The generator's loss
 * reads real samples too; pairs are those of the same row, so both batches have the same size (`topK` takes
 * `relativisticAverage`).
 *
 * Reference: Jolicoeur-Martineau 2019, "The relativistic discriminator", section 3 (RSGAN); with R1 and R2: Huang, Gokaslan,
 * Kuleshov and Tompkin 2024, "The GAN is dead; long live the GAN!", section 2.
 */
export function relativistic(): Objective {
  return {
    spec: { name: "relativistic" },
    generatorSeesReal: true,
    discriminator: ({ real, fake }) => prefers(real, fake),
    generator: ({ real, fake }) => prefers(fake, real!),
  };
}

function prefers(wanted: Tensor, other: Tensor): Tensor {
  if (wanted.shape[0] !== other.shape[0]) {
    const message = `expected as many real as generated samples, which it compares in pairs, got ${wanted.shape[0]} and ${other.shape[0]}; relativisticAverage takes any`;
    throw new ConfigurationError("relativistic", [{ path: "batch", message }]);
  }
  return saysReal(tf.sub(wanted, other));
}
