import { checkOptions, having, optional } from "../../configuration/checkOptions.ts";
import { featureDistance } from "./featureDistance.ts";
import { nonSaturating } from "./nonSaturating.ts";
import type { Objective } from "./objective.ts";

export interface FeatureMatchingOptions {
  /** The objective the discriminator is trained by. Default `nonSaturating()`. */
  readonly discriminator?: Objective;
}

/**
 * Feature matching as the generator's objective: it does not try to fool the discriminator, but to have the same features
 * on average, ‖E[f(x)] − E[f(G(z))]‖², where f is the output of the discriminator's trunk. The discriminator's loss is
 * another objective's.
 *
 * The means of a batch are compared, so small batches leave a floor of the size of their variance. `matchFeatures` adds the
 * same term to another objective's generator.
 *
 * @throws ConfigurationError where `discriminator` is no objective.
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.1.
 */
export function featureMatching(options: FeatureMatchingOptions = {}): Objective {
  checkOptions("featureMatching", { discriminator: optional(having("an objective such as nonSaturating()", "discriminator", "generator")) }, options);
  const { discriminator = nonSaturating() } = options;
  return {
    spec: { name: "featureMatching", options: { discriminator: { ...discriminator.spec } } },
    ...(discriminator.judgesBy === undefined ? {} : { judgesBy: discriminator.judgesBy }),
    generatorSeesReal: true,
    generatorSeesFeatures: true,
    discriminator: (scores) => discriminator.discriminator(scores),
    generator: ({ realFeatures, fakeFeatures }) => featureDistance(realFeatures!, fakeFeatures!),
  };
}
