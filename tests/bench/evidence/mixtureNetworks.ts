import {
  batchNorm, dense, leakyRelu, maxout, minibatchDiscrimination, normal, relu, sizeOf, uniforms, type Initializer, type Layer, type NetworkPair,
} from "../../../src/index.ts";

/** Uniform in [−limit, limit]. */
function within(limit: number): Initializer {
  return { spec: { name: "within", options: { limit } }, values: (key, shape) => uniforms(key, sizeOf(shape), -limit, limit) };
}

/** Fully connected as PyTorch initialises it: kernel and bias uniform in ±1/√inputs. */
function linear(inputs: number, units: number): Layer {
  return dense({ units, kernelInitializer: within(1 / Math.sqrt(inputs)), biasInitializer: within(1 / Math.sqrt(inputs)) });
}

interface SmallOptions {
  readonly noise: number;
  /** Samples a discriminator sees at once. */
  readonly packed?: number;
  /** What the discriminator ends in before its logit, with the features it adds. */
  readonly tail?: { readonly layer: Layer; readonly adds: number };
}

/** Generator and discriminator 2 × 128 leaky ReLU, initialised as PyTorch does. */
export function smallNetworks({ noise, packed = 1, tail }: SmallOptions): NetworkPair {
  const hidden = (inputs: number): readonly Layer[] => [linear(inputs, 128), leakyRelu(), linear(128, 128), leakyRelu()];
  return {
    generator: {
      spec: { name: "smallGenerator", options: { noise } },
      plan: () => ({ inputs: [{ field: "noise" }], trunk: hidden(noise), heads: { samples: [linear(128, 2)] } }),
    },
    discriminator: {
      spec: { name: "smallDiscriminator", options: { packed, ...(tail === undefined ? {} : { tail: tail.layer.spec }) } },
      plan: () => ({
        inputs: [{ field: "samples" }],
        trunk: [...hidden(2 * packed), ...(tail === undefined ? [] : [tail.layer])],
        heads: { logits: [linear(128 + (tail?.adds ?? 0), 1)] },
      }),
    },
  };
}

/** Minibatch discrimination, for the end of `smallNetworks`. */
export const minibatchTail = { layer: minibatchDiscrimination({ kernels: 16, dimensions: 4 }), adds: 16 };

/** PacGAN's: generator 4 × 400 with batch norm and without hidden biases, discriminator 3 × maxout of 200 units and 5 pieces. */
export function pacganNetworks(): NetworkPair {
  const kernelInitializer = normal({ deviation: 0.02 });
  return {
    generator: {
      spec: { name: "pacganGenerator" },
      plan: () => ({
        inputs: [{ field: "noise" }],
        trunk: Array.from({ length: 4 }, () => [dense({ units: 400, bias: false, kernelInitializer }), batchNorm(), relu()]).flat(),
        heads: { samples: [dense({ units: 2, kernelInitializer })] },
      }),
    },
    discriminator: {
      spec: { name: "pacganDiscriminator" },
      plan: () => ({
        inputs: [{ field: "samples" }],
        trunk: Array.from({ length: 3 }, () => maxout({ units: 200, pieces: 5, kernelInitializer })),
        heads: { logits: [dense({ units: 1, kernelInitializer })] },
      }),
    },
  };
}
