import { checkOptions, integer, number, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { normaliseByGroup } from "../../backends/kernels/groupNorm/normaliseByGroup.ts";
import { signalFeatures } from "../../math/signalFeatures.ts";
import { type Tensor, type Tensors, tf } from "../../math/tensor.ts";
import { withoutTape } from "../../math/withoutTape.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import { normal } from "../initializers/normal.ts";
import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { labelRows } from "./labelRows.ts";
import { layerSpec } from "./layerSpec.ts";

export interface AdaptiveGroupNormOptions {
  /** Number of groups of neighbouring channels; divides the channels. */
  readonly groups: number;
  /** Field of the network's record that holds the signal rates, `[1]` per sample. Default `alpha`. */
  readonly field?: string;
  /** Where the labels are looked at as well: their number of classes. A label outside `0 … classes − 1` counts as none. */
  readonly classes?: number;
  /** Field of the network's record that holds the labels. Default `labels`. */
  readonly labels?: string;
  /** Hidden units between signal rate and scale. Default 64. */
  readonly units?: number;
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
  readonly name?: string;
}

/** Sines and cosines of a signal rate. */
const FEATURES = 32;

/**
 * Group normalisation whose scale and offset follow from how noisy the sample is, and from its label: the layer by which a
 * denoiser knows what to look for. y = (1 + s) (x − μ) / √(σ² + ε) + b, where [s, b] = W silu(V features(α) + table[label])
 * and the statistics are `groupNorm`'s.
 *
 * Shapes: x `[batch, n]` or `[batch, height, width, n]`; embedding/kernel `[32, units]`, labels/table `[classes, units]`,
 * modulation/kernel `[units, 2 n]`. The modulation starts at 0, so that the layer starts as a group norm.
 *
 * @throws ConfigurationError for wrong options, and when built where `groups` does not divide the channels.
 * Reference: Dhariwal and Nichol 2021, "Diffusion models beat GANs on image synthesis", section 3.
 */
export function adaptiveGroupNorm(options: AdaptiveGroupNormOptions): Layer {
  checkOptions("adaptiveGroupNorm", checks, options);
  const { groups, field = "alpha", classes, labels = "labels", units = 64, epsilon = 1e-5 } = options;
  const conditions = classes === undefined ? {} : { classes, labels };
  return {
    ...layerSpec("adaptiveGroupNorm", { groups, field, ...conditions, units, epsilon }, options.name),
    build(input) {
      const channels = expectChannels("adaptiveGroupNorm", input);
      if (channels % groups !== 0) {
        throw new ConfigurationError("adaptiveGroupNorm", [{ path: "groups", message: `expected a divisor of the ${channels} channels, got ${groups}` }]);
      }
      return {
        output: input,
        parameters: {
          "embedding/kernel": { shape: [FEATURES, units], initializer: glorot() },
          "embedding/bias": { shape: [units], initializer: zeros() },
          ...(classes === undefined ? {} : { "labels/table": { shape: [classes, units], initializer: normal({ deviation: 1 }) } }),
          "modulation/kernel": { shape: [units, 2 * channels], initializer: zeros() },
          "modulation/bias": { shape: [2 * channels], initializer: zeros() },
        },
        apply(x, { parameters, inputs }) {
          const embedded = embed(parameters, inputs, field, classes === undefined ? undefined : labels);
          const modulation = tf.add(tf.matMul(embedded, parameters["modulation/kernel"]!), parameters["modulation/bias"]!);
          const [scale, offset] = tf.split(modulation, 2, 1) as [Tensor, Tensor];
          return normaliseByGroup(x, tf.add(scale, 1), offset, groups, epsilon);
        },
      };
    },
  };
}

/** silu(V features(α) + b + table[label]), `[batch, units]`. */
function embed(parameters: Tensors, record: Tensors, field: string, labels: string | undefined): Tensor {
  const alpha = record[field];
  if (alpha === undefined) {
    throw new Error(`adaptiveGroupNorm: the record has no "${field}", only ${Object.keys(record).join(", ") || "nothing"}; it is for denoisers`);
  }
  const features = withoutTape(() => signalFeatures(alpha, FEATURES));
  const hidden = tf.add(tf.matMul(features, parameters["embedding/kernel"]!), parameters["embedding/bias"]!);
  const summed = labels === undefined ? hidden : tf.add(hidden, labelRows("adaptiveGroupNorm", record, labels, [parameters["labels/table"]!])[0]!);
  return tf.mul(summed, tf.sigmoid(summed));
}

const checks = {
  groups: integer(),
  field: optional(text),
  classes: optional(integer(2)),
  labels: optional(text),
  units: optional(integer()),
  epsilon: optional(number({ above: 0 })),
  name: optional(text),
};
