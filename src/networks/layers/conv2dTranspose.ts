import type { Activation } from "../../backends/kernels/activation.ts";
import { affineTransposed } from "../../backends/kernels/affine/affine.ts";
import { checkOptions } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { normal } from "../initializers/normal.ts";
import type { Layer, LayerContext } from "../layer.ts";
import { convolutionChecks, type ConvolutionOptions, explicitPadding, transposedSide } from "./convolution.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

/**
 * A transposed convolution: the adjoint of `conv2d` with the same kernel, stride and padding, from that one's output to its
 * input. Where conv2d is the matrix A, this is Aᵀ: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩. It is not the inverse: Aᵀ A ≠ 1.
 *
 * Shapes: x `[batch, height, width, channels]`, kernel `[kernel, kernel, filters, channels]` (as the adjoint's), bias
 * `[filters]`, output `[batch, height · stride, width · stride, filters]` for `"same"` padding.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 * Reference: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4.
 */
export function conv2dTranspose(options: ConvolutionOptions): Layer {
  checkOptions("conv2dTranspose", convolutionChecks, options);
  const { filters, kernel = 4, stride = 2, padding = "same", bias = true, kernelInitializer = normal(), biasInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "conv2dTranspose",
      {
        ...{ filters, kernel, stride, padding, bias, kernelInitializer: kernelInitializer.spec },
        ...(bias ? { biasInitializer: biasInitializer.spec } : {}),
      },
      options.name,
    ),
    build(input) {
      const [height, width, channels] = expectImage("conv2dTranspose", input);
      const output = [transposedSide(height, kernel, stride, padding), transposedSide(width, kernel, stride, padding), filters] as const;
      const pad = explicitPadding(output[0], output[1], kernel, stride, padding);
      return {
        output,
        parameters: {
          kernel: { shape: [kernel, kernel, filters, channels], initializer: kernelInitializer, outputAxis: 2 },
          ...(bias ? { bias: { shape: [filters], initializer: biasInitializer } } : {}),
        },
        apply: Object.assign((x: Tensor, { parameters }: LayerContext): Tensor => {
          const { kernel: filter, bias: offset } = parameters as { readonly kernel: Tensor; readonly bias?: Tensor };
          const shape = [x.shape[0]!, ...output] as const;
          const fused = affineTransposed({ x, kernel: filter, bias: offset }, shape, { strides: stride, pad });
          if (fused !== undefined) return fused;
          const y = tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [...shape], stride, pad);
          return offset === undefined ? y : tf.add(y, offset);
        }, {
          thenActivated: (x: Tensor, { parameters }: LayerContext, activation: Activation) =>
            affineTransposed({ x, kernel: parameters["kernel"]!, bias: parameters["bias"] }, [x.shape[0]!, ...output], { strides: stride, pad }, activation),
        }),
      };
    },
  };
}
