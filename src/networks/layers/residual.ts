import { checkOptions, having, listOf, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { buildChain } from "../chain.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer, LayerResult } from "../layer.ts";
import { expectSameExtents } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ResidualOptions {
  readonly layers: readonly Layer[];
  /** Of the map of the input's channels where the layers change their number. Default `glorot()`. */
  readonly kernelInitializer?: Initializer;
  readonly name?: string;
}

/**
 * A residual connection: y = x + f(x). Where the layers change the number of channels, y = x W + f(x), a linear map of
 * each pixel's channels.
 *
 * Shapes: x `[batch, …, n]`, f(x) and y `[batch, …, m]`; shortcut `[n, m]` where m ≠ n. Variables of the layers are named
 * within it, `residual1/conv2d1/kernel`.
 *
 * @throws ConfigurationError for wrong options, and when built where the layers change an extent other than the last
 * Reference: He et al. 2016, "Deep residual learning for image recognition", section 3.2.
 */
export function residual(options: ResidualOptions): Layer {
  checkOptions(
    "residual",
    { layers: listOf(having("a layer", "build"), 1), kernelInitializer: optional(having("an initializer", "values")), name: optional(text) },
    options,
  );
  const { layers, kernelInitializer = glorot() } = options;
  return {
    ...layerSpec("residual", { layers: layers.map(({ spec }) => spec), kernelInitializer: kernelInitializer.spec }, options.name),
    ...(layers.some(({ mixesSamples }) => mixesSamples) ? { mixesSamples: true } : {}),
    build(input) {
      const chain = buildChain(layers, input, "residual");
      const extents = expectSameExtents("residual", input, chain.output);
      if (chain.names.includes("shortcut")) {
        throw new ConfigurationError("residual", [{ path: "layers", message: 'expected no layer named "shortcut", which is the residual connection\'s own' }]);
      }
      const [n, m] = [input.at(-1)!, chain.output.at(-1)!];
      const shortcut = n === m ? {} : { shortcut: { shape: [n, m], initializer: kernelInitializer } };
      return {
        ...chain,
        parameters: { ...chain.parameters, ...shortcut },
        apply(x, context): LayerResult {
          const { output, buffers } = chain.apply(x, context);
          const through: Tensor = n === m ? x : tf.reshape(tf.matMul(tf.reshape(x, [-1, n]), context.parameters["shortcut"]!), [-1, ...extents, m]);
          return { output: tf.add(through, output), buffers };
        },
      };
    },
  };
}
