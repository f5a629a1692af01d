import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import type { Schedule } from "./schedule.ts";

export interface ExponentialDecayOptions {
  readonly from: number;
  /** Rounds in which the value halves. */
  readonly halfLife: number;
  /** The value never falls below it. Default 0. */
  readonly floor?: number;
}

/**
 * Exponential decay: max(from · 2^(−index / halfLife), floor).
 *
 * @throws ConfigurationError for wrong options.
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptions("exponentialDecay", { from: number({ minimum: 0 }), halfLife: number({ above: 0 }), floor: optional(number()) }, options);
  const { from, halfLife, floor = 0 } = options;
  return {
    spec: { name: "exponentialDecay", options: { from, halfLife, floor } },
    at: (index) => Math.max(from * 2 ** (-index / halfLife), floor),
  };
}
