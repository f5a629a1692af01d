import { checkOptions, number, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface PixelNormOptions {
  /** Added to the mean square under the root. Default 1e-8. */
  readonly epsilon?: number;
  readonly name?: string;
}

/**
 * Brings the channels of every pixel to a mean square of 1: y[c] = x[c] / √(1/n Σ x[k]² + ε). Nothing is learnt. In generators,
 * after every convolution, it keeps magnitudes from spiralling out of control; on a latent vector it puts it on a sphere.
 *
 * Shapes: x `[batch, n]` or `[batch, height, width, n]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector or an image.
 * Reference: Karras et al. 2018, "Progressive growing of GANs", section 4.2.
 */
export function pixelNorm(options: PixelNormOptions = {}): Layer {
  checkOptions("pixelNorm", { epsilon: optional(number({ above: 0 })), name: optional(text) }, options);
  const { epsilon = 1e-8 } = options;
  return {
    ...layerSpec("pixelNorm", { epsilon }, options.name),
    build(input) {
      expectChannels("pixelNorm", input);
      return { output: input, apply: (x) => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))) };
    },
  };
}
