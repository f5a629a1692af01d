import { Observable, type MonoTypeOperatorFunction } from "rxjs";
import type { TrainingEvent } from "../game/event.ts";
import type { MaybePromise } from "../game/source.ts";

/** An operator over events that passes every one through unchanged and writes somewhere. */
export type Sink = MonoTypeOperatorFunction<TrainingEvent>;

/** What a sink does with an event. */
export type SinkHandler = (event: TrainingEvent) => MaybePromise<void>;

export interface SinkOptions {
  /** After the last event, however the run ended: gives back what the sink holds open. */
  readonly close?: () => MaybePromise<void>;
}

/**
 * Makes a sink of a function that writes one event.
 *
 * Events are handled one after the other, in order, and passed on at once; a handler that returns a promise is given
 * the next event when that has settled. `RunCompleted` and the end of the stream are passed on only when everything
 * before is written, so `await lastValueFrom(events$.pipe(sink))` means that the files are there. Unsubscribing stops
 * nothing that has arrived: what is waiting is written still, in the background.
 *
 * What the handler throws, or rejects with, becomes a `SinkFailed` event: the run and the other sinks go on, and the
 * handler is given the next event. Each distinct message is reported once.
 *
 * The run does not wait for its sinks. What arrives faster than it is written waits in memory: a handler that is slower
 * than the run must choose which events it takes, and `for await (const event of training)` holds the run back.
 *
 * State of a sink belongs to one subscription: make it inside `defer` where the handler has any.
 *
 * @param name in `SinkFailed`
 * @example
 * ```ts
 * const post = defineSink("post", async (event) => {
 *   if (event._tag === "CheckpointSaved") await fetch(url, { method: "POST", body: event.origin });
 * });
 * events$.pipe(post, progressBar()).subscribe();
 * ```
 */
export function defineSink(name: string, handler: SinkHandler, { close }: SinkOptions = {}): Sink {
  return (event$) =>
    new Observable((subscriber) => {
      /** Handling an event, passing on what has to wait for it, closing: in order. */
      const waiting = queue<() => MaybePromise<void>>();
      const reported = new Set<string>();
      let isWorking = false;
      let isEnding = false;
      /** Events that wait to be passed on; what comes after them waits, too. */
      let held = 0;
      let round = 0;

      const pass = (event: TrainingEvent): void => {
        round = event.round;
        subscriber.next(event);
      };
      const fail = (error: unknown): void => {
        const message = error instanceof Error ? error.message : String(error);
        if (reported.has(message)) return;
        reported.add(message);
        pass({ _tag: "SinkFailed", round, sink: name, message });
      };
      const attempt = (work: () => MaybePromise<void>) => (): MaybePromise<void> => {
        try {
          const written = work();
          return isPromise(written) ? Promise.resolve(written).catch(fail) : undefined;
        } catch (error) {
          fail(error);
        }
      };
      // At once as long as nothing has to be waited for: a handler that makes no promise costs none.
      const work = (): void => {
        if (isWorking) return;
        isWorking = true;
        for (let next = waiting.take(); next !== undefined; next = waiting.take()) {
          const written = next();
          if (!isPromise(written)) continue;
          void written.then(() => {
            isWorking = false;
            work();
          });
          return;
        }
        isWorking = false;
      };
      const end = (pass: () => void): void => {
        if (isEnding) return;
        isEnding = true;
        if (close !== undefined) waiting.add(attempt(close));
        waiting.add(pass);
        work();
      };

      const subscription = event$.subscribe({
        next: (event) => {
          const handle = attempt(() => handler(event));
          const release = (): void => {
            held--;
            pass(event);
          };
          if (event._tag === "RunCompleted") {
            held++;
            waiting.add(handle, release);
          } else if (held > 0) {
            held++;
            waiting.add(release, handle);
          } else {
            // Noted before it is passed on: whoever unsubscribes at its sight must not keep it from being written.
            waiting.add(handle);
            pass(event);
          }
          work();
        },
        error: (failure: unknown) => end(() => subscriber.error(failure)),
        complete: () => end(() => subscriber.complete()),
      });
      return () => {
        subscription.unsubscribe();
        end(() => undefined);
      };
    });
}

interface Link<T> {
  readonly value: T;
  next?: Link<T>;
}

/** First in, first out; linked, because `shift` of a long array moves all that is left in it. */
function queue<T>() {
  let first: Link<T> | undefined;
  let last: Link<T> | undefined;
  return {
    add(...values: readonly T[]): void {
      for (const value of values) {
        const link: Link<T> = { value };
        if (first === undefined || last === undefined) first = link;
        else last.next = link;
        last = link;
      }
    },
    take(): T | undefined {
      const taken = first;
      first = taken?.next;
      return taken?.value;
    },
  };
}

function isPromise(value: MaybePromise<void>): value is PromiseLike<void> {
  return typeof value === "object" && "then" in value;
}
