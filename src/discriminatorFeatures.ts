import { createHash } from "node:crypto";
import { checkOptions, integer, oneOf, optional, satisfies, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import type { Spec } from "./configuration/spec.ts";
import type { FeatureNetwork } from "./evaluation/featureNetwork.ts";
import { ownFeatureNetwork } from "./evaluation/ownFeatureNetwork.ts";
import { bytesOf } from "./formats/safetensors.ts";
import type { SavedTensor } from "./game/checkpoint.ts";
import { rootKey } from "./math/random/fold.ts";
import { type Shape, sizeOf, type Tensor, tf } from "./math/tensor.ts";
import type { LayerFactories } from "./networks/layers/layerFromSpec.ts";
import type { Network } from "./networks/network.ts";
import { readCheckpoint } from "./services/readCheckpoint.ts";
import { trunkOf } from "./services/savedParts.ts";
import { savedConfiguration, savedNetwork } from "./services/savedNetwork.ts";

export interface DiscriminatorFeaturesOptions {
  /** Default `discriminator`; any network that reads `samples` alone will do. */
  readonly network?: string;
  /** After how many layers of the trunk features are taken, one number or several; after every activation unless told. */
  readonly featureLayers?: number | readonly number[];
  /** Side of the grid that feature maps are max-pooled to. Default 4. */
  readonly grid?: number;
  /** Default `averaged` where the checkpoint holds averages of the network's weights, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** Layers that are not the library's own, as for `networkFromSpec`. */
  readonly layers?: LayerFactories;
}

const activations = ["leakyRelu", "relu", "sigmoid", "silu", "softplus", "tanh"];

/**
 * The discriminator of a checkpoint as a feature network: a trained GAN's discriminator is not thrown away. As in DCGAN, the
 * feature maps after every activation are max-pooled to 4 x 4 and joined to one row; flat layers are taken as they are.
 *
 * The rows are for `fewLabelAccuracy`, `logisticProbe` and `ridgeProbe`, beside the raw pixels'. It has no classes, and a
 * distance in the features of the very discriminator a generator was trained against flatters that generator.
 *
 * @param checkpoint a checkpoint folder, whose newest is taken, or the manifest of one checkpoint
 * @throws ConfigurationError for wrong options, and where the checkpoint has no such network, or one that reads more than samples
 * @throws CheckpointFailed where it is missing, damaged, or holds other variables than its network has
 * @example
 * ```ts
 * const network = await discriminatorFeatures("runs/digits");
 * const features = await judgeSamples(network, digits);
 * fewLabelAccuracy({ features, labels }, test, { labelsPerClass: 10, classes: 10 });
 * ```
 * Reference: Radford, Metz and Chintala 2016, section 5.1.
 */
export async function discriminatorFeatures(checkpoint: string, options: DiscriminatorFeaturesOptions = {}): Promise<FeatureNetwork> {
  checkOptions("discriminatorFeatures", checks, { ...options, checkpoint });
  const { network: name = "discriminator", grid = 4, layers } = options;
  const restored = await readCheckpoint(checkpoint);
  const { fields, settings } = savedConfiguration(restored);
  const saved = savedNetwork("discriminatorFeatures", restored, name, options);
  if (saved.network.inputs.join() !== "samples") {
    throw new ConfigurationError("discriminatorFeatures", [
      { path: "network", message: `expected a network that reads samples alone, got "${name}", which reads ${saved.network.inputs.join(", ")}` },
    ]);
  }
  const depths = options.featureLayers === undefined ? afterActivations(saved.network) : [options.featureLayers].flat();
  const stages = depths.map((featureLayers) =>
    trunkOf("discriminatorFeatures", saved.network, fields, { featureLayers, ...(layers === undefined ? {} : { layers }) }));
  const { shape, range } = fields["samples"]!;
  const tensors = [...saved.parameters, ...saved.buffers];
  return ownFeatureNetwork({
    name: `${name} at round ${restored.snapshot.round}`,
    identity: identityOf(tensors, saved.network.spec, { depths, grid }),
    shape,
    ...(range === undefined ? {} : { range }),
    featureSize: stages.reduce((sum, { heads }) => sum + sizeOf(pooledShape(heads["features"]!, grid)), 0),
    features: (samples) => {
      // Made anew for every batch: nobody has to free them, and they follow the backend.
      const weights = Object.fromEntries(tensors.map(([variable, { values, shape: extent, dtype }]) => [variable, tf.tensor(values, [...extent], dtype)]));
      const rows = stages.map((stage) => {
        const { features } = stage.apply(weights, weights, { samples }, { isTraining: false, key: rootKey(0), settings });
        return pooled(features, grid);
      });
      return rows.length === 1 ? rows[0]! : tf.concat(rows, 1);
    },
  });
}

const checks = {
  checkpoint: text,
  network: optional(text),
  featureLayers: optional(satisfies("an integer > 0, or a list of them", (value) => {
    const list = [value].flat();
    return list.length > 0 && list.every((one) => Number.isInteger(one) && (one as number) > 0);
  })),
  grid: optional(integer()),
  weights: optional(oneOf("raw", "averaged")),
  layers: optional(satisfies("an object by name", (value) => value !== null && typeof value === "object")),
};

/** Numbers of layers up to and with each activation of the trunk; the whole trunk where it has none. */
function afterActivations({ spec }: Network): readonly number[] {
  const { trunk } = spec.options as unknown as { readonly trunk: readonly Spec[] };
  const found = trunk.flatMap(({ name }, index) => (activations.includes(name) ? [index + 1] : []));
  return found.length > 0 ? found : [trunk.length];
}

/** What `pooled` makes of one sample. */
function pooledShape(shape: Shape, grid: number): Shape {
  const [height, width, channels] = shape;
  return shape.length === 3 ? [Math.ceil(height! / stride(height!, grid)), Math.ceil(width! / stride(width!, grid)), channels!] : shape;
}

/** Feature maps max-pooled to at most `grid` places a side, as rows. */
function pooled(features: Tensor, grid: number): Tensor {
  const [batch, height, width] = features.shape;
  if (features.rank !== 4) return tf.reshape(features, [batch!, -1]);
  const strides: [number, number] = [stride(height!, grid), stride(width!, grid)];
  const isSmall = strides[0] === 1 && strides[1] === 1;
  return tf.reshape(isSmall ? features : tf.maxPool(features as tf.Tensor4D, strides, strides, "same"), [batch!, -1]);
}

function stride(side: number, grid: number): number {
  return Math.ceil(side / grid);
}

function identityOf(tensors: readonly (readonly [string, SavedTensor])[], spec: Spec, taken: object): string {
  const hash = createHash("sha256").update(JSON.stringify([spec, taken]));
  for (const [variable, { values }] of tensors) hash.update(variable).update(bytesOf(values));
  return hash.digest("hex");
}
