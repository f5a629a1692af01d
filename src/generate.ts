import type { BackendChoice } from "./backends/device.ts";
import { checkOptions, having, integer, optional, satisfies, text } from "./configuration/checkOptions.ts";
import { ConfigurationError } from "./configuration/configurationError.ts";
import type { Spec } from "./configuration/spec.ts";
import type { SamplesDrawn } from "./game/event.ts";
import { givenCheck, type GivenFields } from "./game/givenFields.ts";
import { takeSteps, type Sampler } from "./game/sampler.ts";
import type { FieldValues } from "./game/source.ts";
import { sizeOf, tf, type Tensor, type Tensors } from "./math/tensor.ts";
import type { FieldPlans } from "./networks/network.ts";
import { rebuildChecks, rebuildNetwork, type RebuildOptions } from "./rebuildNetwork.ts";
import type { SavedConfiguration } from "./services/savedNetwork.ts";

export interface GenerateOptions extends RebuildOptions {
  /** A checkpoint folder, whose newest is taken, or the manifest of one checkpoint: `runs/digits/round-000500.json`. */
  readonly checkpoint: string;
  readonly count: number;
  /** Default 0. The same seed gives the same samples, and the first of them where fewer are asked for. */
  readonly seed?: number;
  /** Default `auto`. */
  readonly backend?: BackendChoice;
  /** The head that holds the samples; default `samples`. */
  readonly head?: string;
  /** How the samples are made, where the network does not make them in one pass: `ddim({ steps: 20 })` of a diffusion model. */
  readonly sampler?: Sampler;
  /** Values of latent fields in place of drawn ones, row by row: `{ labels: [7] }` asks a conditional generator for sevens. */
  readonly given?: GivenFields;
}

/** Samples as plain numbers; `round` is the checkpoint's. `writeGrid` makes a picture of them. */
export type Generated = Omit<SamplesDrawn, "_tag">;

/** Samples computed at a time, which bounds the memory. */
const BATCH = 64;

const checks = {
  ...rebuildChecks,
  checkpoint: text,
  count: integer(),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
  head: optional(text),
  sampler: optional(having("a sampler such as ddim({ steps: 20 })", "step")),
  given: optional(givenCheck),
};

/**
 * Samples from a checkpoint, without the run that made it: the network and its noise are rebuilt from what the
 * checkpoint says of itself. Applied outside training (running statistics, no dropout). Leaves no tensors behind, and
 * may be called while a run goes on saving there.
 *
 * @throws ConfigurationError for wrong options, and where the checkpoint has no such network, head, averages or noise, or its
 * network is none that the sampler can draw from
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
  const { checkpoint, count, seed = 0, network: name = "generator", head = "samples", sampler, given } = options;
  const rebuilt = await rebuildNetwork("generate", checkpoint, options);
  const { network, weights, configuration, round } = rebuilt;
  if (sampler === undefined && configuration.samplers?.includes(name)) {
    throw problem("sampler", `expected the sampler to draw by, such as ddim({ steps: 20 }), since "${name}" does not make its samples in one pass, got nothing`);
  }
  const shape = sampler === undefined ? network.heads[head] : configuration.fields[head]?.shape;
  if (shape === undefined) {
    const known = Object.keys(sampler === undefined ? network.heads : configuration.fields);
    throw problem("head", `expected one of ${known.join(", ")}, got "${head}"`);
  }
  sampler?.verify?.(termsOf(configuration));
  const key = rebuilt.key(seed);
  const latents = await rebuilt.draw(count, seed, given);
  const { labels } = latents;

  const loaded = await rebuilt.open(options.backend);
  try {
    const size = sizeOf(shape);
    const values = new Float32Array(count * size);
    for (let first = 0; first < count; first += BATCH) {
      const end = Math.min(first + BATCH, count);
      const forward = (record: Tensors) => loaded.forward(record, key);
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
    return { round, network: name, weights, count, shape, ...(range === undefined ? {} : { range }), values, ...(labels instanceof Int32Array && labels.length === count ? { labels } : {}) };
  } finally {
    await loaded.close();
  }
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

/** What a checkpoint says of the terms its networks were trained by. */
function termsOf({ terms = {} }: SavedConfiguration): Readonly<Record<string, Spec>> {
  return Object.fromEntries(Object.entries(terms).map(([name, { spec }]) => [name, typeof spec === "string" ? { name: spec } : spec]));
}

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("generate", [{ path, message }]);
}
