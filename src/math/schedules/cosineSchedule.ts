import { checkOptions } from "../../configuration/checkOptions.ts";
import { type RampOptions, rampChecks, rampProgress } from "./linearSchedule.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Half a cosine: to + (from − to) · (1 + cos πt) / 2 with t = (index − start) / rounds held within [0, 1].
 *
 * @throws ConfigurationError for wrong options.
 * Reference: Loshchilov and Hutter 2017, equation 5, without restarts.
 */
export function cosineSchedule(options: RampOptions): Schedule {
  checkOptions("cosineSchedule", rampChecks, options);
  const { from, to = 0, rounds, start = 0 } = options;
  return {
    spec: { name: "cosineSchedule", options: { from, to, rounds, start } },
    at: (index) => to + ((from - to) * (1 + Math.cos(Math.PI * rampProgress(index, start, rounds)))) / 2,
  };
}
