import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import type { Objective } from "./objective.ts";
import { pullingAway } from "./pullingAway.ts";

export interface EnergyBasedOptions {
  /** m: fakes of an energy above it are left alone. In units of the energy, the mean squared reconstruction error. */
  readonly margin: number;
  /** Weight of the pulling-away term in the generator's loss; 0.1 in the paper. Default 0. */
  readonly pullingAway?: number;
}

/**
 * The energy-based game, for a discriminator that is an autoencoder: D(x) ≥ 0 is an energy, low for real samples.
 * Discriminator: E[D(x)] + E[max(0, m − D(G(z)))]; generator: E[D(G(z))], plus, where it has a weight, the pulling-away term
 * of the discriminator's features (its code).
 *
 * The discriminator's trunk is the encoder and its head `reconstruction` the decoder, of the shape of what it is shown. The
 * energy is the mean squared reconstruction error of each sample, over all its values.
 *
 * @throws ConfigurationError for a margin that is not above 0 or a negative weight.
 * @example
 * ```ts
 * const autoencoder: NetworkFactory = {
 *   spec: { name: "autoencoder" },
 *   plan: () => ({
 *     inputs: [{ field: "samples" }], trunk: [dense({ units: 32 }), leakyRelu(), dense({ units: 2 })],
 *     heads: { reconstruction: [dense({ units: 32 }), leakyRelu(), dense({ units: 2 })] },
 *   }),
 * };
 * gan({ networks: { generator: mlp().generator, discriminator: autoencoder }, objective: energyBased({ margin: 1 }), … });
 * ```
 * Reference: Zhao, Mathieu & LeCun 2017, "Energy-based generative adversarial networks", equations 1 and 2.
 */
export function energyBased(options: EnergyBasedOptions): Objective {
  checkOptions("energyBased", { margin: number({ above: 0 }), pullingAway: optional(number({ minimum: 0 })) }, options);
  const { margin, pullingAway: weight = 0 } = options;
  return {
    spec: { name: "energyBased", options: { margin, pullingAway: weight } },
    judgesBy: "energies",
    generatorSeesReal: false,
    generatorSeesFeatures: weight > 0,
    discriminator: ({ real, fake }) => tf.add(tf.mean(real), tf.mean(tf.relu(tf.sub(margin, fake)))),
    generator: ({ fake, fakeFeatures }) => (weight === 0 ? tf.mean(fake) : tf.add(tf.mean(fake), tf.mul(pullingAway(fakeFeatures!), weight))),
  };
}
