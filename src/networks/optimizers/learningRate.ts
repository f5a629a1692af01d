import { type Check, either, having, number, optional } from "../../configuration/checkOptions.ts";

/** A rate ≥ 0 or a schedule of rates; may be left out. */
export const learningRateCheck: Check = optional(either(number({ minimum: 0 }), having("a schedule", "at")));
