import { type Tensor, tf } from "../../math/tensor.ts";
import { meanSoftplusGradKernel, meanSoftplusKernel } from "../../math/objectives/meanSoftplus.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

/** Mean of softplus, a kernel of ours: on a tape composed of what can be differentiated again. */
export const softplusGradients: readonly GradientCorrection[] = [
  {
    kernel: meanSoftplusKernel,
    reads: ["x"],
    gradient: (dy, [x], attributes) => ({
      x: () => {
        const engine = tf.engine();
        const sign = attributes["sign"] as number;
        if (engine.state.gradientDepth === 0) return engine.runKernel(meanSoftplusGradKernel, { x: x!, dy }, { sign } as never) as Tensor;
        return tf.mul(tf.mul(dy, sign / x!.size), tf.sigmoid(tf.mul(x!, sign)));
      },
    }),
  },
];
