import type { Spec } from "../configuration/spec.ts";
import type { Key } from "../math/random/key.ts";
import type { FieldPlans } from "../networks/network.ts";

export type MaybePromise<T> = T | PromiseLike<T>;

/** One field of a batch: `count` samples of the field's shape, row by row. Never a tensor. */
export type FieldValues = Float32Array | Int32Array;

/** An aligned batch record: row `i` of every field belongs to the same sample. */
export interface Batch {
  readonly count: number;
  readonly fields: Readonly<Record<string, FieldValues>>;
}

/** What a source is given when a run opens it. */
export interface SourceContext {
  /** The source's own key, folded from the run's seed and the source's name. */
  readonly key: Key;
  /** Aborted when the run ends; a late answer is then dropped. */
  readonly signal: AbortSignal;
}

/** A source that is ready to answer. */
export interface OpenSource {
  readonly fields: FieldPlans;
  /** Samples in one pass over the data; absent where there is no end. */
  readonly length?: number;
  /**
   * Digest of the data it was opened on, where they are not known before (files): it joins the spec's options in the run's
   * configuration, so that a run is not resumed on other data.
   */
  readonly content?: string;
  /**
   * `count` samples from `position` on, where positions count samples drawn since the start of the run. Pure in the
   * position: the same question always has the same answer, so resuming needs the position and nothing else.
   */
  at(position: number, count: number, signal: AbortSignal): MaybePromise<Batch>;
  close?(): MaybePromise<void>;
}

/**
 * Where samples come from: data, noise, labels, codes. Opened once per run (a run opens it a second time, under another
 * key, for what evaluation draws, so that probes never move the training's position).
 *
 * `Fields` names, for the compiler, the fields it provides beside `samples` (`"labels"`).
 */
export interface Source<Fields extends string = string> {
  readonly spec: Spec;
  /** Names of the fields it provides, known before it is opened. */
  readonly provides: readonly Fields[];
  /** Samples per draw where the caller names no count. Data sources have it; noise follows the data. */
  readonly batchSize?: number;
  /** @throws SourceFailure where the files are missing or damaged. */
  open(context: SourceContext): MaybePromise<OpenSource>;
}
