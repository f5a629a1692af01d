import { ConfigurationError } from "../../configuration/configurationError.ts";
import type { Json, Spec } from "../../configuration/spec.ts";
import { constantSchedule } from "./constantSchedule.ts";
import { cosineSchedule } from "./cosineSchedule.ts";
import { exponentialDecay } from "./exponentialDecay.ts";
import { linearSchedule } from "./linearSchedule.ts";
import type { OwnSchedule } from "./ownSchedules.ts";
import { scaledSchedule } from "./scaledSchedule.ts";
import type { Schedule, Scheduled } from "./schedule.ts";
import { stepDecay } from "./stepDecay.ts";
import { warmUp } from "./warmUp.ts";

/** Each factory checks its own options, so the cast behind this type is safe. */
type Revive = (options: never) => Schedule;
const schedules: Readonly<Record<OwnSchedule, Revive>> = { constantSchedule, cosineSchedule, exponentialDecay, linearSchedule, scaledSchedule, stepDecay, warmUp };

/** The schedule a spec describes. @throws ConfigurationError for an unknown name or wrong options. */
export function scheduleFromSpec(spec: Spec): Schedule {
  const revive = schedules[spec.name as OwnSchedule] as Revive | undefined;
  if (revive === undefined) {
    const known = Object.keys(schedules).join(", ");
    throw new ConfigurationError("scheduleFromSpec", [{ path: "name", message: `expected one of ${known}, got "${spec.name}"` }]);
  }
  const { then, ...options } = spec.options ?? {};
  return revive((then === undefined ? options : { ...options, then: scheduledFromSpec(then) }) as never);
}

/** A number or schedule from what `scheduledSpec` made of it. */
export function scheduledFromSpec(value: Json): Scheduled {
  return typeof value === "number" ? value : scheduleFromSpec(value as Spec);
}
