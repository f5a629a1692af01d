import { boolean, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { averagesOf } from "../game/averages.ts";
import type { Blueprint } from "../game/blueprint.ts";
import type { SamplesDrawn } from "../game/event.ts";
import { givenCheck, givenRows, type GivenFields } from "../game/givenFields.ts";
import type { Round } from "../game/round.ts";
import { sizeOf, tf, type Shape } from "../math/tensor.ts";

/** Which samples a probe draws. */
export interface DrawnOptions {
  /** Default `generator`. */
  readonly network?: string;
  /** The head that holds the samples; default `samples`. */
  readonly head?: string;
  /** Default `averaged` where the network's weights are averaged, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** The same noise every time, so that draws can be compared; default true. */
  readonly isFixed?: boolean;
  /** Values of latent fields in place of drawn ones, row by row: `{ labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }`. */
  readonly given?: GivenFields;
}

/** The checks of `DrawnOptions`. */
export const drawnChecks = {
  network: optional(text),
  head: optional(text),
  weights: optional(oneOf("raw", "averaged")),
  isFixed: optional(boolean),
  given: optional(givenCheck),
};

/** The same game, where it has the given fields. @throws RangeError for one the network does not generate from */
export function refuseUnknown({ network = "generator", given = {} }: DrawnOptions, blueprint: Blueprint): Blueprint {
  const { latents, sources } = blueprint;
  const known = (latents[network] ?? []).flatMap((source) => sources[source]?.provides ?? []);
  const unknown = Object.keys(given).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new RangeError(`given: expected fields that "${network}" generates from (${known.join(", ")}), got ${unknown}`);
  return blueprint;
}

/** What a probe that draws is asked for. */
export const countCheck = optional(integer());

/** Samples of a network as it is now. */
export type DrawnNow = Omit<SamplesDrawn, "_tag" | "round">;

/** Samples on the device at once. */
const AT_ONCE = 250;

/**
 * Draws `count` samples from a network inside a round, applied outside training (running statistics, no dropout), once or
 * in its sampler's steps, in batches of 250. The noise is its own stream: drawing never changes training.
 *
 * @param owner the probe, which names the stream and stands in errors
 * @throws RangeError where the weights are not averaged, or the head is not there
 */
export async function drawNow(owner: string, stream: string, { run, carry, index }: Round, count: number, options: DrawnOptions): Promise<DrawnNow> {
  const { network = "generator", head = "samples", weights, isFixed = true, given } = options;
  const averages = weights === "raw" ? undefined : averagesOf(carry, network);
  if (weights === "averaged" && averages === undefined) {
    throw new RangeError(`the weights of "${network}" are not averaged before ${owner}; put averageWeights({ network: "${network}" }) there`);
  }
  const first = isFixed ? 0 : index * count;
  let shape: Shape = [];
  let values = new Float32Array(0);
  let labels: Int32Array | undefined;
  for (let done = 0; done < count; done += AT_ONCE) {
    const now = Math.min(AT_ONCE, count - done);
    const record = await run.sample(network, now, {
      stream,
      position: first + done,
      ...(given === undefined ? {} : { given: Object.fromEntries(Object.entries(given).map(([field, rows]) => [field, givenRows(field, rows, run.field(field)!, now, done)])) }),
      ...(averages === undefined ? {} : { parameters: averages.parameters, buffers: averages.buffers }),
    });
    try {
      const samples = record[head];
      if (samples === undefined) throw new RangeError(`"${network}" makes no "${head}", only ${Object.keys(record).join(", ")}`);
      if (done === 0) {
        shape = samples.shape.slice(1);
        values = new Float32Array(count * sizeOf(shape));
      }
      values.set((await samples.data()) as Float32Array, done * sizeOf(shape));
      const asked = record["labels"];
      if (asked?.size === now) (labels ??= new Int32Array(count)).set(await asked.data(), done);
    } finally {
      tf.dispose({ ...record });
    }
  }
  const range = run.field(head)?.range;
  return {
    network,
    weights: averages === undefined ? "raw" : "averaged",
    count,
    shape,
    ...(range === undefined ? {} : { range }),
    values,
    ...(labels === undefined ? {} : { labels }),
  };
}
