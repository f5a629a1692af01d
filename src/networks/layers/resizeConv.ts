import type { Activation } from "../../backends/kernels/activation.ts";
import { affineConvolution } from "../../backends/kernels/affine/affine.ts";
import { checkOptions, integer, optional } from "../../configuration/checkOptions.ts";
import { repeatPixels } from "../../math/repeatPixels.ts";
import type { Tensor } from "../../math/tensor.ts";
import type { Layer, LayerContext } from "../layer.ts";
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
 * Kernel 3 by default. Where the backend has a kernel for it the large image is never made: the convolution reads the small one.
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
      const inOne = (x: Tensor, { parameters }: LayerContext, activation?: Activation): Tensor | undefined =>
        affineConvolution({ x, kernel: parameters["kernel"]!, bias: parameters["bias"] }, { strides: 1, pad: "same", upsample: factor }, activation);
      return {
        ...built,
        apply: Object.assign((x: Tensor, context: LayerContext) => inOne(x, context) ?? built.apply(repeatPixels(x, factor), context), { thenActivated: inOne }),
      };
    },
  };
}
