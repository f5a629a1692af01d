import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { kernelMatrix } from "../../math/penalties/kernelMatrix.ts";
import { spectralSigma } from "../../math/penalties/spectralSigma.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { asResult } from "../chain.ts";
import { normal } from "../initializers/normal.ts";
import type { Layer, LayerResult, VariablePlan } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface SpectralNormOptions {
  /** Power iterations per pass. Default 1. */
  readonly iterations?: number;
  /** Default the layer's own. */
  readonly name?: string;
}

/** Parameters by which layers map their input: those of `dense` and the convolutions, `projection`, `selfAttention`. */
const maps = ["kernel", "table", "query", "key", "value", "output"];

/**
 * Spectral normalisation: the layer with each of its kernels divided by its largest singular value, W̄ = W / σ(W), W as the
 * matrix `[kh·kw·ci, co]`.
 *
 * σ is estimated by power iteration from a vector that is kept as a buffer, `kernel/u` `[co]`: training passes move it, as
 * they do a batch norm's statistics; frozen passes and evaluation take the same iteration and keep nothing of it. The
 * gradient goes through W / σ(W) with the singular vectors as constants, ∂σ/∂W = v uᵀ.
 *
 * Shapes and parameters are the layer's own; a parameter may be of any size, only W̄ is normalised. In a `sequence` each
 * layer's kernel is normalised.
 *
 * @throws ConfigurationError for wrong options, and when built on a layer without a kernel
 * Reference: Miyato, Kataoka, Koyama and Yoshida 2018, algorithm 1 and equation 12; PyTorch's `spectral_norm`.
 * @example
 * ```ts
 * [spectralNorm(conv2d({ filters: 32 })), leakyRelu(), flatten(), spectralNorm(dense({ units: 1 }))];
 * ```
 */
export function spectralNorm(layer: Layer, options: SpectralNormOptions = {}): Layer {
  checkOptions("spectralNorm", { layer: having("a layer", "build"), iterations: optional(integer()), name: optional(text) }, { layer, ...options });
  const { iterations = 1, name = layer.name } = options;
  return {
    ...layerSpec("spectralNorm", { layer: layer.spec, iterations }, name),
    ...(layer.mixesSamples ? { mixesSamples: true } : {}),
    build(input) {
      const built = layer.build(input);
      const kernels = Object.entries(built.parameters ?? {}).filter(([variable]) => maps.includes(variable.split("/").at(-1)!));
      if (kernels.length === 0) {
        const message = `expected a layer with a kernel (dense, conv2d, conv2dTranspose, resizeConv, maxout …), got ${layer.spec.name}`;
        throw new ConfigurationError("spectralNorm", [{ path: "layer", message }]);
      }
      const vectors = kernels.map(([kernel, { shape, outputAxis = shape.length - 1 }]): [string, VariablePlan] => [
        `${kernel}/u`,
        { shape: [shape[outputAxis]!], initializer: normal({ deviation: 1 }) },
      ]);
      return {
        ...built,
        buffers: { ...built.buffers, ...Object.fromEntries(vectors) },
        apply(x, context): LayerResult {
          const normalised: Record<string, Tensor> = {};
          const moved: Record<string, Tensor> = {};
          for (const [kernel, { outputAxis }] of kernels) {
            const weight = context.parameters[kernel]!;
            const { sigma, u } = spectralSigma(kernelMatrix(weight, outputAxis), context.buffers[`${kernel}/u`]!, iterations);
            normalised[kernel] = tf.div(weight, sigma);
            moved[`${kernel}/u`] = u;
          }
          const { output, buffers } = asResult(built.apply(x, { ...context, parameters: { ...context.parameters, ...normalised } }));
          return { output, buffers: { ...buffers, ...moved } };
        },
      };
    },
  };
}
