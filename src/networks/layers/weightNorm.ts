import { boolean, checkOptions, having, optional, text } from "../../configuration/checkOptions.ts";
import { rootKey } from "../../math/random/fold.ts";
import { type Shape, sizeOf, tf } from "../../math/tensor.ts";
import { constant } from "../initializers/constant.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectKernel } from "./expectKernel.ts";
import { layerSpec } from "./layerSpec.ts";

export interface WeightNormOptions {
  /** Default the layer's own. */
  readonly name?: string;
  /**
   * Whether the lengths are trained. Without, they stay as they begin: what the layer answers keeps its scale, so that noise of a
   * fixed deviation keeps its part in it. Default true.
   */
  readonly isLengthTrained?: boolean;
}

/**
 * Weight normalisation: the layer with the kernel of each output as a length times a direction, w = g v / ‖v‖, both trained in
 * its place. No sample sees another, and nothing is remembered.
 *
 * Variables: `direction` (v), the kernel's shape; `length` (g) `[outputs]`, a buffer where it is not trained; the layer's others. v starts as the layer's kernel
 * would, and every g at the root mean square of the norms such kernels have: that is w as drawn, but with outputs of one
 * length.
 *
 * PyTorch's `weight_norm` with `dim` the axis of the outputs: 0, and for transposed convolutions 1.
 *
 * @throws ConfigurationError for wrong options, and when built on a layer without a kernel.
 * Reference: Salimans and Kingma 2016, "Weight normalization", equation 2.
 */
export function weightNorm(layer: Layer, options: WeightNormOptions = {}): Layer {
  checkOptions("weightNorm", { layer: having("a layer", "build"), name: optional(text), isLengthTrained: optional(boolean) }, { layer, ...options });
  const { isLengthTrained = true } = options;
  return {
    ...layerSpec("weightNorm", { layer: layer.spec, ...(isLengthTrained ? {} : { isLengthTrained }) }, options.name ?? layer.name),
    ...(layer.mixesSamples ? { mixesSamples: true } : {}),
    build(input) {
      const built = layer.build(input);
      const { shape, initializer, outputAxis } = expectKernel("weightNorm", layer, built);
      const outputs = shape[outputAxis]!;
      const others = shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
      const spread = shape.map((extent, axis) => (axis === outputAxis ? extent : 1));
      const { kernel: _, ...rest } = built.parameters!;
      const length = { length: { shape: [outputs], initializer: constant({ value: usualNorm(initializer, shape, outputs) }) } };
      return {
        ...built,
        parameters: {
          direction: { shape, initializer, outputAxis },
          ...(isLengthTrained ? length : {}),
          ...rest,
        },
        ...(isLengthTrained ? {} : { buffers: { ...built.buffers, ...length } }),
        apply(x, context) {
          const { direction, length = context.buffers["length"], ...parameters } = context.parameters;
          const inverse = tf.rsqrt(tf.sum(tf.square(direction!), others, true));
          const kernel = tf.mul(direction!, tf.mul(inverse, tf.reshape(length!, spread)));
          return built.apply(x, { ...context, parameters: { ...parameters, kernel } });
        },
      };
    },
  };
}

/** The root mean square of the norms of a kernel's outputs, from one draw: an initialiser knows its key and shape alone. */
function usualNorm(initializer: Initializer, shape: Shape, outputs: number): number {
  const values = initializer.values(rootKey(sizeOf(shape)), shape);
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / outputs) || 1;
}
