import { checkOptions, number } from "../../configuration/checkOptions.ts";
import { type Schedule, type Scheduled, scheduledAt, scheduledSpec } from "./schedule.ts";
import { scheduled } from "./scheduled.ts";

export interface ScaledScheduleOptions {
  readonly factor: number;
  /** What is scaled: a value or a schedule. */
  readonly then: Scheduled;
}

/** Another schedule times a number: factor · then(index). */
export function scaledSchedule(options: ScaledScheduleOptions): Schedule {
  checkOptions("scaledSchedule", { factor: number(), then: scheduled() }, options);
  const { factor, then } = options;
  return {
    spec: { name: "scaledSchedule", options: { factor, then: scheduledSpec(then) } },
    at: (index) => factor * scheduledAt(then, index),
  };
}

/** A number or schedule times a number; a number stays one. */
export function scaled(value: Scheduled, factor: number): Scheduled {
  return typeof value === "number" ? value * factor : scaledSchedule({ factor, then: value });
}
