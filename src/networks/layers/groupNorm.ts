import { integer } from "../../configuration/checkOptions.ts";
import { normaliseByGroup } from "../../backends/kernels/groupNorm/normaliseByGroup.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { normalisation, type NormalisationOptions } from "./normalisation.ts";

export interface GroupNormOptions extends NormalisationOptions {
  /** Number of groups of neighbouring channels; divides the channels. */
  readonly groups: number;
}

/**
 * Group normalisation: every group of channels of every sample by its own mean and biased variance over pixels and
 * channels, y = γ (x − μ) / √(σ² + ε) + β, with γ and β per channel unless `affine` is false. The same in training and outside
 * it. One group is layer norm; as many groups as channels, instance norm.
 *
 * Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma and beta `[n]`.
 *
 * @throws ConfigurationError for wrong options, and when built where `groups` does not divide the channels.
 * Reference: Wu and He 2018, "Group normalization".
 */
export function groupNorm(options: GroupNormOptions): Layer {
  const { groups } = options;
  return normalisation(options, {
    kind: "groupNorm",
    affine: true,
    checks: { groups: integer() },
    options: { groups },
    scalesItself: true,
    build(input) {
      const channels = expectChannels("groupNorm", input);
      if (channels % groups !== 0) {
        throw new ConfigurationError("groupNorm", [{ path: "groups", message: `expected a divisor of the ${channels} channels, got ${groups}` }]);
      }
      return (x, epsilon, { parameters: { gamma = tf.ones([channels]), beta = tf.zeros([channels]) } }) =>
        normaliseByGroup(x, tf.reshape(gamma, [1, channels]), tf.reshape(beta, [1, channels]), groups, epsilon);
    },
  });
}
