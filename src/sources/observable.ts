import type { Observable, Subscription } from "rxjs";
import { checkOptions, having, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Batch, OpenSource, Source, SourceContext } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";
import { fieldPlansCheck } from "./fieldPlanChecks.ts";
import { batchOfRows, fieldsSpec, rowsOfItem, type Sample, type SampleRow } from "./sampleRows.ts";

/** What becomes of a sample that finds `capacity` others waiting. */
export type Overflow = "dropOldest" | "dropNewest" | "fail";

export interface ObservableOptions<Fields extends FieldPlans = FieldPlans> {
  /** Subscribed to when the run opens the source, and once more where evaluation draws from it: `share()` it if need be. */
  readonly source$: Observable<Sample<Extract<keyof Fields, string>> | Batch>;
  /** What its samples are: `{ samples: { shape: [2], dtype: "float32" } }`. */
  readonly fields: Fields;
  readonly batchSize: number;
  /** Samples that may wait to be drawn; at least `batchSize`. */
  readonly capacity: number;
  readonly overflow: Overflow;
  /** Name in the spec and in errors; "observable" unless told. */
  readonly name?: string;
}

/**
 * Live samples (or batches of them) from an Observable, through a bounded buffer.
 *
 * An Observable cannot be asked to wait, so up to `capacity` samples are kept and `overflow` says what becomes of the
 * rest. A draw takes the oldest that wait, or waits for them; positions mean nothing to live data, so the same draw asked
 * again has another answer, and a resumed run goes on with what arrives then: not exactly as if it had never stopped.
 *
 * @throws ConfigurationError for wrong options; a draw, SourceFailed where the Observable fails, completes too early,
 * overflows under "fail", or emits what does not fit `fields`
 * @example
 * ```ts
 * observable({ source$: camera$, fields: { samples: { shape: [32, 32, 3], dtype: "float32" } }, batchSize: 16, capacity: 256, overflow: "dropOldest" });
 * ```
 */
export function observable<const Fields extends FieldPlans>(options: ObservableOptions<Fields>): Source<Extract<keyof Fields, string>> {
  checkOptions(
    "observable",
    {
      source$: having("an Observable", "subscribe"),
      fields: fieldPlansCheck,
      batchSize: integer(),
      capacity: integer(Number.isInteger(options?.batchSize) ? Math.max(options.batchSize, 1) : 1),
      overflow: oneOf("dropOldest", "dropNewest", "fail"),
      name: optional(text),
    },
    options,
  );
  const { fields, batchSize, capacity, overflow, name = "observable" } = options;
  return {
    spec: { name: "observable", options: { name, fields: fieldsSpec(fields), batchSize, capacity, overflow } },
    provides: Object.keys(fields) as Extract<keyof Fields, string>[],
    batchSize,
    open: (context) => openObservable(name, options, context),
  };
}

interface Waiting {
  readonly count: number;
  readonly signal: AbortSignal;
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

function openObservable(name: string, options: ObservableOptions, context: SourceContext): OpenSource {
  const { source$, fields, capacity, overflow } = options;
  const rows: SampleRow[] = [];
  let waiting: readonly Waiting[] = [];
  let arrived = 0;
  let ended: { readonly error: unknown } | undefined;
  let subscription: Subscription | undefined;

  const settle = (one: Waiting, outcome: () => void): void => {
    waiting = waiting.filter((other) => other !== one);
    one.signal.removeEventListener("abort", one.onAbort);
    outcome();
  };
  const serve = (): void => {
    for (const one of waiting) {
      if (one.count > rows.length) break;
      const batch = batchOfRows(fields, rows.splice(0, one.count));
      settle(one, () => one.resolve(batch));
    }
    // What arrived before the end is drawn first; the failure belongs to the draw that finds too little.
    if (ended !== undefined) { for (const one of waiting) settle(one, () => one.reject(ended?.error)); }
  };
  const finish = (error: unknown): void => {
    ended ??= { error };
    subscription?.unsubscribe();
    serve();
  };
  const accept = (row: SampleRow): void => {
    if (ended !== undefined) return;
    arrived++;
    if (rows.length < capacity) rows.push(row);
    else if (overflow === "dropOldest") {
      rows.shift();
      rows.push(row);
    } else if (overflow === "fail") {
      finish(
        new SourceFailed(
          name,
          `${capacity} samples were waiting when another arrived (overflow: "fail"); raise capacity, slow the Observable down, or choose "dropOldest" or "dropNewest"`,
        ),
      );
    }
  };

  subscription = source$.subscribe({
    next: (item) => {
      try {
        for (const row of rowsOfItem(name, fields, item, arrived)) {
          accept(row);
          serve(); // at once, so that what is waited for does not count against the capacity
        }
      } catch (error) {
        finish(error);
      }
    },
    error: (error: unknown) =>
      finish(new SourceFailed(name, `the Observable failed: ${error instanceof Error ? error.message : String(error)}`, error)),
    complete: () => finish(new SourceFailed(name, `the Observable completed after ${arrived} samples, before the run did`)),
  });
  // One that overflows while it is being subscribed to could not be unsubscribed from yet.
  if (ended !== undefined) subscription.unsubscribe();
  const close = (): void => finish(context.signal.reason ?? new SourceFailed(name, "is closed"));
  context.signal.addEventListener("abort", close, { once: true });

  return {
    fields,
    at: (_position, count, signal) => {
      if (count > capacity) {
        throw new SourceFailed(name, `a draw of ${count} samples can never be had from a capacity of ${capacity}; raise capacity`);
      }
      if (waiting.length === 0 && rows.length >= count) return batchOfRows(fields, rows.splice(0, count));
      return new Promise((resolve, reject) => {
        const one: Waiting = { count, signal, resolve, reject, onAbort: () => settle(one, () => reject(signal.reason)) };
        waiting = [...waiting, one];
        if (signal.aborted) one.onAbort();
        else signal.addEventListener("abort", one.onAbort, { once: true });
        serve();
      });
    },
    close: () => {
      context.signal.removeEventListener("abort", close);
      close();
    },
  };
}
