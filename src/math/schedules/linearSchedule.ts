import { checkOptions, integer, number, optional } from "../../configuration/checkOptions.ts";
import type { Schedule } from "./schedule.ts";

/** From one value to another over a span of rounds. */
export interface RampOptions {
  readonly from: number;
  /** Default 0. */
  readonly to?: number;
  /** Rounds from the first value to the last. */
  readonly rounds: number;
  /** Rounds that keep `from` before the ramp begins. Default 0. */
  readonly start?: number;
}

export const rampChecks = { from: number(), to: optional(number()), rounds: integer(), start: optional(integer(0)) };

/** How far along the ramp a round is, in [0, 1]. */
export function rampProgress(index: number, start: number, rounds: number): number {
  return Math.min(Math.max((index - start) / rounds, 0), 1);
}

/**
 * A straight line: from + (to − from) · t with t = (index − start) / rounds held within [0, 1].
 *
 * @throws ConfigurationError for wrong options.
 */
export function linearSchedule(options: RampOptions): Schedule {
  checkOptions("linearSchedule", rampChecks, options);
  const { from, to = 0, rounds, start = 0 } = options;
  return {
    spec: { name: "linearSchedule", options: { from, to, rounds, start } },
    at(index) {
      const t = rampProgress(index, start, rounds);
      return t === 1 ? to : from + (to - from) * t;
    },
  };
}
