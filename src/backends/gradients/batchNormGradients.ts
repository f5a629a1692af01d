import { tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";
import { sumTo } from "./sumTo.ts";

/**
 * y = (x − μ) s / √(σ² + ε) + b. tfjs tiles μ, σ² and s to the size of x and writes five tensors of that size; here the
 * statistics stay small and x is read once for all of them.
 */
export const batchNormGradients: readonly GradientCorrection[] = [
  {
    kernel: "FusedBatchNorm",
    reads: ["x", "mean", "variance", "scale"],
    gradient(dy, [x, mean, variance, scale], { varianceEpsilon }) {
      const shape = mean!.shape;
      const inverse = tf.rsqrt(tf.add(variance!, varianceEpsilon as number));
      const slope = tf.mul(inverse, scale!);
      const sumOfDy = sumTo(dy, shape);
      const sumOfDyTimesCentred = sumTo(tf.mul(dy, tf.sub(x!, mean!)), shape);
      return {
        x: () => tf.mul(dy, slope),
        mean: () => tf.neg(tf.mul(slope, sumOfDy)),
        variance: () => tf.mul(tf.mul(-0.5, tf.mul(slope, tf.square(inverse))), sumOfDyTimesCentred),
        scale: () => tf.mul(sumOfDyTimesCentred, inverse),
        offset: () => tf.clone(sumOfDy),
      };
    },
  },
];
