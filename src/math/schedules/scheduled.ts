import { type Check, number, show } from "../../configuration/checkOptions.ts";
import { isOwn } from "./ownSchedules.ts";
import type { Schedule } from "./schedule.ts";

const expected = "a schedule such as linearSchedule({ from, rounds })";

/** The check of a schedule: an object that answers for every round (a list does not) and says what it is, for checkpoints. */
export const schedule: Check = {
  expected,
  problems(given, path) {
    if (!answers(given)) return [{ path, message: `expected ${expected}, got ${show(given)}` }];
    const { spec } = given as Partial<Schedule>;
    return typeof spec?.name === "string" && spec.name !== "" ? [] : [{ path, message: `expected ${expected} with a spec { name, options } that checkpoints keep, got ${show(given)}` }];
  },
};

/**
 * The check of an option that is a number (`plain`) or a schedule of values: its first, and the last of a schedule of the
 * library's own. What a schedule of somebody else's says in between is known when it is used: see `guarded`.
 */
export function scheduled(value: Check = number(), plain: Check = value): Check {
  return {
    expected: `${plain.expected} or ${expected}`,
    problems(given, path) {
      if (!answers(given)) return plain.problems(given, path).map((problem) => ({ ...problem, message: `expected ${plain.expected} or ${expected}, got ${show(given)}` }));
      const problems = schedule.problems(given, path);
      if (problems.length > 0) return problems;
      const first = value.problems(given.at(0), `${path} in round 0`);
      if (first.length > 0 || !isOwn(given.spec)) return first;
      // What grows without end is finite in every round that is played.
      const last = Math.max(Math.min(given.at(Number.MAX_SAFE_INTEGER), Number.MAX_VALUE), -Number.MAX_VALUE);
      return value.problems(last, `${path} in the end`);
    },
  };
}

function answers(given: unknown): given is Schedule {
  return given !== null && typeof given === "object" && !Array.isArray(given) && !ArrayBuffer.isView(given) && typeof (given as Partial<Schedule>).at === "function";
}
