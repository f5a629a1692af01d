import { checkOptions, integer, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface DepthToSpaceOptions {
  /** How many times larger the image becomes. Default 2. */
  readonly factor?: number;
  readonly name?: string;
}

/**
 * Lays every pixel's channels out as a patch of `factor` × `factor` pixels:
 * y[i · factor + u, j · factor + v, c] = x[i, j, (u · factor + v) · channels + c].
 *
 * Shapes: `[batch, height, width, factor² · channels]` to `[batch, height · factor, width · factor, channels]`.
 *
 * @throws ConfigurationError for wrong options, and when built where factor² does not divide the channels.
 * Reference: Shi et al. 2016, "Real-time single image and video super-resolution", section 3.2; TensorFlow's `depth_to_space`.
 */
export function depthToSpace(options: DepthToSpaceOptions = {}): Layer {
  checkOptions("depthToSpace", { factor: optional(integer()), name: optional(text) }, options);
  const { factor = 2 } = options;
  return {
    ...layerSpec("depthToSpace", { factor }, options.name),
    build(input) {
      const [height, width, depth] = expectImage("depthToSpace", input);
      if (depth % factor ** 2 !== 0) {
        throw new ConfigurationError("depthToSpace", [{ path: "factor", message: `expected one whose square divides the ${depth} channels, got ${factor}` }]);
      }
      const channels = depth / factor ** 2;
      return {
        output: [height * factor, width * factor, channels],
        apply(x) {
          // Rows of patches as rows of pixels: of the six axes, those that stay together are one.
          const patches = tf.reshape(x, [-1, width, factor, factor * channels]);
          return tf.reshape(tf.transpose(patches, [0, 2, 1, 3]), [-1, height * factor, width * factor, channels]);
        },
      };
    },
  };
}
