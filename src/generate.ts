import { openDevice } from "./backends/openDevice.ts";
import type { BackendChoice } from "./backends/device.ts";
import { checkOptions, having, integer, oneOf, optional, satisfies, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import type { SavedTensor } from "./game/checkpoint.ts";
import type { SamplesDrawn } from "./game/event.ts";
import { givenCheck, givenRows, type GivenFields } from "./game/givenFields.ts";
import { takeSteps, type Sampler } from "./game/sampler.ts";
import type { FieldValues, Source } from "./game/source.ts";
import { fold, rootKey } from "./math/random/fold.ts";
import { sizeOf, tf, type Tensor, type Tensors } from "./math/tensor.ts";
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
  /** How the samples are made, where the network does not make them in one pass: `ddim({ steps: 20 })` of a diffusion model. */
  readonly sampler?: Sampler;
  /** Values of latent fields in place of drawn ones, row by row: `{ labels: [7] }` asks a conditional generator for sevens. */
  readonly given?: GivenFields;
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
  sampler: optional(having("a sampler such as ddim({ steps: 20 })", "step")),
  given: optional(givenCheck),
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
  const { checkpoint, count, seed = 0, backend = "auto", network: name = "generator", head = "samples", sources = {}, sampler, given = {} } = options;
  const restored = await readCheckpoint(checkpoint);
  const { network, weights, ...saved } = savedNetwork("generate", restored, name, options);
  const configuration = savedConfiguration(restored);
  if (sampler === undefined && configuration.samplers?.includes(name)) {
    throw problem("sampler", `expected the sampler to draw by, such as ddim({ steps: 20 }), since "${name}" does not make its samples in one pass, got nothing`);
  }
  const shape = sampler === undefined ? network.heads[head] : configuration.fields[head]?.shape;
  if (shape === undefined) {
    const known = Object.keys(sampler === undefined ? network.heads : configuration.fields);
    throw problem("head", `expected one of ${known.join(", ")}, got "${head}"`);
  }
  const key = fold(rootKey(seed), "generate");
  const drawn = await Promise.all(
    latentsOf(configuration, name, sources, given).map(([source, noise]) => answerOf(noise, fold(key, source), 0, count)),
  );
  const latents = withGiven(Object.assign({}, ...drawn.map(({ fields }) => fields)), given, configuration, count);
  const { labels } = latents;

  const device = await openDevice(backend);
  const parameters = load(saved.parameters);
  const buffers = load(saved.buffers);
  try {
    const size = sizeOf(shape);
    const values = new Float32Array(count * size);
    for (let first = 0; first < count; first += BATCH) {
      const end = Math.min(first + BATCH, count);
      const forward = (record: Tensors) => network.apply(parameters, buffers, record, { isTraining: false, key, settings: configuration.settings });
      const draw = (): Record<string, Tensor> => upload(latents, first, end, configuration.fields);
      const made: Tensors =
        sampler === undefined
          ? tf.tidy(() => ({ ...forward(draw()).heads }))
          : await takeSteps(sampler, draw(), { key, first, count: end - first, fields: configuration.fields, forward });
      try {
        const samples = made[head];
        if (samples === undefined) throw problem("head", `expected one of ${Object.keys(made).join(", ")}, got "${head}"`);
        values.set(await samples.data(), first * size);
      } finally {
        tf.dispose({ ...made });
      }
    }
    const range = configuration.fields[head]?.range;
    return { round: restored.snapshot.round, network: name, weights, count, shape, ...(range === undefined ? {} : { range }), values, ...(labels instanceof Int32Array && labels.length === count ? { labels } : {}) };
  } finally {
    for (const tensor of [...Object.values(parameters), ...Object.values(buffers)]) tensor.dispose();
    await device.close();
  }
}

/** The sources a network generates from, the caller's or rebuilt; one that cannot be rebuilt is left out where its field is given. */
function latentsOf(
  configuration: SavedConfiguration,
  network: string,
  sources: Readonly<Record<string, Source>>,
  given: GivenFields,
): readonly (readonly [string, Source])[] {
  const names = configuration.latents[network];
  if (names === undefined) throw problem("network", `expected one that generates (${Object.keys(configuration.latents).join(", ")}), got "${network}"`);
  return names.flatMap((name): readonly (readonly [string, Source])[] => {
    const spec = configuration.sources[name]!;
    const source = sources[name] ?? noiseFromSpec(spec, configuration.fields);
    if (source !== undefined) return [[name, source]];
    const field = spec.options?.["field"];
    if (typeof field === "string" && given[field] !== undefined) return [];
    const instead = typeof field === "string" ? `, or values by \`given: { ${field}: [...] }\`` : "";
    throw problem(`sources.${name}`, `expected a source${instead}, since the run's own ("${spec.name}") cannot be rebuilt from the checkpoint, got nothing`);
  });
}

/** Drawn fields with those that are given in their places. */
function withGiven(
  drawn: Readonly<Record<string, FieldValues>>,
  given: GivenFields,
  { fields, sources }: SavedConfiguration,
  count: number,
): Readonly<Record<string, FieldValues>> {
  const known = [...new Set([...Object.keys(drawn), ...Object.values(sources).flatMap(({ options }) => (typeof options?.["field"] === "string" ? [options["field"]] : []))])];
  const values = Object.entries(given).map(([field, rows]) => {
    const plan = fields[field];
    if (plan === undefined || !known.includes(field)) throw problem(`given.${field}`, `expected one of ${known.join(", ")}`);
    try {
      return [field, givenRows(field, rows, plan, count)] as const;
    } catch (error) {
      throw problem("", (error as RangeError).message);
    }
  });
  return { ...drawn, ...Object.fromEntries(values) };
}

function load(saved: ReadonlyMap<string, SavedTensor>): Tensors {
  return Object.fromEntries([...saved].map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, [...shape], dtype)]));
}

/** Samples `first` … `end − 1` of the latents as one record. */
function upload(latents: Readonly<Record<string, FieldValues>>, first: number, end: number, plans: FieldPlans): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(latents).map(([name, values]: readonly [string, FieldValues]) => {
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
