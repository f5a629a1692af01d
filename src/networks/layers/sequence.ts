import { checkOptions, having, listOf, optional, text } from "../../configuration/checkOptions.ts";
import { buildChain } from "../chain.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface SequenceOptions {
  readonly layers: readonly Layer[];
  readonly name?: string;
}

/** Layers one after another as one layer; variables are named within it, `sequence1/conv2d1/kernel`. */
export function sequence(options: SequenceOptions): Layer {
  checkOptions("sequence", { layers: listOf(having("a layer", "build")), name: optional(text) }, options);
  const { layers } = options;
  return {
    ...layerSpec("sequence", { layers: layers.map(({ spec }) => spec) }, options.name),
    ...(layers.some(({ mixesSamples }) => mixesSamples) ? { mixesSamples: true } : {}),
    build: (input) => buildChain(layers, input, "sequence"),
  };
}
