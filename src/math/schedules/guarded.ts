import type { Check } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { isMonotone } from "./ownSchedules.ts";
import type { Scheduled } from "./schedule.ts";

/**
 * The same number or schedule, each value of which is checked when it is used, unless `scheduled` has seen both its extremes.
 *
 * @throws ConfigurationError, where it is used, naming the option, the round and the value
 */
export function guarded(owner: string, option: string, given: Scheduled, value: Check): Scheduled {
  if (typeof given === "number" || isMonotone(given.spec)) return given;
  return {
    spec: given.spec,
    at(index) {
      const now = given.at(index);
      const problems = value.problems(now, `${option} in round ${index}`);
      if (problems.length > 0) throw new ConfigurationError(owner, problems);
      return now;
    },
  };
}
