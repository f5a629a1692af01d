import { openDevice } from "./backends/openDevice.ts";
import type { BackendChoice } from "./backends/device.ts";
import { checkOptions, integer, oneOf, optional, satisfies, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import type { SavedTensor } from "./game/checkpoint.ts";
import type { SamplesDrawn } from "./game/event.ts";
import type { Batch, FieldValues, Source } from "./game/source.ts";
import { fold, rootKey } from "./math/random/fold.ts";
import { sizeOf, tf, type Tensors } from "./math/tensor.ts";
import type { LayerFactories } from "./networks/layers/layerFromSpec.ts";
import type { FieldPlans } from "./networks/network.ts";
import { readCheckpoint } from "./services/readCheckpoint.ts";
import { savedConfiguration, savedNetwork, type SavedConfiguration } from "./services/savedNetwork.ts";
import { answerOf } from "./sources/drawFrom.ts";
import { noiseFromSpec } from "./sources/noiseFromSpec.ts";

export interface GenerateOptions {
  /** A checkpoint folder, whose newest is taken, or the manifest of one checkpoint: `runs/digits/round-000500.json`. */
  readonly checkpoint: string;
  readonly count: number;
  /** Default 0. The same seed gives the same samples, and the first of them where fewer are asked for. */
  readonly seed?: number;
  /** Default `auto`. */
  readonly backend?: BackendChoice;
  /** Default `generator`. */
  readonly network?: string;
  /** The head that holds the samples; default `samples`. */
  readonly head?: string;
  /** Default `averaged` where the checkpoint holds averages of the network's weights, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** Latent sources by their names in the game (`noise`), in place of those the run had; needed where those were not the library's noise. */
  readonly sources?: Readonly<Record<string, Source>>;
  /** Layers that are not the library's own, as for `networkFromSpec`. */
  readonly layers?: LayerFactories;
}

/** Samples as plain numbers; `round` is the checkpoint's. `writeGrid` makes a picture of them. */
export type Generated = Omit<SamplesDrawn, "_tag">;

/** Samples computed at a time, which bounds the memory. */
const BATCH = 64;

const byName = satisfies("an object by name", (value) => value !== null && typeof value === "object");
const checks = {
  checkpoint: text,
  count: integer(),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
  backend: optional(oneOf("auto", "webgpu", "wasm", "cpu")),
  network: optional(text),
  head: optional(text),
  weights: optional(oneOf("raw", "averaged")),
  sources: optional(byName),
  layers: optional(byName),
};

/**
 * Samples from a checkpoint, without the run that made it: the network and its noise are rebuilt from what the
 * checkpoint says of itself. Applied outside training (running statistics, no dropout). Leaves no tensors behind, and
 * may be called while a run goes on saving there.
 *
 * @throws ConfigurationError for wrong options, and where the checkpoint has no such network, head, averages or noise
 * @throws CheckpointFailed where it is missing, damaged, or holds other variables than its network has
 * @throws DeviceUnavailable
 * @example
 * ```ts
 * const samples = await generate({ checkpoint: "runs/digits", count: 100, seed: 7 });
 * await writeGrid("runs/digits/seed-7.png", samples, { columns: 10 });
 * ```
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  checkOptions("generate", checks, options);
  const { checkpoint, count, seed = 0, backend = "auto", network: name = "generator", head = "samples", sources = {} } = options;
  const restored = await readCheckpoint(checkpoint);
  const { network, weights, ...saved } = savedNetwork("generate", restored, name, options);
  const configuration = savedConfiguration(restored);
  const shape = network.heads[head];
  if (shape === undefined) throw problem("head", `expected one of ${Object.keys(network.heads).join(", ")}, got "${head}"`);
  const key = fold(rootKey(seed), "generate");
  const latents = await Promise.all(
    latentsOf(configuration, name, sources).map(([source, noise]) => answerOf(noise, fold(key, source), 0, count)),
  );

  const device = await openDevice(backend);
  const parameters = load(saved.parameters);
  const buffers = load(saved.buffers);
  try {
    const size = sizeOf(shape);
    const values = new Float32Array(count * size);
    for (let first = 0; first < count; first += BATCH) {
      const samples = tf.tidy(() => {
        const record = upload(latents, first, Math.min(first + BATCH, count), configuration.fields);
        return network.apply(parameters, buffers, record, { isTraining: false, key, settings: configuration.settings }).heads[head]!;
      });
      try {
        values.set(await samples.data(), first * size);
      } finally {
        samples.dispose();
      }
    }
    const range = configuration.fields[head]?.range;
    return { round: restored.snapshot.round, network: name, weights, count, shape, ...(range === undefined ? {} : { range }), values };
  } finally {
    for (const tensor of [...Object.values(parameters), ...Object.values(buffers)]) tensor.dispose();
    await device.close();
  }
}

/** The sources a network generates from, given or rebuilt. */
function latentsOf(configuration: SavedConfiguration, network: string, given: Readonly<Record<string, Source>>): readonly (readonly [string, Source])[] {
  const names = configuration.latents[network];
  if (names === undefined) throw problem("network", `expected one that generates (${Object.keys(configuration.latents).join(", ")}), got "${network}"`);
  return names.map((name) => {
    const spec = configuration.sources[name]!;
    const source = given[name] ?? noiseFromSpec(spec);
    if (source === undefined) {
      throw problem(`sources.${name}`, `expected a source, since the run's own ("${spec.name}") cannot be rebuilt from the checkpoint, got nothing`);
    }
    return [name, source];
  });
}

function load(saved: ReadonlyMap<string, SavedTensor>): Tensors {
  return Object.fromEntries([...saved].map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, [...shape], dtype)]));
}

/** Samples `first` … `end − 1` of the latents as one record. */
function upload(latents: readonly Batch[], first: number, end: number, plans: FieldPlans): Tensors {
  const fields = latents.flatMap((batch) => Object.entries(batch.fields));
  return Object.fromEntries(
    fields.map(([name, values]: readonly [string, FieldValues]) => {
      const plan = plans[name];
      if (plan === undefined) throw problem("sources", `expected the fields ${Object.keys(plans).join(", ")}, got "${name}"`);
      const size = sizeOf(plan.shape);
      return [name, tf.tensor(values.subarray(first * size, end * size), [end - first, ...plan.shape], plan.dtype)];
    }),
  );
}

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("generate", [{ path, message }]);
}
