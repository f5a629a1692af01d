import { checkOptions, optional, text } from "../../configuration/checkOptions.ts";
import { sizeOf, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface FlattenOptions {
  readonly name?: string;
}

/** Each sample as one vector, row by row: `[batch, height, width, channels]` to `[batch, height · width · channels]`. */
export function flatten(options: FlattenOptions = {}): Layer {
  checkOptions("flatten", { name: optional(text) }, options);
  return {
    ...layerSpec("flatten", {}, options.name),
    build(input) {
      const size = sizeOf(input);
      return { output: [size], apply: (x) => tf.reshape(x, [-1, size]) };
    },
  };
}
