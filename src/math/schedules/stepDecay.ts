import { checkOptions, integer, number, optional } from "../../configuration/checkOptions.ts";
import type { Schedule } from "./schedule.ts";

export interface StepDecayOptions {
  readonly from: number;
  /** What each step multiplies by. Default 0.1. */
  readonly factor?: number;
  /** Rounds from one step to the next. */
  readonly every: number;
}

/**
 * Decay in steps: from · factor^⌊index / every⌋.
 *
 * @throws ConfigurationError for wrong options.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptions("stepDecay", { from: number(), factor: optional(number({ minimum: 0 })), every: integer() }, options);
  const { from, factor = 0.1, every } = options;
  return {
    spec: { name: "stepDecay", options: { from, factor, every } },
    at: (index) => from * factor ** Math.floor(index / every),
  };
}
