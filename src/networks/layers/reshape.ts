import { checkOptions, integer, listOf, optional, show, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { sizeOf, type Shape, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ReshapeOptions {
  /** Shape of each sample, without the batch. */
  readonly shape: Shape;
  readonly name?: string;
}

/** The same values in another shape. @throws ConfigurationError when built where the sizes differ. */
export function reshape(options: ReshapeOptions): Layer {
  checkOptions("reshape", { shape: listOf(integer()), name: optional(text) }, options);
  const { shape } = options;
  return {
    ...layerSpec("reshape", { shape }, options.name),
    build(input) {
      if (sizeOf(input) !== sizeOf(shape)) {
        throw new ConfigurationError("reshape", [
          { path: "shape", message: `expected a shape of ${sizeOf(input)} values to hold the input ${show(input)}, got ${show(shape)}` },
        ]);
      }
      return { output: shape, apply: (x) => tf.reshape(x, [-1, ...shape]) };
    },
  };
}
