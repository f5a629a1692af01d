import { concatMap, type OperatorFunction } from "rxjs";
import { checkOptions, listOf, text } from "../configuration/checkOptions.ts";
import type { TrainingEvent } from "../game/event.ts";

/** Some metrics of one round. */
export interface Metrics<Name extends string = string> {
  /** Rounds played so far. */
  readonly round: number;
  /** Milliseconds since the run started, at the time the round was played. */
  readonly elapsedMs: number;
  /** By name; a name whose turn was not played in this round is absent. */
  readonly values: Readonly<Partial<Record<Name, number>>>;
}

/**
 * Losses and measures by name, round by round, ready to be drawn or tabulated: `{ round, elapsedMs, values }`. Rounds
 * that have none of the names are left out. Without names, all there are.
 *
 * @throws ConfigurationError where a name is empty
 * @example
 * ```ts
 * events$
 *   .pipe(metrics("loss/generator", "loss/discriminator"))
 *   .subscribe(({ round, values }) => chart.add(round, values["loss/generator"], values["loss/discriminator"]));
 * ```
 */
export function metrics<const Name extends string = string>(...names: readonly Name[]): OperatorFunction<TrainingEvent, Metrics<Name>> {
  checkOptions("metrics", { names: listOf(text) }, { names });
  return concatMap((event): readonly Metrics<Name>[] => {
    if (event._tag !== "RoundPlayed") return [];
    const { round, elapsedMs, metrics: all } = event;
    const wanted = names.length === 0 ? (Object.keys(all) as Name[]) : names.filter((name) => all[name] !== undefined);
    if (wanted.length === 0) return [];
    const values = Object.fromEntries(wanted.map((name) => [name, all[name]])) as Partial<Record<Name, number>>;
    return [{ round, elapsedMs, values }];
  });
}
