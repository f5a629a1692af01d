import type { Workload } from "./workloads.ts";

/** Somebody who plays a workload: a library, a loop by hand, another framework. Each in a process of its own. */
export interface Contender {
  /** What computes: an adapter, a library of linear algebra. */
  readonly adapter: string;
  /** Plays some rounds unmeasured, then these, and reads the losses of the last. */
  play(rounds: number): Promise<Lap>;
  /** What one round asks of the device; nothing where it cannot be counted. */
  count(rounds: number): Promise<Counts | undefined>;
}

/** One lap of a contender. */
export interface Lap {
  /** Milliseconds a round. */
  readonly ms: number;
  /** Of the discriminator and of the generator, in the last round. */
  readonly losses: readonly number[];
}

/** A round's work by number, averaged. */
export interface Counts {
  /** Kernels of tfjs' engine, those that gradients run included. */
  readonly kernels: number;
  /** Compute dispatches; 0 where there is no GPU. */
  readonly dispatches: number;
  /** Tensors made of values from JavaScript. */
  readonly uploads: number;
  readonly readbacks: number;
  /** Tensors made, uploads included. */
  readonly tensors: number;
}

/** What a contender's process is told. */
export interface Assignment {
  readonly contender: string;
  readonly workload: Workload;
  readonly backend: "webgpu" | "wasm";
  /** A file of float32 with this many batches of real samples, for those that do not have the library's sources. */
  readonly batches: { readonly path: string; readonly count: number };
  /** Where jax-js is installed. */
  readonly jax: string;
}

/** A lap: one round unmeasured, then `rounds` of them up to the values of their losses. */
export async function timed(rounds: number, play: () => void | Promise<void>, read: () => Promise<readonly number[]>): Promise<Lap> {
  // The other contenders had the caches and the clock in between.
  await play();
  await read();
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) await play();
  const losses = await read();
  return { ms: (performance.now() - startedAt) / rounds, losses };
}
