import { Observable } from "rxjs";
import { runChecks, type Game } from "./game/game.ts";
import type { TrainingEvent } from "./game/event.ts";
import type { AnyPlugin, Ordered } from "./game/plugin.ts";
import { checkOptions } from "./configuration/checkOptions.ts";
import { assemble } from "./run/assemble.ts";
import { iterate } from "./run/iterate.ts";
import { TrainingRun } from "./run/trainingRun.ts";

/**
 * A game being trained, as a stream of events. Cold: every subscription is a run of its own; `share()` fans one out.
 * Without RxJS: `for await (const event of training) …`, which holds the run back while the loop's body is busy.
 */
export class Training extends Observable<TrainingEvent> implements AsyncIterable<TrainingEvent> {
  readonly #runs = new Set<Promise<void>>();
  readonly #start: (listener: ConstructorParameters<typeof TrainingRun>[3]) => TrainingRun;

  constructor(start: (listener: ConstructorParameters<typeof TrainingRun>[3]) => TrainingRun) {
    super((subscriber) => {
      const run = this.#begin(subscriber);
      return () => run.cancel();
    });
    this.#start = start;
  }

  /** Resolves when every run started so far has released its device, its sources and its checkpoint folder. */
  get closed(): Promise<void> {
    return Promise.all(this.#runs).then(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<TrainingEvent> {
    return iterate((listener) => this.#begin(listener));
  }

  #begin(listener: ConstructorParameters<typeof TrainingRun>[3]): TrainingRun {
    const run = this.#start(listener);
    this.#runs.add(run.closed);
    void run.closed.finally(() => this.#runs.delete(run.closed));
    return run;
  }
}

/**
 * Trains a game: a stream of rounds flows through the plugins, left to right, and what happens comes out as events.
 *
 * Nothing is opened or allocated before a subscription. The order of plugins is checked by the compiler, and again
 * here: a plugin that needs labels does not compile where neither the data nor a plugin before it provides them.
 *
 * @throws ConfigurationError naming every wrong option. What goes wrong later arrives as a `TrainingFailure` in the
 * stream's `error`, after everything has been released.
 * @example
 * ```ts
 * train$(game, discriminatorStep({ times: 2 }), generatorStep(), drawSamples({ every: 250 })).subscribe(console.log);
 * ```
 */
export function train$<const Fields extends string, const Plugins extends readonly AnyPlugin[]>(
  game: Game<Fields>,
  ...plugins: Plugins & Ordered<Plugins, Fields>
): Training {
  return trainUnordered$(game, plugins as unknown as readonly AnyPlugin[]);
}

/** `train$` for lists of plugins that are put together at run time: their order is checked here only. */
export function trainUnordered$(game: Game, plugins: readonly AnyPlugin[]): Training {
  const { rounds, seed, backend, checkpoints, readEvery, control$, signal } = game;
  checkOptions("train$", runChecks, { rounds, seed, backend, checkpoints, readEvery, control$, signal });
  const blueprint = assemble(game, plugins);
  return new Training((listener) => new TrainingRun(game, blueprint, plugins, listener));
}
