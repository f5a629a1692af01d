import { descentRule, momentumRule } from "../../backends/kernels/sgd/sgdRules.ts";
import { boolean, checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Scheduled, scheduledSpec } from "../../math/schedules/schedule.ts";
import { tf } from "../../math/tensor.ts";
import type { Optimizer, UpdateInput, UpdateOutput } from "../optimizer.ts";
import { guardedRate, learningRateCheck } from "./learningRate.ts";
import { updatesBy } from "./updatesBy.ts";

export interface SgdOptions {
  /** Default 1e-2. */
  readonly learningRate?: Scheduled;
  /** Share of the last move added to the next. Default 0. */
  readonly momentum?: number;
  /** Nesterov's form of momentum. Default false. */
  readonly isNesterov?: boolean;
}

/**
 * Stochastic gradient descent: p ← p − rate · g; with momentum μ: b ← μ b + g, p ← p − rate · b, or, in Nesterov's form,
 * p ← p − rate · (g + μ b). As PyTorch does it: the rate is outside the momentum.
 *
 * @throws ConfigurationError for a rate or momentum out of range, and for Nesterov's form without momentum.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions(
    "sgd",
    { learningRate: learningRateCheck, momentum: optional(number({ minimum: 0, below: 1 })), isNesterov: optional(boolean) },
    options,
  );
  const { learningRate = 1e-2, momentum = 0, isNesterov = false } = options;
  if (isNesterov && momentum === 0) {
    throw new ConfigurationError("sgd", [{ path: "isNesterov", message: "expected a momentum > 0 beside it, got 0" }]);
  }
  const hasMomentum = momentum > 0;
  return {
    spec: { name: "sgd", options: { learningRate: scheduledSpec(learningRate), momentum, isNesterov } },
    learningRate: guardedRate("sgd", learningRate),
    slots: hasMomentum ? ["momentum"] : [],
    ...(hasMomentum
      ? updatesBy(momentumRule, ({ rate }) => ({ rate, momentum, isNesterov }), (input) => composedMomentum(input, momentum, isNesterov))
      : updatesBy(descentRule, ({ rate }) => ({ rate }), ({ parameter, gradient, rate }) => ({ parameter: tf.sub(parameter, tf.mul(gradient, rate)), slots: {} }))),
  };
}

/** One update with momentum by tf operations. */
export function composedMomentum({ parameter, gradient, slots, rate }: UpdateInput, momentum: number, isNesterov: boolean): UpdateOutput {
  const moved = tf.add(tf.mul(slots["momentum"]!, momentum), gradient);
  const direction = isNesterov ? tf.add(gradient, tf.mul(moved, momentum)) : moved;
  return { parameter: tf.sub(parameter, tf.mul(direction, rate)), slots: { momentum: moved } };
}
