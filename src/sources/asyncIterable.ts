import { checkOptions, integer, oneOf, optional, satisfies, text } from "../configuration/checkOptions.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Batch, OpenSource, Source, SourceContext } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";
import { fieldPlansCheck } from "./fieldPlanChecks.ts";
import { batchOfRows, fieldsSpec, rowsOfItem, type Sample, type SampleRow } from "./sampleRows.ts";
import { untilAborted } from "./untilAborted.ts";

export interface AsyncIterableOptions<Fields extends FieldPlans = FieldPlans> {
  /** Begins to iterate anew. It must give the same samples each time; it is told nothing but that. */
  readonly iterable: () => AsyncIterable<Sample<Extract<keyof Fields, string>> | Batch>;
  /** What its samples are: `{ samples: { shape: [2], dtype: "float32" } }`. */
  readonly fields: Fields;
  readonly batchSize: number;
  /** What to do at the end: begin "again" (unless told), or "fail" the run. */
  readonly end?: "again" | "fail";
  /** Name in the spec and in errors; change it when the iterable's samples change. "asyncIterable" unless told. */
  readonly name?: string;
}

/**
 * Samples (or batches of them, of any size) from an async iterable.
 *
 * It is read one item at a time, as draws need it. Answers are pure in the position as long as the iterable is the same
 * each time it begins: draws that go forwards read on, and a draw that goes back, such as a resumed run's, begins anew and
 * reads up to its position, which takes as long as reading takes. So resuming is exact, and slow where the iterable is.
 * When the run ends, `return()` is called, so a generator's `finally` runs.
 *
 * @throws ConfigurationError for wrong options; a draw, SourceFailed where the iterable throws, ends, yields nothing, or
 * yields what does not fit `fields`
 * @example
 * ```ts
 * asyncIterable({ iterable: readRows, fields: { samples: { shape: [2], dtype: "float32" } }, batchSize: 64 });
 * ```
 */
export function asyncIterable<const Fields extends FieldPlans>(
  options: AsyncIterableOptions<Fields>,
): Source<Extract<keyof Fields, string>> {
  checkOptions(
    "asyncIterable",
    {
      iterable: satisfies("a function that returns an async iterable", (value) => typeof value === "function"),
      fields: fieldPlansCheck,
      batchSize: integer(),
      end: optional(oneOf("again", "fail")),
      name: optional(text),
    },
    options,
  );
  const { fields, batchSize, end = "again", name = "asyncIterable" } = options;
  return {
    spec: { name: "asyncIterable", options: { name, fields: fieldsSpec(fields), batchSize, end } },
    provides: Object.keys(fields) as Extract<keyof Fields, string>[],
    batchSize,
    open: (context) => openIterable(name, options.iterable, fields, end, context),
  };
}

function openIterable(
  name: string,
  iterable: () => AsyncIterable<Sample | Batch>,
  fields: FieldPlans,
  end: "again" | "fail",
  context: SourceContext,
): OpenSource {
  let iterator: AsyncIterator<Sample | Batch> | undefined;
  /** Position of the first row in `rows`. */
  let reached = 0;
  let rows: readonly SampleRow[] = [];
  /** Samples since the iterable last began. */
  let yielded = 0;

  const begin = (): AsyncIterator<Sample | Batch> => {
    yielded = 0;
    return (iterator = iterable()[Symbol.asyncIterator]());
  };
  const stop = (): void => {
    // Not awaited: a generator that hangs in its own await would hold up the end of the run.
    void Promise.resolve(iterator?.return?.()).catch(() => undefined);
    iterator = undefined;
    reached = 0;
    rows = [];
  };
  const closing = new AbortController();
  const ended = AbortSignal.any([context.signal, closing.signal]);
  ended.addEventListener("abort", stop, { once: true });

  /** Reads one more item into `rows`, all of which have been used. */
  const pull = async (signal: AbortSignal): Promise<void> => {
    const step = await untilAborted((iterator ?? begin()).next(), signal);
    if (step.done !== true) {
      rows = rowsOfItem(name, fields, step.value, reached);
      yielded += rows.length;
      return;
    }
    if (yielded === 0) throw new SourceFailed(name, "expected samples, but the iterable ended without yielding any");
    if (end === "fail") throw new SourceFailed(name, `the iterable ended after ${yielded} samples; end: "again" would begin anew`);
    begin();
  };

  const read = async (position: number, count: number, signal: AbortSignal): Promise<Batch> => {
    try {
      if (position < reached) stop();
      const drawn: SampleRow[] = [];
      while (drawn.length < count) {
        signal.throwIfAborted();
        if (rows.length === 0) await pull(signal);
        const skipped = Math.min(Math.max(position - reached, 0), rows.length);
        const taken = rows.slice(skipped, skipped + count - drawn.length);
        drawn.push(...taken);
        rows = rows.slice(skipped + taken.length);
        reached += skipped + taken.length;
      }
      return batchOfRows(fields, drawn);
    } catch (error) {
      stop();
      if (signal.aborted || error instanceof SourceFailed) throw error;
      throw new SourceFailed(name, `the iterable failed: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  };

  // One draw at a time: they share the iterator.
  let last: Promise<unknown> = Promise.resolve();
  return {
    fields,
    at: (position, count, signal) => {
      const ends = signal === context.signal ? ended : AbortSignal.any([signal, ended]);
      const answer = last.then(() => read(position, count, ends));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: () => closing.abort(new SourceFailed(name, "is closed")),
  };
}
