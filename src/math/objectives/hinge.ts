import { tf } from "../tensor.ts";
import type { Objective } from "./objective.ts";

/**
 * The hinge game. Discriminator: E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))]; generator: −E[D(G(z))]. D is the raw score.
 *
 * The discriminator stops pushing a score that is on its side of the margin; the generator's gradient is the same wherever
 * it stands. Against the best discriminator, sign(p_data − p_g), the discriminator's loss is 2 ∫ min(p_data, p_g).
 *
 * Reference: Lim & Ye 2017, "Geometric GAN"; Miyato et al. 2018, "Spectral normalization for GANs", section 4.
 */
export function hinge(): Objective {
  return {
    spec: { name: "hinge" },
    generatorSeesReal: false,
    discriminator: ({ real, fake }) => tf.add(tf.mean(tf.relu(tf.sub(1, real))), tf.mean(tf.relu(tf.add(1, fake)))),
    generator: ({ fake }) => tf.neg(tf.mean(fake)),
  };
}
