import { checkOptions, having, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import type { Batch, FieldValues, Source } from "../game/source.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";

export interface DrawFromOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Samples to leave out before the first; default 0. */
  readonly position?: number;
}

/** A batch whose fields are known by name. */
export interface Drawn<Fields extends string> extends Batch {
  readonly fields: Readonly<Record<Fields, FieldValues>>;
}

/**
 * Samples of a source outside any run: what the data look like, real points to plot beside generated ones. The same
 * seed and position give the same samples; no run draws them in this order.
 *
 * @throws ConfigurationError for wrong options, and what the source throws
 * @example
 * ```ts
 * const { fields } = await drawFrom(mixture("ring", { batchSize: 64 }), 1000);
 * fields.samples; // x, y, x, y, …
 * ```
 */
export async function drawFrom<Fields extends string>(source: Source<Fields>, count: number, options: DrawFromOptions = {}): Promise<Drawn<Fields>> {
  const seedCheck = satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
  checkOptions("drawFrom", { source: having("a source", "open"), count: integer(), seed: optional(seedCheck), position: optional(integer(0)) }, { ...options, source, count });
  const { seed = 0, position = 0 } = options;
  return (await answerOf(source, fold(rootKey(seed), "drawFrom"), position, count)) as Drawn<Fields>;
}

/** Opens a source under a key, asks it once, and closes it. */
export async function answerOf(source: Source, key: Key, position: number, count: number): Promise<Batch> {
  const ending = new AbortController();
  const open = await source.open({ key, signal: ending.signal });
  try {
    return await open.at(position, count, ending.signal);
  } finally {
    ending.abort();
    await open.close?.();
  }
}
