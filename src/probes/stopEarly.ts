import { concatMap, defer, type MonoTypeOperatorFunction } from "rxjs";
import { checkOptions, having, integer, number, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Command } from "../game/command.ts";
import type { TrainingEvent, Warned } from "../game/event.ts";

export interface StopEarlyOptions {
  /** Name of a score that `measureEvery` sends: `frechet`. */
  readonly metric: string;
  /** Which direction is better; known of a metric's first score, and needed for the others. */
  readonly better?: "lower" | "higher";
  /** Stop after so many measurements in a row without an improvement. */
  readonly patience: number;
  /** What counts as an improvement is better than the best by more than this. Default 0. */
  readonly minimumChange?: number;
  /** The subject that is the game's `control$`: the run is told to stop there. */
  readonly control$: { next(command: Command): void };
}

/** How long a score has not improved. */
export interface Patience {
  readonly best?: number;
  /** Measurements since the best. */
  readonly waited: number;
}

/** Patience after another score. A score that is not a number is no improvement. */
export function patienceAfter({ best, waited }: Patience, value: number, better: "lower" | "higher", minimumChange = 0): Patience {
  const gain = best === undefined ? Infinity : better === "lower" ? best - value : value - best;
  if (!Number.isNaN(value) && gain > minimumChange) return { best: value, waited: 0 };
  return { ...(best === undefined ? {} : { best }), waited: waited + 1 };
}

/**
 * Early stopping: when a score has not improved for `patience` measurements, the run is told to stop. It then plays no
 * further round, saves a checkpoint and completes, so that the stream ends as it does after a `Stop` by hand
 * (`RunCompleted` with reason `stopped`), and playing on later is possible. A `Warned` event says why.
 *
 * An operator over events: it passes every event through. Patience begins anew with every `RunStarted`, so a resumed run
 * is given as many measurements again.
 *
 * @throws ConfigurationError for wrong options; in the stream, where the score's direction is not known
 * @example
 * ```ts
 * const control$ = new Subject<Command>();
 * train$(gan({ …, control$ }), discriminatorStep(), generatorStep(), measureEvery({ every: 250, metrics }))
 *   .pipe(stopEarly({ metric: "frechet", patience: 5, control$ }), progressBar())
 *   .subscribe();
 * ```
 * Reference for the idea: Prechelt 1998, "Early stopping — but when?".
 */
export function stopEarly(options: StopEarlyOptions): MonoTypeOperatorFunction<TrainingEvent> {
  checkOptions("stopEarly", {
    metric: text,
    better: optional(oneOf("lower", "higher")),
    patience: integer(),
    minimumChange: optional(number({ minimum: 0 })),
    control$: having("the Subject given to the game as control$", "next"),
  }, options);
  const { metric, better, patience, minimumChange = 0, control$ } = options;
  return (event$) =>
    defer(() => {
      let state: Patience = { waited: 0 };
      let hasStopped = false;
      return event$.pipe(
        concatMap((event): readonly TrainingEvent[] => {
          if (event._tag === "RunStarted") {
            state = { waited: 0 };
            hasStopped = false;
          }
          const score = event._tag === "Measured" ? event.scores.find(({ name }) => name === metric) : undefined;
          if (score === undefined || hasStopped) return [event];
          const direction = better ?? score.better;
          if (direction === undefined) {
            throw new ConfigurationError("stopEarly", [{ path: "better", message: `expected "lower" or "higher": ${metric} is not the first score of its metric, ${score.metric}` }]);
          }
          state = patienceAfter(state, score.value, direction, minimumChange);
          if (state.waited < patience) return [event];
          hasStopped = true;
          control$.next({ _tag: "Stop" });
          const best = state.best === undefined ? "never a number" : `not better than ${state.best}`;
          const warned: Warned = { _tag: "Warned", round: event.round, message: `stopping early: ${metric} was ${best} in ${patience} measurements` };
          return [event, warned];
        }),
      );
    });
}
