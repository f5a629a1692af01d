import { checkOptions } from "../configuration/checkOptions.ts";
import { sizeOf } from "../math/tensor.ts";
import { hiddenLayerChecks, hiddenLayers } from "./hiddenLayers.ts";
import { he } from "./initializers/he.ts";
import type { Initializer, Layer } from "./layer.ts";
import { leakyRelu, relu } from "./layers/activations.ts";
import { dense } from "./layers/dense.ts";
import { flatten } from "./layers/flatten.ts";
import { reshape } from "./layers/reshape.ts";
import type { NetworkFactory } from "./network.ts";
import type { NetworkPair } from "./networkPair.ts";
import { outputActivation } from "./outputActivation.ts";
import { requireField } from "./requireField.ts";

export interface MlpNetworkOptions {
  /** Units of each hidden layer in order. Default [128, 128]. */
  readonly widths?: readonly number[];
  /** What follows every hidden layer. Default ReLU in the generator, leaky ReLU of slope 0.2 in the discriminator. */
  readonly activation?: Layer;
  /** Of every hidden kernel. Default He's. */
  readonly kernelInitializer?: Initializer;
}

export interface MlpOptions {
  readonly generator?: MlpNetworkOptions;
  readonly discriminator?: MlpNetworkOptions;
}

/**
 * A generator and a discriminator of fully connected layers, for points and small images of any shape.
 *
 * The generator maps `noise` to the head `samples`, ended by tanh where the data lie in [-1, 1] and by nothing where they
 * are unbounded; the discriminator maps `samples` to the head `logits`, shape `[1]`.
 *
 * @throws ConfigurationError for wrong options, and when planned without `noise` or `samples`.
 * @example
 * ```ts
 * mlp({ generator: { widths: [128, 128, 128] }, discriminator: { widths: [128, 128, 128], activation: relu() } });
 * ```
 */
export function mlp(options: MlpOptions = {}): NetworkPair {
  checkOptions("mlp", { generator: hiddenLayerChecks, discriminator: hiddenLayerChecks }, options);
  return { generator: mlpGenerator(options.generator), discriminator: mlpDiscriminator(options.discriminator) };
}

function mlpGenerator({ widths = [128, 128], activation = relu(), kernelInitializer = he() }: MlpNetworkOptions = {}): NetworkFactory {
  return {
    spec: { name: "mlp.generator", options: { widths, activation: activation.spec, kernelInitializer: kernelInitializer.spec } },
    plan(fields) {
      const samples = requireField("mlp.generator", fields, "samples");
      const noise = requireField("mlp.generator", fields, "noise");
      return {
        inputs: [noise.shape.length === 1 ? { field: "noise" } : { field: "noise", layers: [flatten()] }],
        trunk: hiddenLayers(widths, activation, kernelInitializer),
        heads: {
          samples: [dense({ units: sizeOf(samples.shape) }), reshape({ shape: samples.shape }), ...outputActivation(samples)],
        },
      };
    },
  };
}

function mlpDiscriminator({
  widths = [128, 128],
  activation = leakyRelu(),
  kernelInitializer = he(),
}: MlpNetworkOptions = {}): NetworkFactory {
  return {
    spec: { name: "mlp.discriminator", options: { widths, activation: activation.spec, kernelInitializer: kernelInitializer.spec } },
    plan(fields) {
      const samples = requireField("mlp.discriminator", fields, "samples");
      return {
        inputs: [samples.shape.length === 1 ? { field: "samples" } : { field: "samples", layers: [flatten()] }],
        trunk: hiddenLayers(widths, activation, kernelInitializer),
        heads: { logits: [dense({ units: 1 })] },
      };
    },
  };
}
