import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import type { Objective } from "./objective.ts";

export interface WassersteinOptions {
  /** Weight of E[D(x)²] on real samples, which keeps the scores from wandering off; 0.001 in ProGAN. Default 0. */
  readonly drift?: number;
}

/**
 * The Wasserstein game. Critic: E[D(G(z))] − E[D(x)] (+ drift · E[D(x)²]); generator: −E[D(G(z))]. D is the raw score.
 *
 * As long as the critic is 1-Lipschitz, minus its loss is a lower bound of the earth mover's distance of p_data and p_g, and
 * at the optimum that distance. This objective alone keeps no critic Lipschitz: it needs weight clipping, a gradient
 * penalty or spectral normalisation beside it.
 *
 * @throws ConfigurationError for a negative drift.
 * Reference: Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN", equations 2 and 3; the drift from Karras et al. 2018,
 * "Progressive growing of GANs", appendix A.1.
 */
export function wasserstein(options: WassersteinOptions = {}): Objective {
  checkOptions("wasserstein", { drift: optional(number({ minimum: 0 })) }, options);
  const { drift = 0 } = options;
  return {
    spec: { name: "wasserstein", options: { drift } },
    generatorSeesReal: false,
    discriminator: ({ real, fake }) => {
      const distance = tf.sub(tf.mean(fake), tf.mean(real));
      return drift === 0 ? distance : tf.add(distance, tf.mul(tf.mean(tf.square(real)), drift));
    },
    generator: ({ fake }) => tf.neg(tf.mean(fake)),
  };
}
