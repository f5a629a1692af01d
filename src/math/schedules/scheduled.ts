import { either, having, number, type Check } from "../../configuration/checkOptions.ts";

/** The check of an option that is a number within bounds, or a schedule whose first value is. */
export function scheduled(bounds: Parameters<typeof number>[0] = {}): Check {
  const value = number(bounds);
  const check = either(value, having("a schedule such as linearSchedule({ from, rounds })", "at"));
  return {
    expected: check.expected,
    problems(given, path) {
      const problems = check.problems(given, path);
      if (problems.length > 0 || typeof given === "number") return problems;
      return value.problems((given as { at(index: number): unknown }).at(0), `${path} in round 0`);
    },
  };
}
