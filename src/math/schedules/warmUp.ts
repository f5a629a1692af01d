import { checkOptions, integer } from "../../configuration/checkOptions.ts";
import { type Schedule, type Scheduled, scheduledAt, scheduledSpec } from "./schedule.ts";
import { scheduled } from "./scheduled.ts";

export interface WarmUpOptions {
  /** Rounds until the full value. */
  readonly rounds: number;
  /** What is warmed up: a value or a schedule, which runs from round 0 on as if there were no warm-up. */
  readonly then: Scheduled;
}

/**
 * A linear start of another schedule: then(index) · min((index + 1) / rounds, 1). The first round is not 0, so that no
 * round is lost.
 *
 * @throws ConfigurationError for wrong options.
 */
export function warmUp(options: WarmUpOptions): Schedule {
  checkOptions("warmUp", { rounds: integer(), then: scheduled() }, options);
  const { rounds, then } = options;
  return {
    spec: { name: "warmUp", options: { rounds, then: scheduledSpec(then) } },
    at: (index) => scheduledAt(then, index) * Math.min((index + 1) / rounds, 1),
  };
}
