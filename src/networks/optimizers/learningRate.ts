import { type Check, number, optional } from "../../configuration/checkOptions.ts";
import { guarded } from "../../math/schedules/guarded.ts";
import type { Scheduled } from "../../math/schedules/schedule.ts";
import { scheduled } from "../../math/schedules/scheduled.ts";

const rate = number({ minimum: 0 });

/** A rate ≥ 0 or a schedule of rates; may be left out. */
export const learningRateCheck: Check = optional(scheduled(rate));

/** An optimizer's learning rate, checked in every round where that is not known before. */
export function guardedRate(owner: string, learningRate: Scheduled): Scheduled {
  return guarded(owner, "learningRate", learningRate, rate);
}
