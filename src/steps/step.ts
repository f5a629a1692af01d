import { concatMap, of } from "rxjs";
import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { guarded } from "../math/schedules/guarded.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import { scheduled } from "../math/schedules/scheduled.ts";

export interface StepOptions {
  /** Repetitions, each on fresh data and noise; a number, or a schedule whose values are rounded. Default: what the turn says. */
  readonly times?: Scheduled;
  /** Batches whose gradients are averaged before the players move once. Default: what the turn says. */
  readonly accumulate?: number;
  /** Played in every so-many-th round only. Default: what the turn says. */
  readonly every?: number;
}

/** What a schedule of repetitions may say: it is rounded. */
const timesOfRound = satisfies("a number that rounds to 1 or more", (value) => typeof value === "number" && Number.isFinite(value) && Math.round(value) >= 1);

/** A step may have to wait for its sources, so it is asynchronous; this is how long. */
const SOURCE_TIMEOUT_MS = 600_000;

/**
 * Plays a turn of the game, and the turns declared `after` it, where it stands in the pipeline: what operators before
 * it have added to the round takes part, what operators after it add does not.
 *
 * @throws ConfigurationError for wrong options; at assembly where the game has no turn of this name
 * @example
 * ```ts
 * train$(game, step("reconstruction"), step("regularisation"));
 * ```
 */
export function step(turn: string, options: StepOptions = {}): Plugin {
  checkOptions("step", {
    times: optional(scheduled(timesOfRound, integer())),
    accumulate: optional(integer()),
    every: optional(integer()),
  }, options);
  const name = `step(${turn})`;
  return playing(name, [turn], { ...options, ...(options.times === undefined ? {} : { times: guarded(name, "times", options.times, timesOfRound) }) });
}

/** The operator behind every step: plays the named turns together. */
export function playing(name: string, turns: readonly string[], { times, accumulate, every }: StepOptions): Plugin {
  return definePlugin(
    name,
    (round$) =>
      round$.pipe(
        concatMap((round) => {
          const played = round.play(...turns);
          return "index" in played ? of(played) : Promise.resolve(played);
        }),
      ),
    {
      asynchronous: { timeoutMs: SOURCE_TIMEOUT_MS },
      assemble: (blueprint) => {
        for (const turn of turns) {
          if (!blueprint.turns.some((known) => known.name === turn)) {
            throw new RangeError(`no turn is named "${turn}"; there are ${blueprint.turns.map((known) => known.name).join(", ")}`);
          }
        }
        const said = Object.fromEntries(Object.entries({ times, accumulate, every }).filter(([, value]) => value !== undefined));
        return { ...blueprint, turns: blueprint.turns.map((turn) => (turns.includes(turn.name) ? { ...turn, ...said } : turn)) };
      },
    },
  );
}
