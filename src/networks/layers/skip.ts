import { checkOptions, having, listOf, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { buildChain } from "../chain.ts";
import type { Layer, LayerResult } from "../layer.ts";
import { expectSameExtents } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface SkipOptions {
  readonly layers: readonly Layer[];
  readonly name?: string;
}

/**
 * A skip connection: the input beside what the layers make of it, as further channels, y = [x, f(x)]. One inside the other,
 * with layers that halve the side at their beginning and double it at their end, they are a U-Net.
 *
 * Shapes: x `[batch, …, n]`, f(x) of the same extents but for m channels, y `[batch, …, n + m]`. Variables are named within
 * it, `skip1/conv2d1/kernel`.
 *
 * @throws ConfigurationError for wrong options, and when built where the layers change an extent other than the last
 * Reference: Ronneberger, Fischer and Brox 2015, "U-Net", section 2.
 */
export function skip(options: SkipOptions): Layer {
  checkOptions("skip", { layers: listOf(having("a layer", "build"), 1), name: optional(text) }, options);
  const { layers } = options;
  return {
    ...layerSpec("skip", { layers: layers.map(({ spec }) => spec) }, options.name),
    ...(layers.some(({ mixesSamples }) => mixesSamples) ? { mixesSamples: true } : {}),
    build(input) {
      const chain = buildChain(layers, input, "skip");
      const extents = expectSameExtents("skip", input, chain.output);
      return {
        ...chain,
        output: [...extents, input.at(-1)! + chain.output.at(-1)!],
        apply(x, context): LayerResult {
          const { output, buffers } = chain.apply(x, context);
          return { output: tf.concat([x, output], -1), buffers };
        },
      };
    },
  };
}
