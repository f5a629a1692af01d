import { checkOptions, having, integer, number, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { ones, zeros } from "../initializers/constant.ts";
import type { Layer, LayerResult } from "../layer.ts";
import { type BatchNormOptions, normaliseBatch, runningStatistics } from "./batchNorm.ts";
import { expectChannels } from "./expectShape.ts";
import { labelRows } from "./labelRows.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ConditionalBatchNormOptions extends BatchNormOptions {
  /** Number of classes, at least 2. */
  readonly classes: number;
  /** Field of the network's record that holds the labels, int32, one per sample. Default `labels`. */
  readonly field?: string;
}

/**
 * Batch normalisation with a scale and an offset per class: y = γ[label] (x − μ) / √(σ² + ε) + β[label]. Statistics, running
 * statistics and options are `batchNorm`'s; those of all classes are one.
 *
 * The labels are read from the record the network is applied to, which for a generator is that of its latent sources; the
 * field need not be one of its inputs. Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma and beta `[classes, n]`; mean and
 * variance `[n]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector or an image.
 * Reference: Dumoulin et al. 2017, "A learned representation for artistic style", section 2.2; in generators: Miyato and
 * Koyama 2018.
 */
export function conditionalBatchNorm(options: ConditionalBatchNormOptions): Layer {
  checkOptions(
    "conditionalBatchNorm",
    {
      classes: integer(2),
      field: optional(text),
      epsilon: optional(number({ above: 0 })),
      momentum: optional(number({ above: 0, maximum: 1 })),
      gammaInitializer: optional(having("an initializer", "values")),
      betaInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { classes, field = "labels", epsilon = 1e-5, momentum = 0.1, gammaInitializer = ones(), betaInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "conditionalBatchNorm",
      { classes, field, epsilon, momentum, gammaInitializer: gammaInitializer.spec, betaInitializer: betaInitializer.spec },
      options.name,
    ),
    mixesSamples: true,
    build(input) {
      const channels = expectChannels("conditionalBatchNorm", input);
      const shape = [classes, channels];
      const perSample = [-1, ...input.slice(1).map(() => 1), channels];
      return {
        output: input,
        parameters: { gamma: { shape, initializer: gammaInitializer }, beta: { shape, initializer: betaInitializer } },
        buffers: runningStatistics([channels]),
        apply(x, { parameters, buffers, inputs, mode }): LayerResult {
          const plain = { gamma: tf.ones([channels]), beta: tf.zeros([channels]) };
          const normalised = normaliseBatch(x, plain, buffers, mode.isTraining, { epsilon, momentum });
          const [gamma, beta] = labelRows("conditionalBatchNorm", inputs, field, [parameters["gamma"]!, parameters["beta"]!]).map((rows) =>
            tf.reshape(rows, perSample),
          );
          return { ...normalised, output: tf.add(tf.mul(normalised.output, gamma!), beta!) };
        },
      };
    },
  };
}
