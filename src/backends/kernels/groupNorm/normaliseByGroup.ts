import { type Tensor, tf } from "../../../math/tensor.ts";

/** The kernels' names in tfjs' registry. */
export const normaliseByGroupKernel = "NormaliseByGroup";
export const normaliseByGroupGradKernel = "NormaliseByGroupGrad";

/**
 * y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), where μ and σ² are the mean and the biased variance of each group of neighbouring
 * channels of each sample; with its gradient in one kernel. For a group of n values
 *
 *   ∂β = Σ dy,   ∂γ = Σ dy x̂   over the pixels of a channel,
 *   ∂x = (γ dy − Σ γ ∂β / n − x̂ Σ γ ∂γ / n) / √(σ² + ε)   with sums over the channels of the group.
 *
 * Shapes: x `[batch, …, channels]`, gamma and beta `[batch, channels]` or, the same for all samples, `[1, channels]`.
 *
 * Wu and He 2018. Composed of tensor operations where the backend has no such kernels, or where the gradient is itself
 * being differentiated.
 */
export function normaliseByGroup(x: Tensor, gamma: Tensor, beta: Tensor, groups: number, epsilon: number): Tensor {
  const engine = tf.engine();
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  if (engine.state.gradientDepth > 1 || tf.getKernel(normaliseByGroupKernel, tf.getBackend()) === undefined) {
    return composed(x, gamma, beta, groups, epsilon);
  }
  const normalise = tf.customGrad((...taped) => {
    const [input, scale, shift, save] = taped as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const attributes = { groups, epsilon };
    const [value, statistics] = engine.runKernel(normaliseByGroupKernel, { x: input, gamma: scale, beta: shift }, attributes) as [Tensor, Tensor];
    save([input, scale, statistics]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [savedX, savedGamma, savedStatistics] = saved as [Tensor, Tensor, Tensor];
        const inputs = { x: savedX, dy: dy as Tensor, statistics: savedStatistics, gamma: savedGamma };
        const [dx, dGamma, dBeta] = engine.runKernel(normaliseByGroupGradKernel, inputs, attributes) as [Tensor, Tensor, Tensor];
        return [dx, likeScale(dGamma, scale), likeScale(dBeta, shift)];
      },
    };
  });
  return normalise(x, gamma, beta);
}

function likeScale(gradient: Tensor, scale: Tensor): Tensor {
  return gradient.shape[0] === scale.shape[0] ? gradient : tf.sum(gradient, 0, true);
}

function composed(x: Tensor, gamma: Tensor, beta: Tensor, groups: number, epsilon: number): Tensor {
  const channels = x.shape.at(-1)!;
  const perGroup = [groups, channels / groups];
  const [scale, shift] = [gamma, beta].map((rows) => tf.reshape(rows, [-1, 1, ...perGroup])) as [Tensor, Tensor];
  const grouped = tf.reshape(x, [x.shape[0]!, -1, ...perGroup]);
  const centred = tf.sub(grouped, tf.mean(grouped, [1, 3], true));
  const deviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), [1, 3], true), epsilon));
  // Both factors at once: they are small, the image is not.
  return tf.reshape(tf.add(tf.mul(centred, tf.mul(deviation, scale)), shift), x.shape);
}
