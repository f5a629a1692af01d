import { ConfigurationError } from "../../configuration/configurationError.ts";
import type { Json, Spec } from "../../configuration/spec.ts";
import { initializerFromSpec } from "../initializers/initializerFromSpec.ts";
import type { Layer } from "../layer.ts";
import { leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./activations.ts";
import { adaptiveGroupNorm } from "./adaptiveGroupNorm.ts";
import { batchNorm } from "./batchNorm.ts";
import { conditionalBatchNorm } from "./conditionalBatchNorm.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2dTranspose.ts";
import { dense } from "./dense.ts";
import { depthToSpace } from "./depthToSpace.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { equalised, type EqualisedOptions } from "./equalised.ts";
import { flatten } from "./flatten.ts";
import { gaussianNoise } from "./gaussianNoise.ts";
import { groupNorm } from "./groupNorm.ts";
import { instanceNorm } from "./instanceNorm.ts";
import { layerNorm } from "./layerNorm.ts";
import { logSumExp } from "./logSumExp.ts";
import { maxout } from "./maxout.ts";
import { minibatchDeviation } from "./minibatchDeviation.ts";
import { minibatchDiscrimination } from "./minibatchDiscrimination.ts";
import { noiseFromVelocity } from "./noiseFromVelocity.ts";
import { oneHot } from "./oneHot.ts";
import { pixelNorm } from "./pixelNorm.ts";
import { projection } from "./projection.ts";
import { referenceBatch } from "./referenceBatch.ts";
import { referenceBatchNorm } from "./referenceBatchNorm.ts";
import { residual } from "./residual.ts";
import { reshape } from "./reshape.ts";
import { resizeConv } from "./resizeConv.ts";
import { selfAttention } from "./selfAttention.ts";
import { sequence } from "./sequence.ts";
import { skip } from "./skip.ts";
import { spectralNorm, type SpectralNormOptions } from "./spectralNorm.ts";
import { upsample } from "./upsample.ts";
import { virtualBatchNorm } from "./virtualBatchNorm.ts";
import { weightNorm, type WeightNormOptions } from "./weightNorm.ts";

/**
 * Makes a layer from its spec's options, in which initialisers and inner layers are revived already. A factory checks its
 * own options, so none is trusted.
 */
export type LayerFactory = (options: never) => Layer;

/** Layer factories by kind: a plugin's own layers beside ours. */
export type LayerFactories = Readonly<Record<string, LayerFactory>>;

const ours: LayerFactories = {
  adaptiveGroupNorm,
  batchNorm,
  conditionalBatchNorm,
  conv2d,
  conv2dTranspose,
  dense,
  depthToSpace,
  dropout,
  embedding,
  equalised: ({ layer, ...options }: { readonly layer: Layer } & EqualisedOptions) => equalised(layer, options),
  flatten,
  gaussianNoise,
  groupNorm,
  instanceNorm,
  layerNorm,
  leakyRelu,
  logSumExp,
  maxout,
  minibatchDeviation,
  minibatchDiscrimination,
  noiseFromVelocity,
  oneHot,
  pixelNorm,
  projection,
  referenceBatch,
  referenceBatchNorm,
  relu,
  residual,
  reshape,
  resizeConv,
  selfAttention,
  sequence,
  sigmoid,
  silu,
  skip,
  softplus,
  spectralNorm: ({ layer, ...options }: { readonly layer: Layer } & SpectralNormOptions) => spectralNorm(layer, options),
  tanh,
  upsample,
  virtualBatchNorm,
  weightNorm: ({ layer, ...options }: { readonly layer: Layer } & WeightNormOptions) => weightNorm(layer, options),
};

/**
 * The layer a spec describes: `layerFromSpec(layer.spec)` is the same layer.
 *
 * Options whose names end in `Initializer` hold specs of initialisers, `layers` a list and `layer` one spec of a layer.
 *
 * @param layers factories of kinds that are not the library's own
 * @throws ConfigurationError for an unknown kind or wrong options
 */
export function layerFromSpec(spec: Spec, layers: LayerFactories = {}): Layer {
  const factory = layers[spec.name] ?? ours[spec.name];
  if (factory === undefined) {
    const known = [...Object.keys(ours), ...Object.keys(layers)].join(", ");
    throw new ConfigurationError("layerFromSpec", [
      { path: "name", message: `expected one of ${known}, got "${spec.name}"; give the factory of a layer of your own` },
    ]);
  }
  const options = Object.entries(spec.options ?? {}).map(([key, value]) => [key, revive(key, value, layers)] as const);
  return factory(Object.fromEntries(options) as never);
}

function revive(key: string, value: Json, layers: LayerFactories): unknown {
  if (key.endsWith("Initializer")) return initializerFromSpec(value as Spec);
  if (key === "layers") return (value as readonly Spec[]).map((spec) => layerFromSpec(spec, layers));
  if (key === "layer") return layerFromSpec(value as Spec, layers);
  return value;
}
