import type { Json, Spec } from "../../configuration/spec.ts";

/** A number that is a function of the round: a learning rate, a weight, a count. Serialisable by its spec. */
export interface Schedule {
  readonly spec: Spec;
  /** The value in round `index` (0 for the first). */
  at(index: number): number;
}

/** A number, or a schedule of it. */
export type Scheduled = number | Schedule;

/** The value of a number or schedule in round `index`. */
export function scheduledAt(value: Scheduled, index: number): number {
  return typeof value === "number" ? value : value.at(index);
}

/** A number as itself, a schedule as its spec. */
export function scheduledSpec(value: Scheduled): Json {
  return typeof value === "number" ? value : value.spec;
}
