import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { sizeOf } from "../math/tensor.ts";
import { hiddenLayerChecks, hiddenLayers } from "./hiddenLayers.ts";
import { he } from "./initializers/he.ts";
import type { Layer } from "./layer.ts";
import { relu } from "./layers/activations.ts";
import { dense } from "./layers/dense.ts";
import { flatten } from "./layers/flatten.ts";
import { reshape } from "./layers/reshape.ts";
import type { MlpNetworkOptions } from "./mlp.ts";
import type { FieldPlan, FieldPlans, InputPlan, NetworkFactory } from "./network.ts";
import { outputActivation } from "./outputActivation.ts";
import { requireField } from "./requireField.ts";

export interface AutoencoderOptions {
  /** Length of a code. */
  readonly codes: number;
  /** Default two layers of 128 units with ReLU. */
  readonly encoder?: MlpNetworkOptions;
  /** Default two layers of 128 units with ReLU. */
  readonly decoder?: MlpNetworkOptions;
}

/** The networks of an autoencoder, apart and in one. */
export interface AutoencoderNetworks {
  /** Length of a code. */
  readonly codes: number;
  /** `samples` to the head `codes`. */
  readonly encoder: NetworkFactory;
  /** `codes` to the head `samples`; its trunk ends in what the head's activation is applied to, the logits. */
  readonly decoder: NetworkFactory;
}

/**
 * An encoder and a decoder of fully connected layers, for points and small images of any shape; and both as one network
 * that judges by how well it can reconstruct: `discriminator`, whose trunk gives the code and whose head is `reconstruction`.
 *
 * What is decoded is ended by tanh where the data lie in [-1, 1], by a sigmoid in [0, 1], by nothing where they are unbounded.
 *
 * @throws ConfigurationError for wrong options, and when planned without `samples` (the decoder: `codes`)
 * @example
 * ```ts
 * autoencoding({ networks: autoencoder({ codes: 2, encoder: { widths: [256, 128] } }), … });
 * gan({ networks: { generator: mlp().generator, discriminator: autoencoder({ codes: 16 }).discriminator }, objective: energyBased({ margin: 1 }), … });
 * ```
 */
export function autoencoder(options: AutoencoderOptions): AutoencoderNetworks & { readonly discriminator: NetworkFactory } {
  checkOptions("autoencoder", { codes: integer(), encoder: hiddenLayerChecks, decoder: hiddenLayerChecks }, options);
  const { codes, encoder = {}, decoder = {} } = options;
  const [encoderSpec, decoderSpec] = [specOf(encoder), specOf(decoder)];
  return {
    codes,
    encoder: {
      spec: { name: "autoencoder.encoder", options: { codes, ...encoderSpec } },
      plan: (fields) => ({ inputs: [samplesInput("autoencoder.encoder", fields)], trunk: hidden(encoder), heads: { codes: [dense({ units: codes })] } }),
    },
    decoder: {
      spec: { name: "autoencoder.decoder", options: { codes, ...decoderSpec } },
      plan(fields) {
        requireField("autoencoder.decoder", fields, "codes");
        const samples = requireField("autoencoder.decoder", fields, "samples");
        return { inputs: [{ field: "codes" }], trunk: decoding(decoder, samples), heads: { samples: outputActivation(samples) } };
      },
    },
    discriminator: {
      spec: { name: "autoencoder.discriminator", options: { codes, encoder: encoderSpec, decoder: decoderSpec } },
      plan(fields) {
        const samples = requireField("autoencoder.discriminator", fields, "samples");
        return {
          inputs: [samplesInput("autoencoder.discriminator", fields)],
          trunk: [...hidden(encoder), dense({ units: codes })],
          heads: { reconstruction: [...decoding(decoder, samples), ...outputActivation(samples)] },
        };
      },
    },
  };
}

function samplesInput(owner: string, fields: FieldPlans): InputPlan {
  const { shape } = requireField(owner, fields, "samples");
  return shape.length === 1 ? { field: "samples" } : { field: "samples", layers: [flatten()] };
}

function decoding(options: MlpNetworkOptions, samples: FieldPlan): readonly Layer[] {
  return [...hidden(options), dense({ units: sizeOf(samples.shape) }), reshape({ shape: samples.shape })];
}

function hidden({ widths = [128, 128], activation = relu(), kernelInitializer = he() }: MlpNetworkOptions): readonly Layer[] {
  return hiddenLayers(widths, activation, kernelInitializer);
}

function specOf({ widths = [128, 128], activation = relu(), kernelInitializer = he() }: MlpNetworkOptions) {
  return { widths: [...widths], activation: activation.spec, kernelInitializer: kernelInitializer.spec };
}
