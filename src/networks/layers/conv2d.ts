import type { Activation } from "../../backends/kernels/activation.ts";
import { affineConvolution } from "../../backends/kernels/affine/affine.ts";
import { checkOptions } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { normal } from "../initializers/normal.ts";
import type { Layer, LayerContext } from "../layer.ts";
import { convolutionChecks, type ConvolutionOptions, convolvedSide, explicitPadding } from "./convolution.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

/**
 * A convolution (cross-correlation, as everywhere in the field):
 * y[i, j, o] = b[o] + Σ x[i · stride + u − before, j · stride + v − before, c] · K[u, v, c, o].
 *
 * Shapes: x `[batch, height, width, channels]`, kernel `[kernel, kernel, channels, filters]`, bias `[filters]`.
 * Padding: see `Padding`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 */
export function conv2d(options: ConvolutionOptions): Layer {
  checkOptions("conv2d", convolutionChecks, options);
  const { filters, kernel = 4, stride = 2, padding = "same", bias = true, kernelInitializer = normal(), biasInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "conv2d",
      {
        ...{ filters, kernel, stride, padding, bias, kernelInitializer: kernelInitializer.spec },
        ...(bias ? { biasInitializer: biasInitializer.spec } : {}),
      },
      options.name,
    ),
    build(input) {
      const [height, width, channels] = expectImage("conv2d", input);
      const pad = explicitPadding(height, width, kernel, stride, padding);
      const side = (extent: number): number => convolvedSide("conv2d", input, extent, kernel, stride, padding);
      return {
        output: [side(height), side(width), filters],
        parameters: {
          kernel: { shape: [kernel, kernel, channels, filters], initializer: kernelInitializer },
          ...(bias ? { bias: { shape: [filters], initializer: biasInitializer } } : {}),
        },
        apply: Object.assign((x: Tensor, { parameters }: LayerContext): Tensor => {
          const { kernel: filter, bias: offset } = parameters as { readonly kernel: Tensor; readonly bias?: Tensor };
          const fused = affineConvolution({ x, kernel: filter, bias: offset }, { strides: stride, pad });
          if (fused !== undefined) return fused;
          const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
          return offset === undefined ? y : tf.add(y, offset);
        }, {
          thenActivated: (x: Tensor, { parameters }: LayerContext, activation: Activation) =>
            affineConvolution({ x, kernel: parameters["kernel"]!, bias: parameters["bias"] }, { strides: stride, pad }, activation),
        }),
      };
    },
  };
}
