import { checkOptions, integer, optional, text } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface UpsampleOptions {
  /** How many times larger the image becomes. Default 2. */
  readonly factor?: number;
  readonly name?: string;
}

/**
 * Nearest-neighbour upsampling: every pixel becomes `factor` × `factor` of them.
 *
 * Shapes: `[batch, height, width, channels]` to `[batch, height · factor, width · factor, channels]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 */
export function upsample(options: UpsampleOptions = {}): Layer {
  checkOptions("upsample", { factor: optional(integer()), name: optional(text) }, options);
  const { factor = 2 } = options;
  return {
    ...layerSpec("upsample", { factor }, options.name),
    build(input) {
      const [height, width, channels] = expectImage("upsample", input);
      return { output: [height * factor, width * factor, channels], apply: (x) => repeatPixels(x, factor) };
    },
  };
}

/**
 * Each pixel repeated `factor` times in both directions. By concatenation and reshape, because tfjs' resizeNearestNeighbor
 * has a wrong gradient on the cpu backend and no second order, and Tile's gradient ends at four axes.
 */
export function repeatPixels(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const wide = tf.concat(Array.from({ length: factor }, () => x), 3);
  const rows = tf.reshape(wide, [batch, height, width * factor * channels]);
  const high = tf.concat(Array.from({ length: factor }, () => rows), 2);
  return tf.reshape(high, [batch, height * factor, width * factor, channels]);
}
