import { checkOptions, integer, optional, text } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface OneHotOptions {
  /** Number of classes, at least 2. */
  readonly classes: number;
  readonly name?: string;
}

/**
 * Labels as indicator vectors: 1 at the label, 0 elsewhere; zeros for a label outside `0 … classes − 1`.
 *
 * Shapes: int32 `[batch]` to `[batch, classes]`; further axes are kept before the new one.
 */
export function oneHot(options: OneHotOptions): Layer {
  checkOptions("oneHot", { classes: integer(2), name: optional(text) }, options);
  const { classes } = options;
  return {
    ...layerSpec("oneHot", { classes }, options.name),
    build: (input) => ({ output: [...input, classes], apply: (labels) => indicators(labels, classes) }),
  };
}

/** int32 labels `[...]` to float32 `[..., classes]`. */
export function indicators(labels: Tensor, classes: number): Tensor {
  return tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32");
}
