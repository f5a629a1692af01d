import { type Tensor, tf } from "../../../math/tensor.ts";

/** The kernels' names in tfjs' registry. */
export const closenessKernel = "Closeness";
export const closenessGradKernel = "ClosenessGrad";

/**
 * How close every sample is to all of its batch, by so many measures: with m seen as `[batch, measures, dimensions]`,
 *
 *   o_ib = Σⱼ exp(−‖m_ib − m_jb‖₁),   ∂m_ibc = −Σⱼ exp(−‖m_ib − m_jb‖₁) sign(m_ibc − m_jbc) (do_ib + do_jb)
 *
 * One kernel each way where the backend has them, which keep no distances; composed of tensor operations, in memory of
 * batch² · measures · dimensions, where it has not, or where the gradient is itself being differentiated.
 *
 * @param m `[batch, measures · dimensions]`
 * @returns `[batch, measures]`
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.2.
 */
export function closeness(m: Tensor, measures: number): Tensor {
  const engine = tf.engine();
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  if (engine.state.gradientDepth > 1 || tf.getKernel(closenessKernel, tf.getBackend()) === undefined) return composedCloseness(m, measures);
  const attributes = { measures };
  const close = tf.customGrad((...taped) => {
    const [input, save] = taped as unknown as [Tensor, (tensors: Tensor[]) => void];
    save([input]);
    return {
      value: engine.runKernel(closenessKernel, { m: input }, attributes) as Tensor,
      gradFunc: (dy, saved) => engine.runKernel(closenessGradKernel, { m: saved[0]!, dy: dy as Tensor }, attributes) as Tensor,
    };
  });
  return close(m);
}

/** The same by tensor operations. */
export function composedCloseness(m: Tensor, measures: number): Tensor {
  const batch = m.shape[0]!;
  const apart = tf.abs(tf.sub(tf.reshape(m, [batch, 1, -1]), tf.reshape(m, [1, batch, -1])));
  const distance = tf.sum(tf.reshape(apart, [batch, batch, measures, -1]), 3);
  return tf.sum(tf.exp(tf.neg(distance)), 1);
}
