import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { labelRows } from "./labelRows.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ProjectionOptions {
  /** Number of classes, at least 2. */
  readonly classes: number;
  /** Field of the network's record that holds the labels, int32, one per sample. Default `labels`. */
  readonly field?: string;
  readonly kernelInitializer?: Initializer;
  readonly biasInitializer?: Initializer;
  /** Of the classes' vectors. Default `glorot()`. */
  readonly tableInitializer?: Initializer;
  readonly name?: string;
}

/**
 * The head of a projection discriminator: logit = x K + b + ⟨table[label], x⟩. The first part judges the sample, the inner product
 * whether it is one of its class.
 *
 * The labels are read from the record the network is applied to; the field need not be one of its inputs. Shapes: x
 * `[batch, n]` to `[batch, 1]`; kernel `[n, 1]`, bias `[1]`, table `[classes, n]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 * Reference: Miyato and Koyama 2018, "cGANs with projection discriminator", equation 3 and figure 1d.
 * @example
 * ```ts
 * heads: { logits: [flatten(), projection({ classes: 10 })] }
 * ```
 */
export function projection(options: ProjectionOptions): Layer {
  checkOptions(
    "projection",
    {
      classes: integer(2),
      field: optional(text),
      kernelInitializer: optional(having("an initializer", "values")),
      biasInitializer: optional(having("an initializer", "values")),
      tableInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { classes, field = "labels", kernelInitializer = glorot(), biasInitializer = zeros(), tableInitializer = glorot() } = options;
  return {
    ...layerSpec(
      "projection",
      {
        ...{ classes, field, kernelInitializer: kernelInitializer.spec },
        ...{ biasInitializer: biasInitializer.spec, tableInitializer: tableInitializer.spec },
      },
      options.name,
    ),
    build(input) {
      const length = expectVector("projection", input);
      return {
        output: [1],
        parameters: {
          kernel: { shape: [length, 1], initializer: kernelInitializer },
          bias: { shape: [1], initializer: biasInitializer },
          table: { shape: [classes, length], initializer: tableInitializer },
        },
        apply(x, { parameters, inputs }) {
          const { kernel, bias, table } = parameters;
          const [row] = labelRows("projection", inputs, field, [table!]);
          return tf.add(tf.add(tf.matMul(x, kernel!), bias!), tf.sum(tf.mul(row!, x), 1, true));
        },
      };
    },
  };
}
