import { type Tensor, tf } from "../../../math/tensor.ts";
import { type Activation, noActivation } from "../activation.ts";

/** A batch normalised by its own statistics. */
export interface NormalisedBatch {
  readonly output: Tensor;
  /** The running statistics after it; outside the gradient. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** What a batch is normalised with. */
export interface BatchNormTensors {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  /** The running statistics before it. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface BatchNormSettings {
  readonly epsilon: number;
  /** Share of this batch in the running statistics. */
  readonly momentum: number;
  /** What follows the normalisation. */
  readonly activation?: Activation;
}

/** The kernels' names in tfjs' registry. */
export const batchStatisticsKernel = "BatchStatistics";
export const normaliseKernel = "NormaliseByBatch";
export const normaliseGradKernel = "NormaliseByBatchGrad";

/**
 * y = act(γ x̂ + β) with x̂ = (x − μ) / √(σ² + ε), where μ and σ² are each channel's own mean and biased variance; with its
 * gradient in three kernels, n values per channel, d the gradient before the activation:
 *
 *   ∂β = Σ d,   ∂γ = Σ d x̂,   ∂x = γ / √(σ² + ε) · (d − ∂β / n − x̂ ∂γ / n).
 *
 * The running statistics move in the same dispatch: mean ← (1 − momentum) · mean + momentum · μ, variance likewise with
 * σ² n / (n − 1), and with σ² itself for a single value.
 *
 * Shapes: x `[…, channels]`, all others `[channels]`.
 *
 * Ioffe and Szegedy 2015, section 3.
 *
 * @returns nothing where the backend has no such kernels, or where the gradient is itself being differentiated: compose it
 * from tensor operations then.
 */
export function normaliseByBatch(
  x: Tensor,
  { gamma, beta, mean, variance }: BatchNormTensors,
  { epsilon, momentum, activation = noActivation }: BatchNormSettings,
): NormalisedBatch | undefined {
  const engine = tf.engine();
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  if (engine.state.gradientDepth > 1 || tf.getKernel(normaliseKernel, tf.getBackend()) === undefined) return undefined;
  const [statistics, newMean, newVariance] = engine.runKernel(batchStatisticsKernel, { x, mean, variance }, { momentum }) as unknown as [Tensor, Tensor, Tensor];
  const attributes = { epsilon, activation } as never;
  const normalise = tf.customGrad((...taped) => {
    const [input, scale, shift, save] = taped as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    save([input, scale, shift, statistics]);
    return {
      value: engine.runKernel(normaliseKernel, { x: input, statistics, gamma: scale, beta: shift }, attributes) as Tensor,
      gradFunc: (dy, saved) => {
        const [savedX, savedGamma, savedBeta, savedStatistics] = saved as [Tensor, Tensor, Tensor, Tensor];
        const inputs = { x: savedX, dy: dy as Tensor, statistics: savedStatistics, gamma: savedGamma, beta: savedBeta };
        return engine.runKernel(normaliseGradKernel, inputs, attributes) as unknown as [Tensor, Tensor, Tensor];
      },
    };
  });
  return { output: normalise(x, gamma, beta), mean: newMean, variance: newVariance };
}
