import { boolean, checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface DenseOptions {
  readonly units: number;
  /** Whether there is a bias; left out where batch norm follows, which subtracts it again. Default true. */
  readonly bias?: boolean;
  readonly kernelInitializer?: Initializer;
  readonly biasInitializer?: Initializer;
  readonly name?: string;
}

/**
 * A fully connected layer: `y = x K + b`.
 *
 * Shapes: x `[batch, n]`, kernel `[n, units]`, bias `[units]`. Initialised by `glorot()` and zeros.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 */
export function dense(options: DenseOptions): Layer {
  checkOptions(
    "dense",
    {
      units: integer(),
      bias: optional(boolean),
      kernelInitializer: optional(having("an initializer", "values")),
      biasInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { units, bias = true, kernelInitializer = glorot(), biasInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "dense",
      { units, bias, kernelInitializer: kernelInitializer.spec, ...(bias ? { biasInitializer: biasInitializer.spec } : {}) },
      options.name,
    ),
    build(input) {
      const length = expectVector("dense", input);
      return {
        output: [units],
        parameters: {
          kernel: { shape: [length, units], initializer: kernelInitializer },
          ...(bias ? { bias: { shape: [units], initializer: biasInitializer } } : {}),
        },
        apply(x, { parameters }) {
          const product = tf.matMul(x, parameters["kernel"]!);
          return bias ? tf.add(product, parameters["bias"]!) : product;
        },
      };
    },
  };
}
