import { type Tensor, tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

type Convolution = {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.conv2d<tf.Tensor4D>>[3];
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
};

/**
 * The gradient of a filter's gradient, which tfjs lacks. F(x, dy) is linear in both: the adjoint in x is the transposed
 * convolution of dy with the incoming filter, in dy the convolution of x with it.
 */
export const convolutionGradients: readonly GradientCorrection[] = [
  {
    kernel: "Conv2DBackpropFilter",
    reads: ["x", "dy"],
    gradient(ddFilter, [x, dy], attributes) {
      const { strides, pad, dataFormat, dimRoundingMode } = attributes as unknown as Convolution;
      const filter = ddFilter as tf.Tensor4D;
      return {
        x: () =>
          tf.engine().runKernel(
            "Conv2DBackpropInput",
            { dy: dy!, filter },
            { strides, pad, dataFormat, dimRoundingMode, inputShape: x!.shape } as never,
          ) as Tensor,
        dy: () => tf.conv2d(x as tf.Tensor4D, filter, strides, pad, dataFormat, 1, dimRoundingMode),
      };
    },
  },
];
