import { openDevice } from "./backends/openDevice.ts";
import { backendCheck } from "./backends/backendCheck.ts";
import type { BackendChoice } from "./backends/device.ts";
import { oneOf, optional, satisfies, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import type { SavedTensor } from "./game/checkpoint.ts";
import { givenRows, type GivenFields } from "./game/givenFields.ts";
import type { FieldValues, Source } from "./game/source.ts";
import { fold, rootKey } from "./math/random/fold.ts";
import type { Key } from "./math/random/key.ts";
import { tf, type Tensors } from "./math/tensor.ts";
import type { LayerFactories } from "./networks/layers/layerFromSpec.ts";
import type { Network, Pass } from "./networks/network.ts";
import { readCheckpoint } from "./services/readCheckpoint.ts";
import { savedConfiguration, savedNetwork, type SavedConfiguration, type SavedNetwork } from "./services/savedNetwork.ts";
import { answerOf } from "./sources/drawFrom.ts";
import { noiseFromSpec } from "./sources/noiseFromSpec.ts";

/** Which network of a checkpoint, and with what it is rebuilt. */
export interface RebuildOptions {
  /** Default `generator`. */
  readonly network?: string;
  /** Default `averaged` where the checkpoint holds averages of the network's weights, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** Latent sources by their names in the game (`noise`), in place of those the run had; needed where those were not the library's noise. */
  readonly sources?: Readonly<Record<string, Source>>;
  /** Layers that are not the library's own, as for `networkFromSpec`. */
  readonly layers?: LayerFactories;
}

const byName = satisfies("an object by name", (value) => value !== null && typeof value === "object");
/** The checks of `RebuildOptions`, and of the backend. */
export const rebuildChecks = {
  backend: optional(backendCheck),
  network: optional(text),
  weights: optional(oneOf("raw", "averaged")),
  sources: optional(byName),
  layers: optional(byName),
};

/** A generating network rebuilt from a checkpoint, before anything is allocated. */
export interface Rebuilt extends SavedNetwork {
  readonly round: number;
  readonly configuration: SavedConfiguration;
  /** Under which a seed's samples are made. */
  key(seed: number): Key;
  /** Values of its latent fields, `count` of each: those given, and draws of their sources for the others. */
  draw(count: number, seed: number, given?: GivenFields): Promise<Readonly<Record<string, FieldValues>>>;
  /** Puts the weights on a device. @throws DeviceUnavailable */
  open(backend?: BackendChoice): Promise<Loaded>;
}

/** A rebuilt network with its weights on the device. */
export interface Loaded {
  /** A pass outside training (running statistics, no dropout), of the network or of a part of it. */
  forward(record: Tensors, key: Key, part?: Network): Pass;
  /** Frees the weights and the device. */
  close(): Promise<void>;
}

/**
 * Rebuilds a generating network from its checkpoint, in the name of `owner`.
 *
 * @throws ConfigurationError where the checkpoint has no such network or averages; drawing, where it does not generate or
 * a source of it cannot be rebuilt
 * @throws CheckpointFailed where it is missing, damaged, or holds other variables than its network has
 */
export async function rebuildNetwork(owner: string, checkpoint: string, options: RebuildOptions): Promise<Rebuilt> {
  const { network: name = "generator", sources = {} } = options;
  const restored = await readCheckpoint(checkpoint);
  const saved = savedNetwork(owner, restored, name, options);
  const configuration = savedConfiguration(restored);
  const keyOf = (seed: number): Key => fold(rootKey(seed), "generate");
  return {
    ...saved,
    round: restored.snapshot.round,
    configuration,
    key: keyOf,
    async draw(count, seed, given = {}) {
      const key = keyOf(seed);
      const drawn = await Promise.all(
        latentsOf(owner, configuration, name, sources, given).map(([source, noise]) => answerOf(noise, fold(key, source), 0, count)),
      );
      return withGiven(owner, Object.assign({}, ...drawn.map(({ fields }) => fields)), given, configuration, count);
    },
    async open(backend = "auto") {
      const device = await openDevice(backend);
      const parameters = load(saved.parameters);
      const buffers = load(saved.buffers);
      let closing: Promise<void> | undefined;
      return {
        forward: (record, key, part = saved.network) =>
          part.apply(parameters, buffers, record, { isTraining: false, key, settings: configuration.settings }),
        close: () =>
          (closing ??= (() => {
            for (const tensor of [...Object.values(parameters), ...Object.values(buffers)]) tensor.dispose();
            return device.close();
          })()),
      };
    },
  };
}

/** The sources a network generates from, the caller's or rebuilt; one that cannot be rebuilt is left out where its field is given. */
function latentsOf(
  owner: string,
  configuration: SavedConfiguration,
  network: string,
  sources: Readonly<Record<string, Source>>,
  given: GivenFields,
): readonly (readonly [string, Source])[] {
  const names = configuration.latents[network];
  if (names === undefined) throw problem(owner, "network", `expected one that generates (${Object.keys(configuration.latents).join(", ")}), got "${network}"`);
  return names.flatMap((name): readonly (readonly [string, Source])[] => {
    const spec = configuration.sources[name]!;
    const source = sources[name] ?? noiseFromSpec(spec, configuration.fields);
    if (source !== undefined) return [[name, source]];
    const field = spec.options?.["field"];
    if (typeof field === "string" && given[field] !== undefined) return [];
    const instead = typeof field === "string" ? `, or values by \`given: { ${field}: [...] }\`` : "";
    throw problem(owner, `sources.${name}`, `expected a source${instead}, since the run's own ("${spec.name}") cannot be rebuilt from the checkpoint, got nothing`);
  });
}

/** Drawn fields with those that are given in their places. */
function withGiven(
  owner: string,
  drawn: Readonly<Record<string, FieldValues>>,
  given: GivenFields,
  { fields, sources }: SavedConfiguration,
  count: number,
): Readonly<Record<string, FieldValues>> {
  const known = [...new Set([...Object.keys(drawn), ...Object.values(sources).flatMap(({ options }) => (typeof options?.["field"] === "string" ? [options["field"]] : []))])];
  const values = Object.entries(given).map(([field, rows]) => {
    const plan = fields[field];
    if (plan === undefined || !known.includes(field)) throw problem(owner, `given.${field}`, `expected one of ${known.join(", ")}`);
    try {
      return [field, givenRows(field, rows, plan, count)] as const;
    } catch (error) {
      throw problem(owner, "", (error as RangeError).message);
    }
  });
  return { ...drawn, ...Object.fromEntries(values) };
}

function load(saved: ReadonlyMap<string, SavedTensor>): Tensors {
  return Object.fromEntries([...saved].map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, [...shape], dtype)]));
}

function problem(owner: string, path: string, message: string): ConfigurationError {
  return new ConfigurationError(owner, [{ path, message }]);
}
