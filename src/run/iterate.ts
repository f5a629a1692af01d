import type { TrainingEvent } from "../game/event.ts";
import type { TrainingFailure } from "../game/failure.ts";
import type { Listener, TrainingRun } from "./trainingRun.ts";

/** Events that may wait before the run is held back. */
const CAPACITY = 64;

/**
 * A run as an async iterator. The run is begun with the first `next`, held back while more than a few events wait to be
 * taken, and cancelled by `return`, which resolves when the run has released everything.
 */
export function iterate(begin: (listener: Listener) => TrainingRun): AsyncIterator<TrainingEvent> {
  const waiting: TrainingEvent[] = [];
  const takers: { resolve(result: IteratorResult<TrainingEvent>): void; reject(error: unknown): void }[] = [];
  let run: TrainingRun | undefined;
  let isOver = false;
  let failure: TrainingFailure | undefined;
  let release: (() => void) | undefined;
  const done: IteratorResult<TrainingEvent> = { done: true, value: undefined };

  const end = (): void => {
    isOver = true;
    for (const taker of takers.splice(0)) {
      if (failure === undefined) taker.resolve(done);
      else taker.reject(failure);
      failure = undefined;
    }
  };
  const listener: Listener = {
    next: (event) => {
      const taker = takers.shift();
      if (taker === undefined) waiting.push(event);
      else taker.resolve({ done: false, value: event });
    },
    error: (error) => {
      failure = error;
      end();
    },
    complete: end,
    ready: () => (waiting.length < CAPACITY ? undefined : new Promise<void>((resolve) => { release = resolve; })),
  };
  return {
    next() {
      run ??= begin(listener);
      const event = waiting.shift();
      if (waiting.length < CAPACITY / 2) {
        release?.();
        release = undefined;
      }
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
      if (failure !== undefined) {
        const error = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (isOver) return Promise.resolve(done);
      return new Promise((resolve, reject) => takers.push({ resolve, reject }));
    },
    async return() {
      isOver = true;
      waiting.length = 0;
      release?.();
      run?.cancel();
      await run?.closed;
      end();
      return done;
    },
  };
}
