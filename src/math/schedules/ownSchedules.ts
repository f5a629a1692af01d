import type { Json, Spec } from "../../configuration/spec.ts";

/** The schedules that go from their first value to their last and never beyond either. */
const monotone = ["constantSchedule", "linearSchedule", "cosineSchedule", "exponentialDecay", "stepDecay"] as const;
/** The library's own schedules. */
export type OwnSchedule = (typeof monotone)[number] | "scaledSchedule" | "warmUp";

/** Whether a schedule is the library's own, with whatever it is made of: then it answers for any round, however late. */
export function isOwn(spec: Spec): boolean {
  return isMonotone(spec) || ((spec.name === "scaledSchedule" || spec.name === "warmUp") && isThen(spec, isOwn));
}

/** Whether the first and the last value of a schedule are its extremes. A warm-up's may lie in between. */
export function isMonotone(spec: Spec): boolean {
  return (monotone as readonly string[]).includes(spec.name) || (spec.name === "scaledSchedule" && isThen(spec, isMonotone));
}

function isThen({ options = {} }: Spec, holds: (spec: Spec) => boolean): boolean {
  const then: Json | undefined = options["then"];
  return typeof then === "number" || (then !== null && typeof then === "object" && holds(then as Spec));
}
