import type { Activation } from "../../backends/kernels/activation.ts";
import { normaliseByBatch } from "../../backends/kernels/batchNorm/normaliseByBatch.ts";
import { checkOptions, having, number, optional, text } from "../../configuration/checkOptions.ts";
import { type Shape, type Tensor, type Tensors, tf } from "../../math/tensor.ts";
import { ones, zeros } from "../initializers/constant.ts";
import type { Initializer, Layer, LayerContext, LayerResult, VariablePlan } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface BatchNormOptions {
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Default ones; DCGAN starts from N(1, 0.02²). */
  readonly gammaInitializer?: Initializer;
  /** Default zeros. */
  readonly betaInitializer?: Initializer;
  readonly name?: string;
}

/**
 * Batch normalisation over every axis but the last: y = γ (x − μ) / √(σ² + ε) + β.
 *
 * In training μ and σ² are the batch's own mean and biased variance, and the buffers move:
 * `mean ← (1 − momentum) · mean + momentum · μ`, `variance ← (1 − momentum) · variance + momentum · σ² n / (n − 1)`, with n
 * values per channel. Otherwise μ and σ² are the buffers. All as PyTorch does it. The running statistics are outside the
 * gradient.
 *
 * Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma, beta, mean and variance `[n]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector or an image.
 * Reference: Ioffe and Szegedy 2015, algorithms 1 and 2.
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  checkOptions(
    "batchNorm",
    {
      epsilon: optional(number({ above: 0 })),
      momentum: optional(number({ above: 0, maximum: 1 })),
      gammaInitializer: optional(having("an initializer", "values")),
      betaInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { epsilon = 1e-5, momentum = 0.1, gammaInitializer = ones(), betaInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "batchNorm",
      { epsilon, momentum, gammaInitializer: gammaInitializer.spec, betaInitializer: betaInitializer.spec },
      options.name,
    ),
    mixesSamples: true,
    build(input) {
      const shape = [expectChannels("batchNorm", input)];
      return {
        output: input,
        parameters: { gamma: { shape, initializer: gammaInitializer }, beta: { shape, initializer: betaInitializer } },
        buffers: runningStatistics(shape),
        apply: Object.assign(
          (x: Tensor, { parameters, buffers, mode }: LayerContext) =>
            normaliseBatch(x, { gamma: parameters["gamma"]!, beta: parameters["beta"]! }, buffers, mode.isTraining, { epsilon, momentum }),
          {
            thenActivated: (x: Tensor, { parameters, buffers, mode }: LayerContext, activation: Activation) =>
              mode.isTraining ? fusedBatchNorm(x, { gamma: parameters["gamma"]!, beta: parameters["beta"]! }, buffers, { epsilon, momentum, activation }) : undefined,
          },
        ),
      };
    },
  };
}

/** Buffers of the running statistics of `shape` channels. */
export function runningStatistics(shape: Shape): Readonly<Record<"mean" | "variance", VariablePlan>> {
  return { mean: { shape, initializer: zeros() }, variance: { shape, initializer: ones() } };
}

/** Batch normalisation as `batchNorm` describes it, with the running statistics it leaves behind. */
export function normaliseBatch(
  x: Tensor,
  affine: Readonly<Record<"gamma" | "beta", Tensor>>,
  buffers: Tensors,
  isTraining: boolean,
  { epsilon, momentum }: Required<Pick<BatchNormOptions, "epsilon" | "momentum">>,
): LayerResult {
  const [gamma, beta] = [affine.gamma, affine.beta] as [tf.Tensor1D, tf.Tensor1D];
  if (!isTraining) {
    return { output: tf.batchNorm(x, buffers["mean"] as tf.Tensor1D, buffers["variance"] as tf.Tensor1D, beta, gamma, epsilon) };
  }
  const fused = fusedBatchNorm(x, affine, buffers, { epsilon, momentum });
  if (fused !== undefined) return fused;
  const count = x.size / x.shape.at(-1)!;
  // One value per channel has no unbiased variance; its biased one, 0, is kept instead of NaN.
  const unbiased = count > 1 ? count / (count - 1) : 1;
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const mean = tf.mean(x, axes) as tf.Tensor1D;
  const variance = tf.mean(tf.square(tf.sub(x, mean)), axes) as tf.Tensor1D;
  const moved = (running: tf.Tensor1D, batch: tf.Tensor1D, factor: number): tf.Tensor1D =>
    tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum * factor));
  return {
    output: tf.batchNorm(x, mean, variance, beta, gamma, epsilon),
    buffers: {
      mean: moved(buffers["mean"] as tf.Tensor1D, mean, 1),
      variance: moved(buffers["variance"] as tf.Tensor1D, variance, unbiased),
    },
  };
}

/** In training, in the backend's own kernels and with the activation that follows; nothing where it has none. */
function fusedBatchNorm(
  x: Tensor,
  { gamma, beta }: Readonly<Record<"gamma" | "beta", Tensor>>,
  buffers: Tensors,
  settings: { readonly epsilon: number; readonly momentum: number; readonly activation?: Activation },
): LayerResult | undefined {
  const fused = normaliseByBatch(x, { gamma, beta, mean: buffers["mean"]!, variance: buffers["variance"]! }, settings);
  return fused === undefined ? undefined : { output: fused.output, buffers: { mean: fused.mean, variance: fused.variance } };
}
