import { checkOptions, dense, having, he, integer, leakyRelu, listOf, optional, text, type Layer, type NetworkFactory } from "../../src/index.ts";

export interface CodeDiscriminatorOptions {
  /** Units of each hidden layer. Default [128, 128]. */
  readonly widths?: readonly number[];
  /** What it judges: `codes` unless told. */
  readonly field?: string;
  /** What follows every hidden layer. Default leaky ReLU of slope 0.2. */
  readonly activation?: Layer;
}

/**
 * A discriminator of codes, or of another vector of the encoder's: fully connected layers and the head `logits`.
 *
 * @throws ConfigurationError for wrong options
 */
export function codeDiscriminator(options: CodeDiscriminatorOptions = {}): NetworkFactory {
  checkOptions("codeDiscriminator", { widths: optional(listOf(integer())), field: optional(text), activation: optional(having("a layer", "build")) }, options);
  const { widths = [128, 128], field = "codes", activation = leakyRelu() } = options;
  return {
    spec: { name: "aae.codeDiscriminator", options: { widths: [...widths], field, activation: activation.spec } },
    plan: () => ({
      inputs: [{ field }],
      trunk: widths.flatMap((units) => [dense({ units, kernelInitializer: he() }), activation]),
      heads: { logits: [dense({ units: 1 })] },
    }),
  };
}
