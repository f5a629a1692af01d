import { type Tensor, tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

type Pooling = {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
};

/**
 * Average pooling: the mean is over the pixels of the window that lie inside the image, but tfjs' gradient divides by
 * the whole window, which is wrong at the edges wherever there is padding.
 */
export const poolingGradients: readonly GradientCorrection[] = [
  {
    kernel: "AvgPool",
    reads: ["x"],
    gradient: (dy, [x], attributes) => ({
      x: () => {
        const pooling = attributes as unknown as Pooling;
        return scatter(tf.mul(dy, windowOverCount(x!.shape, pooling)), x!, pooling);
      },
    }),
  },
  {
    // The scatter is linear; its adjoint is the window's sum over the whole window's size.
    kernel: "AvgPoolGrad",
    reads: ["dy", "input"],
    gradient: (ddx, [, input], attributes) => ({
      dy: () => {
        const pooling = attributes as unknown as Pooling;
        const pooled = tf.avgPool(ddx as tf.Tensor4D, pooling.filterSize, pooling.strides, pooling.pad);
        return tf.div(pooled, windowOverCount(input!.shape, pooling));
      },
      input: () => tf.zerosLike(input!),
    }),
  },
];

function scatter(dy: Tensor, input: Tensor, { filterSize, strides, pad }: Pooling): Tensor {
  return tf.engine().runKernel("AvgPoolGrad", { dy, input }, { filterSize, strides, pad } as never) as Tensor;
}

/** Window size over the number of its pixels inside the image, [1, height, width, 1]. */
function windowOverCount(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Pooling): Tensor {
  const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  const counts = (extent: number, outputs: number, window: number, stride: number, before: number): number[] =>
    Array.from({ length: outputs }, (_, i) => {
      const begin = i * stride - before;
      return Math.min(begin + window, extent) - Math.max(begin, 0);
    });
  const rows = counts(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
  const columns = counts(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
  const window = info.filterHeight * info.filterWidth;
  return tf.tensor(rows.flatMap((height) => columns.map((width) => window / (height * width))), [1, rows.length, columns.length, 1]);
}
