import { type Tensor, tf } from "../tensor.ts";

/** The kernels' names in tfjs' registry, where a backend has them. */
export const meanSoftplusKernel = "MeanSoftplus";
export const meanSoftplusGradKernel = "MeanSoftplusGrad";

/** Values one thread adds up; beyond, tfjs' reductions are for it. */
const mostValues = 1024;

/**
 * The mean of log(1 + e^(sign · x)) over all values of x, a scalar. In one kernel each way where the backend has it, as it
 * is no more than a batch of scores; composed of tensor operations, and so differentiable twice, else.
 */
export function meanSoftplus(x: Tensor, sign: 1 | -1): Tensor {
  const engine = tf.engine();
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  const isFused = engine.state.gradientDepth <= 1 && x.size > 0 && x.size <= mostValues && tf.getKernel(meanSoftplusKernel, tf.getBackend()) !== undefined;
  if (!isFused) return tf.mean(tf.softplus(sign === 1 ? x : tf.neg(x)));
  return engine.runKernel(meanSoftplusKernel, { x }, { sign }) as Tensor;
}
