import { type Check, group, integer, listOf, number, oneOf, optional, satisfies, show } from "../configuration/checkOptions.ts";

/** Checks a value range `[low, high]`. */
export const rangeCheck: Check = satisfies(
  "two numbers, the lower first",
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every((bound) => number().problems(bound, "").length === 0) && value[0] < value[1],
);

const plan = group({
  shape: listOf(integer()),
  dtype: oneOf("float32", "int32"),
  range: optional(rangeCheck),
  classes: optional(integer()),
});

/** Checks the `fields` a source is said to provide: `{ samples: { shape: [2], dtype: "float32" } }`. */
export const fieldPlansCheck: Check = {
  expected: "at least one field by name, each with shape and dtype",
  problems: (value, path) => {
    if (value === null || typeof value !== "object" || Array.isArray(value) || Object.keys(value).length === 0) {
      return [{ path, message: `expected ${fieldPlansCheck.expected}, got ${show(value)}` }];
    }
    return Object.entries(value).flatMap(([name, member]) => plan.problems(member, `${path}.${name}`));
  },
};
