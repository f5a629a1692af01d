import { type Tensor, tf } from "../../math/tensor.ts";
import { meanSoftplusGradKernel, meanSoftplusKernel } from "../../math/objectives/meanSoftplus.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

/** Mean of softplus, a kernel of ours. For first order only: `meanSoftplus` stands aside where a gradient is itself differentiated. */
export const softplusGradients: readonly GradientCorrection[] = [
  {
    kernel: meanSoftplusKernel,
    reads: ["x"],
    gradient: (dy, [x], { sign }) => ({ x: () => tf.engine().runKernel(meanSoftplusGradKernel, { x: x!, dy }, { sign } as never) as Tensor }),
  },
];
