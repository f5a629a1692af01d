import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { normal } from "../initializers/normal.ts";
import type { Initializer, Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";
import { indicators } from "./oneHot.ts";

export interface EmbeddingOptions {
  /** Number of classes, at least 2. */
  readonly classes: number;
  /** Length of each class's vector. */
  readonly units: number;
  /** Default N(0, 1), PyTorch's. */
  readonly tableInitializer?: Initializer;
  readonly name?: string;
}

/**
 * A learnt vector for every class: row `label` of the table.
 *
 * Shapes: int32 labels `[batch]` to `[batch, units]`, further axes are kept before the new one; table `[classes, units]`.
 *
 * Computed as one-hot times table: the gradient of a gather needs a kernel the wasm backend lacks, and classes are few.
 */
export function embedding(options: EmbeddingOptions): Layer {
  checkOptions(
    "embedding",
    { classes: integer(2), units: integer(), tableInitializer: optional(having("an initializer", "values")), name: optional(text) },
    options,
  );
  const { classes, units, tableInitializer = normal({ deviation: 1 }) } = options;
  return {
    ...layerSpec("embedding", { classes, units, tableInitializer: tableInitializer.spec }, options.name),
    build: (input) => ({
      output: [...input, units],
      parameters: { table: { shape: [classes, units], initializer: tableInitializer } },
      apply(labels, { parameters }) {
        const rows = tf.reshape(indicators(labels, classes), [-1, classes]);
        return tf.reshape(tf.matMul(rows, parameters["table"]!), [-1, ...input, units]);
      },
    }),
  };
}
