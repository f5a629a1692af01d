import { checkOptions, having, number, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { normal } from "../initializers/normal.ts";
import type { Layer } from "../layer.ts";
import { expectKernel } from "./expectKernel.ts";
import { layerSpec } from "./layerSpec.ts";

export interface EqualisedOptions {
  /** Gain of the activation that follows. Default √2, ReLU's; 1 where none follows. */
  readonly gain?: number;
  /** Default the layer's own. */
  readonly name?: string;
}

/**
 * Equalised learning rate: the layer with its kernel drawn from N(0, 1) and multiplied by He's constant in every pass,
 * ŵ = w · gain / √fanIn. Optimizers that divide a gradient by its own size (Adam, RMSProp) then move all kernels at the same
 * relative rate, whatever their fan-in. Biases stay as they are.
 *
 * Shapes and variables are the layer's own. fanIn is window · inputs, for transposed convolutions too. The layer's own
 * kernel initialiser is not used.
 *
 * @throws ConfigurationError for wrong options, and when built on a layer without a kernel.
 * Reference: Karras et al. 2018, "Progressive growing of GANs", section 4.1.
 * @example
 * ```ts
 * [equalised(conv2d({ filters: 32 })), leakyRelu(), flatten(), equalised(dense({ units: 1 }), { gain: 1 })];
 * ```
 */
export function equalised(layer: Layer, options: EqualisedOptions = {}): Layer {
  checkOptions("equalised", { layer: having("a layer", "build"), gain: optional(number({ above: 0 })), name: optional(text) }, { layer, ...options });
  const { gain = Math.SQRT2 } = options;
  return {
    ...layerSpec("equalised", { layer: layer.spec, gain }, options.name ?? layer.name),
    ...(layer.mixesSamples ? { mixesSamples: true } : {}),
    build(input) {
      const built = layer.build(input);
      const { fanIn, shape, outputAxis } = expectKernel("equalised", layer, built);
      const constant = gain / Math.sqrt(fanIn);
      return {
        ...built,
        parameters: { ...built.parameters, kernel: { shape, outputAxis, initializer: normal({ deviation: 1 }) } },
        apply: (x, context) =>
          built.apply(x, { ...context, parameters: { ...context.parameters, kernel: tf.mul(context.parameters["kernel"]!, constant) } }),
      };
    },
  };
}
