import { type Tensor, tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";
import { keptShape } from "./sumTo.ts";

/**
 * Sum, mean and tile. tfjs multiplies a full-size tensor of ones for the first two, and slices once per repetition for
 * the last: 784 slices for a label spread over 28 × 28 pixels.
 */
export const reductionGradients: readonly GradientCorrection[] = [
  {
    kernel: "Sum",
    reads: ["x"],
    gradient: (dy, [x], { axis }) => ({ x: () => spread(dy, x!.shape, axis) }),
  },
  {
    kernel: "Mean",
    reads: ["x"],
    gradient: (dy, [x], { axis }) => ({ x: () => spread(tf.div(dy, x!.size / dy.size), x!.shape, axis) }),
  },
  {
    kernel: "Tile",
    reads: ["x"],
    gradient: (dy, [x], { reps }) => ({ x: () => sumRepetitions(dy, x!.shape, reps as readonly number[]) }),
  },
];

function spread(dy: Tensor, shape: number[], axis: unknown): Tensor {
  return tf.broadcastTo(tf.reshape(dy, keptShape(shape, axis)), shape);
}

/** One sum per repeated axis, over [outer, repetitions, inner]. */
function sumRepetitions(dy: Tensor, shape: readonly number[], reps: readonly number[]): Tensor {
  let left = dy;
  let outer = 1;
  shape.forEach((extent, axis) => {
    const repetitions = reps[axis]!;
    if (repetitions > 1) left = tf.sum(tf.reshape(left, [outer, repetitions, -1]), 1);
    outer *= extent;
  });
  return tf.reshape(left, [...shape]);
}
