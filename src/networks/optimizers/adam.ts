import { adamRule } from "../../backends/kernels/adam/adamRule.ts";
import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { type Scheduled, scheduledSpec } from "../../math/schedules/schedule.ts";
import { tf } from "../../math/tensor.ts";
import type { Optimizer, UpdateInput, UpdateOutput } from "../optimizer.ts";
import { guardedRate, learningRateCheck } from "./learningRate.ts";
import { updatesBy } from "./updatesBy.ts";

export interface AdamOptions {
  /** Default 1e-3; GANs like 2e-4 with beta1 0.5. */
  readonly learningRate?: Scheduled;
  readonly beta1?: number;
  readonly beta2?: number;
  /** Default 1e-8, as in the paper and in PyTorch. */
  readonly epsilon?: number;
}

export const adamChecks = {
  learningRate: learningRateCheck,
  beta1: optional(number({ minimum: 0, below: 1 })),
  beta2: optional(number({ minimum: 0, below: 1 })),
  epsilon: optional(number({ above: 0 })),
};

/**
 * Adam: p ← p − rate · m̂ / (√v̂ + ε), with m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², m̂ = m / (1 − β₁ᵗ),
 * v̂ = v / (1 − β₂ᵗ), t the parameter's own count of updates.
 *
 * @throws ConfigurationError for rates, betas or epsilon out of range.
 * Reference: Kingma and Ba 2015, algorithm 1; GAN settings from Radford et al. 2016, section 4.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions("adam", adamChecks, options);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    spec: { name: "adam", options: { learningRate: scheduledSpec(learningRate), beta1, beta2, epsilon } },
    learningRate: guardedRate("adam", learningRate),
    slots: ["m", "v"],
    ...adamUpdates({ beta1, beta2, epsilon, decay: 0 }),
  };
}

/** What an Adam update depends on beside its tensors; `decay` is AdamW's. */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

/** How Adam or AdamW updates one parameter, and many. */
export function adamUpdates(settings: AdamSettings): Required<Pick<Optimizer, "update" | "updateMany">> {
  return updatesBy(adamRule, ({ step, rate }) => ({ ...settings, step, rate }), (input) => composedAdam(input, settings));
}

/** One update of Adam or AdamW by tf operations. */
export function composedAdam(input: UpdateInput, { beta1, beta2, epsilon, decay }: AdamSettings): UpdateOutput {
  const { parameter, gradient, slots, step, rate } = input;
  const m = tf.add(tf.mul(slots["m"]!, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(slots["v"]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const size = rate / (1 - beta1 ** step);
  const root = tf.div(tf.sqrt(tf.add(v, TINY)), Math.sqrt(1 - beta2 ** step));
  const moved = tf.sub(decay === 0 ? parameter : tf.mul(parameter, 1 - rate * decay), tf.div(tf.mul(m, size), tf.add(root, epsilon)));
  return { parameter: moved, slots: { m, v } };
}

/**
 * Under the root so that its derivative at v = 0 is finite: who differentiates through an update (an unrolled GAN) would
 * otherwise get 0 · ∞ = NaN for every parameter without a gradient. Its root, 1e-15, is nothing beside any epsilon.
 */
const TINY = 1e-30;
