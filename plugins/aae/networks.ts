import { dense, he, leakyRelu, type Layer, type NetworkFactory } from "../../src/index.ts";

export interface CodeDiscriminatorOptions {
  /** Units of each hidden layer. Default [128, 128]. */
  readonly widths?: readonly number[];
  /** What it judges: `codes` unless told. */
  readonly field?: string;
  /** What follows every hidden layer. Default leaky ReLU of slope 0.2. */
  readonly activation?: Layer;
}

/** A discriminator of codes, or of another vector of the encoder's: fully connected layers and the head `logits`. */
export function codeDiscriminator({ widths = [128, 128], field = "codes", activation = leakyRelu() }: CodeDiscriminatorOptions = {}): NetworkFactory {
  return {
    spec: { name: "aae.codeDiscriminator", options: { widths: [...widths], field, activation: activation.spec } },
    plan: () => ({
      inputs: [{ field }],
      trunk: widths.flatMap((units) => [dense({ units, kernelInitializer: he() }), activation]),
      heads: { logits: [dense({ units: 1 })] },
    }),
  };
}
