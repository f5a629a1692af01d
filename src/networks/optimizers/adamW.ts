import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { scheduledSpec } from "../../math/schedules/schedule.ts";
import type { Optimizer } from "../optimizer.ts";
import { adamChecks, type AdamOptions, adamUpdates } from "./adam.ts";
import { guardedRate } from "./learningRate.ts";

export interface AdamWOptions extends AdamOptions {
  /** Share of the rate by which parameters shrink in each update. Default 0.01. */
  readonly decay?: number;
}

/**
 * Adam with decoupled weight decay: p ← (1 − rate · decay) p, then Adam's update. Every parameter of the player decays,
 * biases and batch-norm scales too.
 *
 * @throws ConfigurationError for rates, betas, epsilon or decay out of range.
 * Reference: Loshchilov and Hutter 2019, algorithm 2.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  checkOptions("adamW", { ...adamChecks, decay: optional(number({ minimum: 0 })) }, options);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.01 } = options;
  return {
    spec: { name: "adamW", options: { learningRate: scheduledSpec(learningRate), beta1, beta2, epsilon, decay } },
    learningRate: guardedRate("adamW", learningRate),
    slots: ["m", "v"],
    ...adamUpdates({ beta1, beta2, epsilon, decay }),
  };
}
