import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface MaxoutOptions {
  readonly units: number;
  /** Linear pieces per unit. Default 5, as in the first GAN's discriminator. */
  readonly pieces?: number;
  readonly kernelInitializer?: Initializer;
  readonly biasInitializer?: Initializer;
  readonly name?: string;
}

/**
 * The largest of several linear functions per unit: y[u] = max over p of (x K + b)[p · units + u].
 *
 * Shapes: x `[batch, n]`, kernel `[n, pieces · units]`, bias `[pieces · units]`, y `[batch, units]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 * Reference: Goodfellow et al. 2013, "Maxout networks".
 */
export function maxout(options: MaxoutOptions): Layer {
  checkOptions(
    "maxout",
    {
      units: integer(),
      pieces: optional(integer()),
      kernelInitializer: optional(having("an initializer", "values")),
      biasInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { units, pieces = 5, kernelInitializer = glorot(), biasInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "maxout",
      { units, pieces, kernelInitializer: kernelInitializer.spec, biasInitializer: biasInitializer.spec },
      options.name,
    ),
    build(input) {
      const length = expectVector("maxout", input);
      return {
        output: [units],
        parameters: {
          kernel: { shape: [length, pieces * units], initializer: kernelInitializer },
          bias: { shape: [pieces * units], initializer: biasInitializer },
        },
        apply(x, { parameters }) {
          const linear = tf.add(tf.matMul(x, parameters["kernel"]!), parameters["bias"]!);
          return tf.split(linear, pieces, 1).reduce(larger);
        },
      };
    },
  };
}

/** The larger of two, twice differentiable; tf.maximum's gradient is made of comparisons, which have none. */
function larger(a: Tensor, b: Tensor): Tensor {
  const isLarger = tf.step(tf.sub(a, b));
  return tf.add(tf.mul(a, isLarger), tf.mul(b, tf.sub(1, isLarger)));
}
