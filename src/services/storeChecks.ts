import { boolean, type Check, group, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";

/** The checks of the options every checkpoint store has. */
export const storeChecks: Readonly<Record<"every" | "keep" | "best" | "allowChanges" | "from", Check>> = {
  every: integer(),
  keep: optional(integer()),
  best: optional(group({ metric: text, mode: oneOf("min", "max") })),
  allowChanges: optional(boolean),
  from: optional(text),
};
