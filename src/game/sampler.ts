import type { Spec } from "../configuration/spec.ts";
import type { Key } from "../math/random/key.ts";
import { tf, type Tensors } from "../math/tensor.ts";
import type { FieldPlans, Pass } from "../networks/network.ts";

/** What samples are made from. */
export interface Sampling {
  /** Sample `i` of a draw is a function of the key and `first + i` alone, however many are drawn at a time. */
  readonly key: Key;
  /** Place of the first of these samples in the draw. */
  readonly first: number;
  readonly count: number;
  /** What is known of the fields of a record: the samples' shape, the number of classes. */
  readonly fields: FieldPlans;
  /** The network outside training (running statistics, no dropout), with the weights that are drawn with. */
  forward(record: Tensors): Pass;
}

/**
 * How a network that does not make its samples in one pass makes them: in steps from record to record. A diffusion
 * model's goes from noise to samples.
 */
export interface Sampler {
  readonly spec: Spec;
  readonly steps: number;
  /**
   * The record after step `index` (from 0) of the record before it, `[count, …]` each. The first step is given the
   * network's latents; what the last one answers has the field `samples`. Runs inside a tidy; pure.
   */
  step(index: number, record: Tensors, sampling: Sampling): Tensors;
  /**
   * Looks at what the network was trained by, the specs of its game's terms by name, before anything is drawn.
   *
   * @throws ConfigurationError where it cannot draw from such a network
   */
  verify?(terms: Readonly<Record<string, Spec>>): void;
}

/**
 * Takes a sampler's steps, one tidy each, and lets others work between them. The latents become the sampler's; the
 * caller disposes of what is answered.
 *
 * @param watch sees the record after each step, which is lent: neither kept nor disposed by it
 */
export async function takeSteps(
  sampler: Sampler,
  latents: Tensors,
  sampling: Sampling,
  watch: (index: number, record: Tensors) => void | Promise<void> = () => {},
): Promise<Tensors> {
  let record = latents;
  try {
    for (let index = 0; index < sampler.steps; index++) {
      const before = record;
      record = tf.tidy(() => ({ ...sampler.step(index, before, sampling) }));
      const kept = new Set(Object.values(record));
      for (const tensor of Object.values(before)) if (!kept.has(tensor)) tensor.dispose();
      await watch(index, record);
      // A hundred passes at a stretch would hold up everything else in the process.
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
    }
    return record;
  } catch (error) {
    for (const tensor of Object.values(record)) tensor.dispose();
    throw error;
  }
}
