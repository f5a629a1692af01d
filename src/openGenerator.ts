import type { BackendChoice } from "./backends/device.ts";
import { checkOptions, integer, optional, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import { givenCheck, givenRows, type GivenFields } from "./game/givenFields.ts";
import type { FieldValues } from "./game/source.ts";
import type { LatentModel } from "./latent/latentModel.ts";
import type { FirstKernel } from "./latent/sefaDirections.ts";
import { rootKey } from "./math/random/fold.ts";
import { sizeOf, type Tensor, tf, type Tensors } from "./math/tensor.ts";
import type { FieldPlans } from "./networks/network.ts";
import { rebuildChecks, rebuildNetwork, type RebuildOptions } from "./rebuildNetwork.ts";
import { firstKernel, trunkOf } from "./services/savedParts.ts";

export interface OpenGeneratorOptions extends RebuildOptions {
  /** Default `auto`. */
  readonly backend?: BackendChoice;
  /** The head that holds the samples; default `samples`. */
  readonly head?: string;
  /** The field that is explored; default `noise`. */
  readonly latent?: string;
  /** The other fields it reads, held at these values: `{ labels: [7] }`; one sample's values each. */
  readonly given?: GivenFields;
  /** Layers of the trunk after which `features` are taken; default all. */
  readonly featureLayers?: number;
}

/** A generator rebuilt from its checkpoint, whose weights are on the device until it is closed. */
export interface OpenGenerator extends LatentModel {
  /** The checkpoint's. */
  readonly round: number;
  readonly network: string;
  readonly weights: "raw" | "averaged";
  /** The fields it reads, by name. */
  readonly fields: FieldPlans;
  /** A whole record to samples, `{ noise: [batch, 64], labels: [batch] }` to `[batch, …shape]`. Differentiable. */
  apply(record: Tensors): Tensor;
  /** The trunk's output after `featureLayers` layers, as rows `[batch, featureSize]`. Differentiable. */
  features(latents: Tensor): Tensor;
  /** The same generator with its other fields held at other values: `given({ labels: [3] })`. Open as long as this one is. */
  given(values: GivenFields): OpenGenerator;
  /** Latent vectors as `generate` draws them, `[count, latentSize]`: with seed 7, what stands behind its samples of seed 7. */
  latents(count: number, options?: { readonly seed?: number }): Promise<Float32Array>;
  /** The weights a latent vector meets first, for SeFa. @throws ConfigurationError where that is not a dense layer */
  firstKernel(): FirstKernel;
  /** Frees the weights and the device. */
  close(): Promise<void>;
}

/**
 * Opens the generator in a checkpoint as a differentiable function of its latent vector: what interpolation, directions and
 * inversion work on. Applied outside training (running statistics, no dropout). May be called while a run goes on saving.
 *
 * @param checkpoint a checkpoint folder, whose newest is taken, or the manifest of one checkpoint
 * @throws ConfigurationError for wrong options, and where the checkpoint has no such network, head, averages or latent
 * @throws CheckpointFailed where it is missing, damaged, or holds other variables than its network has
 * @throws DeviceUnavailable
 * @example
 * ```ts
 * const generator = await openGenerator("runs/digits");
 * const latents = await generator.latents(2, { seed: 7 });
 * const { latentSize } = generator;
 * const way = interpolate(latents.subarray(0, latentSize), latents.subarray(latentSize), { steps: 10 });
 * await writeGrid("way.png", await samplesAt(generator, way), { columns: 10 });
 * await generator.close();
 * ```
 */
export async function openGenerator(checkpoint: string, options: OpenGeneratorOptions = {}): Promise<OpenGenerator> {
  const own = { checkpoint: text, head: optional(text), latent: optional(text), given: optional(givenCheck), featureLayers: optional(integer()) };
  checkOptions("openGenerator", { ...rebuildChecks, ...own }, { ...options, checkpoint });
  const { network: name = "generator", head = "samples", latent = "noise" } = options;
  const rebuilt = await rebuildNetwork("openGenerator", checkpoint, options);
  const { network, configuration, round, weights } = rebuilt;
  const shape = network.heads[head];
  if (shape === undefined) throw problem("head", `expected one of ${Object.keys(network.heads).join(", ")}, got "${head}"`);
  if (!network.inputs.includes(latent)) throw problem("latent", `expected one of ${network.inputs.join(", ")}, which "${name}" reads, got "${latent}"`);
  const fields = Object.fromEntries(network.inputs.map((field) => [field, configuration.fields[field]!]));
  const trunk = trunkOf("openGenerator", network, fields, options);
  const latentShape = fields[latent]!.shape;
  const range = configuration.fields[head]?.range;
  const key = rootKey(0);
  const held = heldFields(options.given ?? {}, fields, latent);

  const loaded = await rebuilt.open(options.backend);
  const withHeld = (given: Readonly<Record<string, FieldValues>>): OpenGenerator => {
    const record = (latents: Tensor): Tensors => {
      const batch = latents.shape[0]!;
      const others = network.inputs.filter((field) => field !== latent);
      const missing = others.find((field) => given[field] === undefined);
      if (missing !== undefined) throw problem(`given.${missing}`, `expected its values, since "${name}" reads ${missing} beside ${latent}, got nothing`);
      return {
        [latent]: tf.reshape(latents, [batch, ...latentShape]),
        ...Object.fromEntries(others.map((field) => [field, repeated(given[field]!, fields[field]!, batch)])),
      };
    };
    return {
      round,
      network: name,
      weights,
      fields,
      shape,
      ...(range === undefined ? {} : { range }),
      latentSize: sizeOf(latentShape),
      apply: (values) => loaded.forward(values, key).heads[head]!,
      generate: (latents) => loaded.forward(record(latents), key).heads[head]!,
      features: (latents) => {
        const { features } = loaded.forward(record(latents), key, trunk);
        return tf.reshape(features, [features.shape[0]!, -1]);
      },
      given: (values) => withHeld({ ...given, ...heldFields(values, fields, latent) }),
      async latents(count, { seed = 0 } = {}) {
        checkOptions("latents", { count: integer(), seed: integer(0) }, { count, seed });
        const drawn = (await rebuilt.draw(count, seed, given))[latent];
        if (!(drawn instanceof Float32Array)) throw problem("latent", `expected a field of plain numbers that a latent source provides, got "${latent}"`);
        return drawn;
      },
      firstKernel: () => firstKernel("openGenerator", rebuilt, fields, latent, options),
      close: () => loaded.close(),
    };
  };
  return withHeld(held);
}

/** One sample's values of each field that is given. */
function heldFields(given: GivenFields, fields: FieldPlans, latent: string): Readonly<Record<string, FieldValues>> {
  return Object.fromEntries(
    Object.entries(given).map(([field, values]) => {
      const plan = fields[field];
      const others = Object.keys(fields).filter((other) => other !== latent);
      if (plan === undefined || field === latent) throw problem(`given.${field}`, `expected one of the fields beside ${latent} (${others.join(", ") || "none"})`);
      if (values.length !== sizeOf(plan.shape)) throw problem(`given.${field}`, `expected ${sizeOf(plan.shape)} numbers, one sample's, got ${values.length}`);
      try {
        return [field, givenRows(field, values, plan, 1)];
      } catch (error) {
        throw problem("", (error as RangeError).message);
      }
    }),
  );
}

/** One sample's values for each of a batch. */
function repeated(values: FieldValues, { shape, dtype }: FieldPlans[string], batch: number): Tensor {
  return tf.tile(tf.tensor(values, [1, ...shape], dtype), [batch, ...shape.map(() => 1)]);
}

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("openGenerator", [{ path, message }]);
}
