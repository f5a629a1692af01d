import { rmspropRule, rmspropWithMomentumRule } from "../../backends/kernels/rmsprop/rmspropRules.ts";
import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { type Scheduled, scheduledSpec } from "../../math/schedules/schedule.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Optimizer, UpdateInput, UpdateOutput } from "../optimizer.ts";
import { guardedRate, learningRateCheck } from "./learningRate.ts";
import { updatesBy } from "./updatesBy.ts";

export interface RmspropOptions {
  /** Default 1e-3; WGAN uses 5e-5. */
  readonly learningRate?: Scheduled;
  /** How much of the running mean of squares stays. Default 0.99. */
  readonly smoothing?: number;
  /** Share of the last move added to the next. Default 0. */
  readonly momentum?: number;
  readonly epsilon?: number;
}

/**
 * RMSProp: s ← α s + (1 − α) g², p ← p − rate · g / (√s + ε); with momentum μ instead b ← μ b + g / (√s + ε),
 * p ← p − rate · b. As PyTorch does it: ε outside the root, no bias correction.
 *
 * @throws ConfigurationError for a rate, smoothing, momentum or epsilon out of range.
 * Reference: Tieleman and Hinton 2012, lecture 6e.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkOptions(
    "rmsprop",
    {
      learningRate: learningRateCheck,
      smoothing: optional(number({ minimum: 0, below: 1 })),
      momentum: optional(number({ minimum: 0, below: 1 })),
      epsilon: optional(number({ above: 0 })),
    },
    options,
  );
  const { learningRate = 1e-3, smoothing = 0.99, momentum = 0, epsilon = 1e-8 } = options;
  const hasMomentum = momentum > 0;
  return {
    spec: { name: "rmsprop", options: { learningRate: scheduledSpec(learningRate), smoothing, momentum, epsilon } },
    learningRate: guardedRate("rmsprop", learningRate),
    slots: hasMomentum ? ["squares", "momentum"] : ["squares"],
    ...(hasMomentum
      ? updatesBy(rmspropWithMomentumRule, ({ rate }) => ({ rate, smoothing, epsilon, momentum }), (input) => composedRmsprop(input, { smoothing, epsilon, momentum }))
      : updatesBy(rmspropRule, ({ rate }) => ({ rate, smoothing, epsilon }), (input) => composedRmsprop(input, { smoothing, epsilon, momentum }))),
  };
}

/** One update of RMSProp by tf operations. */
export function composedRmsprop(
  { parameter, gradient, slots, rate }: UpdateInput,
  { smoothing, epsilon, momentum }: Required<Omit<RmspropOptions, "learningRate">>,
): UpdateOutput {
  const squares = tf.add(tf.mul(slots["squares"]!, smoothing), tf.mul(tf.square(gradient), 1 - smoothing));
  const scaled: Tensor = tf.div(gradient, tf.add(tf.sqrt(tf.add(squares, TINY)), epsilon));
  if (momentum === 0) return { parameter: tf.sub(parameter, tf.mul(scaled, rate)), slots: { squares } };
  const moved = tf.add(tf.mul(slots["momentum"]!, momentum), scaled);
  return { parameter: tf.sub(parameter, tf.mul(moved, rate)), slots: { squares, momentum: moved } };
}

/** Keeps the derivative of the root at 0 finite, for who differentiates through an update; nothing beside epsilon. */
const TINY = 1e-30;
