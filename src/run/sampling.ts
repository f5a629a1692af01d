import type { Blueprint } from "../game/blueprint.ts";
import { givenRows } from "../game/givenFields.ts";
import type { SampleOptions } from "../game/round.ts";
import type { Batch } from "../game/source.ts";
import { takeSteps } from "../game/sampler.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { tf, type Tensors } from "../math/tensor.ts";
import type { FieldPlans, Pass } from "../networks/network.ts";
import type { Drawing } from "./drawing.ts";

/** What a run samples with. */
interface SamplingContext {
  readonly blueprint: Blueprint;
  readonly drawing: Drawing;
  readonly fields: FieldPlans;
  /** The run's. */
  readonly key: Key;
  readonly forward: (record: Tensors) => Pass;
}

/** Samples a sampler has under way at a time, which bounds the memory. */
const BATCH = 64;

/** The latents of a network and what it makes of them, in one pass or by the game's sampler. The caller disposes. */
export async function sampleNetwork(
  { blueprint, drawing, fields, key, forward }: SamplingContext,
  network: string,
  count: number,
  { stream = "evaluation", position = 0, given = {} }: Omit<SampleOptions, "parameters" | "buffers"> = {},
): Promise<Tensors> {
  const sources = blueprint.latents[network];
  if (sources === undefined) throw new RangeError(`"${network}" makes no samples; those that do: ${Object.keys(blueprint.latents).join(", ") || "none"}`);
  const sampler = blueprint.samplers[network];
  const draw = async (first: number, many: number): Promise<Tensors> => {
    const batches = await Promise.all(sources.map(async (source) => [source, await drawing.draw(source, many, stream, first)] as const));
    return Object.assign({}, ...batches.map(([source, batch]) => drawing.upload(source, withGiven(batch, first - position))));
  };
  /** A batch whose first row is the draw's row `first`, with the fields that are given in place of the drawn ones. */
  const withGiven = (batch: Batch, first: number): Batch => ({
    count: batch.count,
    fields: Object.fromEntries(
      Object.entries(batch.fields).map(([field, drawn]) => [field, given[field] === undefined ? drawn : givenRows(field, given[field], fields[field]!, batch.count, first)]),
    ),
  });
  if (sampler === undefined) {
    const latents = await draw(position, count);
    try {
      const heads = tf.tidy(() => ({ ...forward(latents).heads }));
      return { ...latents, ...heads };
    } catch (error) {
      tf.dispose({ ...latents });
      throw error;
    }
  }
  const parts: Tensors[] = [];
  try {
    for (let done = 0; done < count; done += BATCH) {
      const many = Math.min(BATCH, count - done);
      const first = position + done;
      parts.push(await takeSteps(sampler, await draw(first, many), { key: fold(key, "sampling", network, stream), first, count: many, fields, forward }));
    }
    return tf.tidy(() => Object.fromEntries(Object.keys(parts[0] ?? {}).map((field) => [field, tf.concat(parts.map((part) => part[field]!), 0)])));
  } finally {
    tf.dispose(parts.map((part) => ({ ...part })));
  }
}
