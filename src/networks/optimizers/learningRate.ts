import { type Check, either, having, number, optional } from "../../configuration/checkOptions.ts";
import type { Json } from "../../configuration/spec.ts";
import type { Scheduled } from "../../math/schedules/schedule.ts";

/** A rate ≥ 0 or a schedule of rates. */
export const learningRateCheck: Check = optional(either(number({ minimum: 0 }), having("a schedule", "at")));

/** A number as itself, a schedule as its spec. */
export function scheduledSpec(value: Scheduled): Json {
  return typeof value === "number" ? value : value.spec;
}
