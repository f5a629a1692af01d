import { checkOptions, integer, number, optional, satisfies, type Check, type Spec } from "../../src/index.ts";

/**
 * How much signal is left after each of `steps` steps of noising: α_t, which is ∏ (1 − β_s) over s = 1 … t, falls from 1
 * at t = 0 to almost 0 at the last.
 */
export interface SignalSchedule {
  readonly spec: Spec;
  readonly steps: number;
  /** α_0 = 1, α_1, … α_steps. */
  readonly alphas: Float64Array;
}

/** The check of an option that is a schedule. */
export const signalScheduleCheck: Check = satisfies("a schedule such as cosineSignal()", (value) => (value as SignalSchedule | null)?.alphas instanceof Float64Array);

export interface LinearSignalOptions {
  /** Default 1000. */
  readonly steps?: number;
  /** β_1; default 1e-4. */
  readonly first?: number;
  /** β of the last step; default 0.02. Both are for 1000 steps, and are scaled with 1000 / steps. */
  readonly last?: number;
}

/**
 * β_t rises linearly.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", section 4.
 */
export function linearSignal(options: LinearSignalOptions = {}): SignalSchedule {
  checkOptions("linearSignal", { steps: optional(integer()), first: optional(number({ above: 0 })), last: optional(number({ above: 0 })) }, options);
  const { steps = 1000, first = 1e-4, last = 0.02 } = options;
  const scale = 1000 / steps;
  // The defaults as well: they are too much for few steps.
  const share = number({ above: 0, below: steps / 1000 });
  checkOptions("linearSignal", { first: share, last: share }, { first, last });
  const beta = (t: number): number => scale * (steps === 1 ? last : first + ((last - first) * (t - 1)) / (steps - 1));
  return schedule("linearSignal", { steps, first, last }, steps, beta);
}

export interface CosineSignalOptions {
  /** Default 1000. */
  readonly steps?: number;
  /** Keeps β from vanishing near t = 0; default 0.008. */
  readonly offset?: number;
}

/**
 * α_t = f(t) / f(0) with f(t) = cos²((t / steps + s) / (1 + s) · π / 2) and β_t at most 0.999: noise comes in more evenly,
 * which suits small images.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models", section 3.2.
 */
export function cosineSignal(options: CosineSignalOptions = {}): SignalSchedule {
  checkOptions("cosineSignal", { steps: optional(integer()), offset: optional(number({ above: 0, below: 1 })) }, options);
  const { steps = 1000, offset = 0.008 } = options;
  const signal = (t: number): number => Math.cos(((t / steps + offset) / (1 + offset)) * (Math.PI / 2)) ** 2;
  return schedule("cosineSignal", { steps, offset }, steps, (t) => Math.min(1 - signal(t) / signal(t - 1), 0.999));
}

/**
 * Where sampling begins at the earliest. x̂₀ has the error of the predicted noise over √α: the cosine schedule's last α of
 * 2e-9 would magnify it 20,000 times, while at 1e-4 the samples are a hundredth of x_T, which is as good as pure noise.
 */
export const LEAST_SIGNAL = 1e-4;

/** The signal rates that `count` steps of sampling go through, evenly spaced in time, up to 1: `count + 1` of them. */
export function signalsOf({ steps, alphas }: SignalSchedule, count: number): readonly number[] {
  return Array.from({ length: count + 1 }, (_, i) => Math.max(alphas[Math.round(((count - i) * steps) / count)]!, LEAST_SIGNAL));
}

function schedule(name: string, options: { readonly [key: string]: number }, steps: number, beta: (t: number) => number): SignalSchedule {
  const alphas = new Float64Array(steps + 1).fill(1);
  for (let t = 1; t <= steps; t++) alphas[t] = alphas[t - 1]! * (1 - beta(t));
  return { spec: { name, options }, steps, alphas };
}
