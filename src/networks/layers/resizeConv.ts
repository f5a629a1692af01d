import { checkOptions, integer, optional } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { conv2d } from "./conv2d.ts";
import { convolutionChecks, type ConvolutionOptions } from "./convolution.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ResizeConvOptions extends Omit<ConvolutionOptions, "stride" | "padding"> {
  /** How many times larger the image becomes. Default 2. */
  readonly factor?: number;
}

/**
 * Nearest-neighbour upsampling by `factor`, then a convolution of stride 1 that keeps the side. Every output pixel is made
 * of the same number of kernel taps, so the checkerboard of a transposed convolution cannot arise.
 *
 * Shapes: `[batch, height, width, channels]` to `[batch, height · factor, width · factor, filters]`; parameters as conv2d's.
 * Kernel 3 by default.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 * Reference: Odena et al. 2016, "Deconvolution and checkerboard artifacts".
 */
export function resizeConv(options: ResizeConvOptions): Layer {
  const { stride: _stride, padding: _padding, ...checks } = convolutionChecks;
  checkOptions("resizeConv", { ...checks, factor: optional(integer()) }, options);
  const { factor = 2, name, ...rest } = options;
  const convolution = conv2d({ kernel: 3, ...rest, stride: 1, padding: "same" });
  const { stride, padding, ...shared } = convolution.spec.options!;
  return {
    ...layerSpec("resizeConv", { ...shared, factor }, name),
    build(input) {
      const [height, width, channels] = expectImage("resizeConv", input);
      const built = convolution.build([height * factor, width * factor, channels]);
      return { ...built, apply: (x, context) => built.apply(upsample(x, factor), context) };
    },
  };
}

/**
 * Each pixel repeated `factor` times in both directions. By concatenation and reshape, because tfjs' resizeNearestNeighbor
 * has a wrong gradient on the cpu backend and no second order, and Tile's gradient ends at four axes.
 */
function upsample(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const wide = tf.concat(Array.from({ length: factor }, () => x), 3);
  const rows = tf.reshape(wide, [batch, height, width * factor * channels]);
  const high = tf.concat(Array.from({ length: factor }, () => rows), 2);
  return tf.reshape(high, [batch, height * factor, width * factor, channels]);
}
