import type { Json, Spec } from "../configuration/spec.ts";
import type { Shape } from "../math/tensor.ts";

/** One tensor as it is saved; `shape` includes every axis. */
export interface SavedTensor {
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  readonly values: Float32Array | Int32Array;
}

/** Everything a run needs to go on as if it had never stopped. */
export interface Snapshot {
  /** Rounds played. */
  readonly round: number;
  /** Specs of all that shapes training; compared with the resuming run's own. */
  readonly configuration: Json;
  /** Where and on what it was made: runtime, backend, adapter, kernel choice. Informative, not compared. */
  readonly provenance: Readonly<Record<string, Json>>;
  /** Positions, step counts, overrides, the JSON half of the carry. */
  readonly state: Json;
  /** By name: `parameters/generator/dense1/kernel`, `slots/…`, `carry/…`. */
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  /** Metrics at the time, for choosing the best: `{ "loss/generator": 0.7 }`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a store answers when asked for the newest state. */
export interface Restored {
  readonly snapshot: Snapshot;
  /** Where it came from, for people: a path. */
  readonly origin: string;
  /** One sentence for each newer checkpoint that was there but damaged. */
  readonly warnings: readonly string[];
}

/** What a save came to. */
export interface SaveReport {
  /** Where it went, for people: a path. */
  readonly origin: string;
  readonly bytes: number;
  /** What did not go as asked although the snapshot is safe: an old checkpoint that could not be removed, say. */
  readonly warnings: readonly string[];
}

/** A store opened (and locked) by a run. */
export interface OpenCheckpoints {
  /** The newest whole checkpoint, verified; nothing where there is none. @throws CheckpointFailed */
  latest(): Promise<Restored | undefined>;
  /** A checkpoint by name (`round-000500`, `best`). @throws CheckpointFailed with reason `missing` or `damaged` */
  named(name: string): Promise<Restored>;
  /** Saves durably: when the promise resolves, the snapshot survives a power cut. @throws CheckpointFailed */
  save(snapshot: Snapshot): Promise<SaveReport>;
  /** Releases the lock. */
  close(): Promise<void>;
}

/** Which checkpoint is the best. */
export interface Best {
  /** A loss or measure (`loss/generator`), or a score of `measureEvery` (`frechet`). */
  readonly metric: string;
  /** Whether a lower or a higher value is better. */
  readonly mode: "min" | "max";
}

/** The checkpoint source and store of a game: resumes from it, saves to it. */
export interface Checkpoints {
  readonly spec: Spec;
  /** Save every so many rounds. */
  readonly every: number;
  /** A score that is better than every checkpoint's is saved in the round it was measured in, whatever `every` says. */
  readonly best?: Best;
  /** Resume although the configuration has changed; the difference becomes a warning. */
  readonly allowChanges?: boolean;
  /** Resume from the checkpoint of this name in place of the newest one. */
  readonly from?: string;
  open(signal: AbortSignal): Promise<OpenCheckpoints>;
}
