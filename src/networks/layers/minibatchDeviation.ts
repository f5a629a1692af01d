import { checkOptions, integer, number, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface MinibatchDeviationOptions {
  /** Samples compared with each other; a smaller batch is one group. Default 4, that of the authors' code. */
  readonly groupSize?: number;
  /** Added to the variance under the root. Default 1e-8. */
  readonly epsilon?: number;
  readonly name?: string;
}

/**
 * Minibatch standard deviation: adds one channel that tells how much the samples of a group differ. The biased standard
 * deviation √(σ² + ε) over the group is taken for every pixel and channel and averaged over all of them, and this one number
 * stands at every pixel of every sample of the group. Nothing is learnt.
 *
 * With G samples a group and M = batch / G groups, sample i belongs to group i mod M, as in the authors' code.
 *
 * Shapes: x `[batch, n]` to `[batch, n + 1]`, `[batch, height, width, n]` to `[batch, height, width, n + 1]`.
 *
 * @throws ConfigurationError for wrong options, when built on anything but a vector or an image, and in the first pass
 * where the batch is larger than `groupSize` and no multiple of it.
 * Reference: Karras et al. 2018, "Progressive growing of GANs", section 3.
 */
export function minibatchDeviation(options: MinibatchDeviationOptions = {}): Layer {
  checkOptions("minibatchDeviation", { groupSize: optional(integer(2)), epsilon: optional(number({ above: 0 })), name: optional(text) }, options);
  const { groupSize = 4, epsilon = 1e-8 } = options;
  return {
    ...layerSpec("minibatchDeviation", { groupSize, epsilon }, options.name),
    mixesSamples: true,
    build(input) {
      const channels = expectChannels("minibatchDeviation", input);
      return {
        output: [...input.slice(0, -1), channels + 1],
        apply(x) {
          const batch = x.shape[0]!;
          const size = Math.min(groupSize, batch);
          if (batch % size !== 0) {
            throw new ConfigurationError("minibatchDeviation", [
              { path: "groupSize", message: `expected a divisor of the batch of ${batch} samples, got ${groupSize}` },
            ]);
          }
          const grouped = tf.reshape(x, [size, batch / size, -1]);
          const variance = tf.mean(tf.square(tf.sub(grouped, tf.mean(grouped, 0, true))), 0);
          const ofGroup = tf.mean(tf.sqrt(tf.add(variance, epsilon)), 1);
          const ofSample = tf.reshape(tf.tile(ofGroup, [size]), [batch, ...input.map(() => 1)]);
          return tf.concat([x, tf.add(ofSample, tf.zeros([1, ...input.slice(0, -1), 1]))], -1);
        },
      };
    },
  };
}
