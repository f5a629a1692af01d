import { type Tensor, tf } from "../../math/tensor.ts";
import { isPositive } from "./constantly.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";
import { sumTo } from "./sumTo.ts";

/** ReLU and its leaky kin; the slope at 0 is the left one, as in PyTorch. */
export const rectifierGradients: readonly GradientCorrection[] = [
  {
    kernel: "Relu",
    reads: ["x"],
    gradient: (dy, [x]) => ({ x: () => rectified(x!, dy, 0) }),
  },
  {
    kernel: "LeakyRelu",
    reads: ["x"],
    gradient: (dy, [x], { alpha }) => ({ x: () => rectified(x!, dy, alpha as number) }),
  },
  {
    kernel: "Prelu",
    reads: ["x", "alpha"],
    gradient: (dy, [x, alpha]) => {
      const mask = isPositive(x!);
      const rest = tf.sub(1, mask);
      return {
        x: () => tf.mul(dy, tf.add(mask, tf.mul(rest, alpha!))),
        alpha: () => sumTo(tf.mul(dy, tf.mul(rest, x!)), alpha!.shape),
      };
    },
  },
];

/**
 * dy where x > 0, alpha·dy elsewhere, in one kernel. It is linear in dy and its derivative in x is zero almost
 * everywhere, so differentiating it again is the same kernel, and x is no input of it for the tape.
 */
export function rectified(x: Tensor, dy: Tensor, alpha: number): Tensor {
  return tf.customGrad((...inputs) => ({
    value: tf.engine().runKernel("LeakyReluGrad", { x, dy: inputs[0] as Tensor }, { alpha }) as Tensor,
    gradFunc: (ddx) => rectified(x, ddx as Tensor, alpha),
  }))(dy);
}
