import {
  batchNorm, checkOptions, dense, flatten, gaussianNoise, glorot, group, he, integer, listOf, mlp, number, optional, relu, sequence, softplus, weightNorm, type Layer,
  type NetworkPair,
} from "../../src/index.ts";

export interface NoisyMlpOptions {
  readonly generator?: { readonly widths?: readonly number[] };
  readonly discriminator?: {
    readonly widths?: readonly number[];
    /** Deviation of the noise on the samples. Default 0.3, for samples in [0, 1]. */
    readonly inputNoise?: number;
    /** Deviation of the noise on what goes into every further layer. Default 0.5. */
    readonly hiddenNoise?: number;
  };
}

/**
 * The networks of the paper's MNIST runs. The generator has softplus layers with batch norm (500, 500); the discriminator
 * weight-normalised ReLU layers (1000, 500, 250, 250, 250), each with Gaussian noise on its input, which keeps it from learning
 * the few labelled samples by heart. Their kernels keep their lengths, or the network would outgrow its noise. `noisyHead` is the class head to go with it.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Salimans et al. 2016, section 6.1, and the code published with it.
 */
export function noisyMlp(options: NoisyMlpOptions = {}): NetworkPair {
  const widths = optional(listOf(integer(), 1));
  const noise = optional(number({ minimum: 0 }));
  checkOptions("noisyMlp", { generator: optional(group({ widths })), discriminator: optional(group({ widths, inputNoise: noise, hiddenNoise: noise })) }, options);
  const { widths: units = [1000, 500, 250, 250, 250], inputNoise = 0.3, hiddenNoise = 0.5 } = options.discriminator ?? {};
  const activation = sequence({ layers: [batchNorm(), softplus()] });
  return {
    generator: mlp({ generator: { widths: options.generator?.widths ?? [500, 500], activation, kernelInitializer: glorot() } }).generator,
    discriminator: {
      spec: { name: "noisyMlp.discriminator", options: { widths: [...units], inputNoise, hiddenNoise } },
      plan: () => ({
        inputs: [{ field: "samples", layers: [flatten()] }],
        trunk: units.flatMap((width, i) => [
          gaussianNoise({ deviation: i === 0 ? inputNoise : hiddenNoise }),
          weightNorm(dense({ units: width, kernelInitializer: he() }), { isLengthTrained: false }),
          relu(),
        ]),
        heads: { logits: noisyHead(hiddenNoise)(1) },
      }),
    },
  };
}

/** A weight-normalised last layer of so many units with noise on its input: the `head` of `kPlusOne`. */
export function noisyHead(deviation = 0.5): (units: number) => readonly Layer[] {
  return (units) => [gaussianNoise({ deviation }), weightNorm(dense({ units, kernelInitializer: glorot() }))];
}
