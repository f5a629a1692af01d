import { filter, type OperatorFunction } from "rxjs";
import { checkOptions, listOf, oneOf } from "../configuration/checkOptions.ts";
import type { TrainingEvent } from "../game/event.ts";

/** The events of some kinds. */
export type EventOf<Tag extends TrainingEvent["_tag"]> = Extract<TrainingEvent, { readonly _tag: Tag }>;

// An object, so that the compiler asks for every kind there is.
const tags: Readonly<Record<TrainingEvent["_tag"], true>> = {
  RunStarted: true,
  RoundPlayed: true,
  SamplesDrawn: true,
  Measured: true,
  CollapseSuspected: true,
  CheckpointSaved: true,
  PluginReported: true,
  CommandApplied: true,
  Warned: true,
  SinkFailed: true,
  RunCompleted: true,
};

/**
 * Only the events of the kinds named, typed as such.
 *
 * @throws ConfigurationError for a kind that does not exist.
 * @example
 * ```ts
 * events$.pipe(on("CheckpointSaved")).subscribe(({ origin }) => upload(origin));
 * events$.pipe(on("Warned", "SinkFailed")).subscribe(({ message }) => console.warn(message));
 * ```
 */
export function on<const Tags extends readonly [TrainingEvent["_tag"], ...TrainingEvent["_tag"][]]>(
  ...wanted: Tags
): OperatorFunction<TrainingEvent, EventOf<Tags[number]>> {
  checkOptions("on", { tags: listOf(oneOf(...Object.keys(tags)), 1) }, { tags: wanted });
  return filter((event): event is EventOf<Tags[number]> => wanted.includes(event._tag));
}
