import { type Tensor, tf } from "../../../math/tensor.ts";

/** A batch normalised by its own statistics. */
export interface NormalisedBatch {
  readonly output: Tensor;
  /** Mean and biased variance of each channel, `[2, channels]`; outside the gradient. */
  readonly statistics: Tensor;
}

/** The kernels' names in tfjs' registry. */
export const batchStatisticsKernel = "BatchStatistics";
export const normaliseKernel = "NormaliseByBatch";
export const normaliseGradKernel = "NormaliseByBatchGrad";
export const moveStatisticKernel = "MoveStatistic";

/**
 * y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), where μ and σ² are each channel's own mean and biased variance; with its
 * gradient in three kernels, n values per channel:
 *
 *   ∂β = Σ dy,   ∂γ = Σ dy x̂,   ∂x = γ / √(σ² + ε) · (dy − ∂β / n − x̂ ∂γ / n).
 *
 * Shapes: x `[…, channels]`, gamma and beta `[channels]`.
 *
 * Ioffe and Szegedy 2015, section 3.
 *
 * @returns nothing where the backend has no such kernels, or where the gradient is itself being differentiated: compose it
 * from tensor operations then.
 */
export function normaliseByBatch(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): NormalisedBatch | undefined {
  const engine = tf.engine();
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  if (engine.state.gradientDepth > 1 || tf.getKernel(normaliseKernel, tf.getBackend()) === undefined) return undefined;
  const statistics = engine.runKernel(batchStatisticsKernel, { x }) as Tensor;
  const normalise = tf.customGrad((...taped) => {
    const [input, scale, shift, save] = taped as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    save([input, scale, statistics]);
    return {
      value: engine.runKernel(normaliseKernel, { x: input, statistics, gamma: scale, beta: shift }, { epsilon }) as Tensor,
      gradFunc: (dy, saved) => {
        const [savedX, savedGamma, savedStatistics] = saved as [Tensor, Tensor, Tensor];
        const inputs = { x: savedX, dy: dy as Tensor, statistics: savedStatistics, gamma: savedGamma };
        const [dx, sums] = engine.runKernel(normaliseGradKernel, inputs, { epsilon }) as [Tensor, Tensor];
        return [dx, rowOf(sums, 1), rowOf(sums, 0)];
      },
    };
  });
  return { output: normalise(x, gamma, beta), statistics };
}

/** keep · running + take · statistics[row], in one kernel. */
export function moveStatistic(running: Tensor, statistics: Tensor, row: 0 | 1, keep: number, take: number): Tensor {
  return tf.engine().runKernel(moveStatisticKernel, { running, statistics }, { row, keep, take }) as Tensor;
}

function rowOf(rows: Tensor, row: 0 | 1): Tensor {
  return tf.reshape(tf.slice(rows, [row, 0], [1, -1]), [-1]);
}
