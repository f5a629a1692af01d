import { clearImmediate, setImmediate } from "node:timers";
import { checkOptions, having, integer, optional } from "../configuration/checkOptions.ts";
import type { Batch, MaybePromise, OpenSource, Source, SourceContext } from "../game/source.ts";
import { untilAborted } from "./untilAborted.ts";

export interface PrefetchOptions {
  /** Batches asked for ahead of the one being used; 2 unless told. */
  readonly depth?: number;
}

/**
 * The same source, asked ahead of time: after the answer to a position, the next `depth` draws of the same size are asked
 * for in the background, so that reading and decoding overlap with the round that is being played.
 *
 * It changes when answers are worked out and never what they are, so it does not show in the spec: a run may be resumed
 * with or without it. It helps where answers are promises; those worked out on the spot merely move to after the round was
 * handed to the device. A failure surfaces at the draw it belongs to, and a draw that is never asked for fails no one.
 *
 * @throws ConfigurationError
 * @example
 * ```ts
 * data: prefetch(asyncIterable({ iterable: decodePhotos, fields, batchSize: 16 }), { depth: 3 });
 * ```
 */
export function prefetch<Fields extends string>(source: Source<Fields>, options: PrefetchOptions = {}): Source<Fields> {
  checkOptions("prefetch", { source: having("a source", "open"), depth: optional(integer()) }, { ...options, source });
  const { depth = 2 } = options;
  return {
    spec: source.spec,
    provides: source.provides,
    ...(source.batchSize === undefined ? {} : { batchSize: source.batchSize }),
    open: async (context: SourceContext) => askingAhead(await source.open(context), depth, context.signal),
  };
}

/** A draw asked for ahead of time: what came of it, where something did, and its promise, where it was one. */
interface Asked {
  readonly count: number;
  batch?: Batch;
  readonly promise: Promise<Batch>;
}

function askingAhead(source: OpenSource, depth: number, runSignal: AbortSignal): OpenSource {
  const closing = new AbortController();
  const background = AbortSignal.any([runSignal, closing.signal]);
  const asked = new Map<number, Asked>();
  let planned: ReturnType<typeof setImmediate> | undefined;

  const ask = (position: number, count: number): Asked => {
    const one: Asked = {
      count,
      promise: new Promise((resolve) => resolve(source.at(position, count, background))),
    };
    // Also marks a failure as handled: it is thrown by the draw that takes it.
    one.promise.then(
      (batch) => (one.batch = batch),
      () => undefined,
    );
    return one;
  };
  const askNext = (position: number, count: number): void => {
    clearImmediate(planned);
    if (background.aborted) return;
    const wanted = Array.from({ length: depth }, (_, ahead) => position + count * (ahead + 1));
    for (const [at, one] of asked) if (!wanted.includes(at) || one.count !== count) asked.delete(at);
    // After the round that got this answer was handed on: an answer worked out on the spot would hold it up.
    planned = setImmediate(() => {
      if (background.aborted) return;
      for (const at of wanted) if (!asked.has(at)) asked.set(at, ask(at, count));
    });
  };

  return {
    fields: source.fields,
    ...(source.length === undefined ? {} : { length: source.length }),
    ...(source.content === undefined ? {} : { content: source.content }),
    at: (position, count, signal) => {
      const known = asked.get(position);
      asked.delete(position);
      const answer: MaybePromise<Batch> = known === undefined || known.count !== count
        ? source.at(position, count, signal)
        : (known.batch ?? untilAborted(known.promise, signal));
      if (!("then" in answer)) {
        askNext(position, count);
        return answer;
      }
      return answer.then((batch) => {
        askNext(position, count);
        return batch;
      });
    },
    close: async () => {
      clearImmediate(planned);
      closing.abort(new Error("the source is closed"));
      asked.clear();
      await source.close?.();
    },
  };
}
