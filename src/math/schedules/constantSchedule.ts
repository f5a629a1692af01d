import { checkOptions, number } from "../../configuration/checkOptions.ts";
import type { Schedule } from "./schedule.ts";

export interface ConstantScheduleOptions {
  readonly value: number;
}

/** The same value in every round; a plain number does the same wherever a schedule may stand. */
export function constantSchedule(options: ConstantScheduleOptions): Schedule {
  checkOptions("constantSchedule", { value: number() }, options);
  const { value } = options;
  return { spec: { name: "constantSchedule", options: { value } }, at: () => value };
}
