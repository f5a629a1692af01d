import {
  boolean, checkOptions, ConfigurationError, fold, integer, normalTensor, number, oneOf, optional, sizeOf, tf,
  type Check, type Sampler, type Sampling, type Spec, type Tensor,
} from "../../src/index.ts";
import { denoised, noiseIn } from "./noising.ts";
import { predictNoise } from "./predictNoise.ts";
import { cosineSignal, signalScheduleCheck, signalsOf, type SignalSchedule } from "./signalSchedule.ts";

export interface SamplerOptions {
  /** Passes through the denoiser, at most the schedule's steps; default 50. */
  readonly steps?: number;
  /** Which signal rates are passed through. The denoiser is told them, so another than in training will do. Default cosine. */
  readonly schedule?: SignalSchedule;
  /** Guidance scale w ≥ 0, of a denoiser that was trained with labels of which some were dropped, and refused of others; default 1, none. Two passes a step. */
  readonly guidance?: number;
  /** Keep x̂₀ within the range of the data, where they have one; default true. */
  readonly clip?: boolean;
}

export interface AncestralOptions extends SamplerOptions {
  /**
   * The variance σ² of a step. `"posterior"` is β̃, that of q(x_next | x_t, x₀), exact where all data are one point; `"upper"` is β,
   * that of q(x_t | x_next), exact for data of N(0, I), and far too much between distant steps of anything else. Default posterior.
   */
  readonly variance?: "posterior" | "upper";
}

/** One step as the sampler's formula sees it. */
export interface SamplerStep {
  /** x̂₀, what the samples seem to be. */
  readonly samples: Tensor;
  /** ε, the noise that seems to be in x_t. */
  readonly noise: Tensor;
  /** Signal rate before and after; 1 after the last. */
  readonly alpha: number;
  readonly next: number;
  /** Fresh standard normal noise. */
  fresh(): Tensor;
}

/** x_next = √α' x̂₀ + √(1 − α') ε: the predicted noise is put back in, and nothing is random. */
export function ddimStep({ samples, noise, next }: SamplerStep): Tensor {
  return tf.add(tf.mul(samples, Math.sqrt(next)), tf.mul(noise, Math.sqrt(1 - next)));
}

/**
 * x_next = √α' x̂₀ + √(1 − α' − σ²) ε + σ z with σ² = β̃ = (1 − α') / (1 − α) · (1 − α / α'): a sample of the posterior
 * q(x_next | x_t, x̂₀).
 */
export function ancestralStep(step: SamplerStep): Tensor {
  const variance = posteriorVariance(step);
  return variance > 0 ? tf.add(posteriorMean(step), tf.mul(step.fresh(), Math.sqrt(variance))) : posteriorMean(step);
}

/** The posterior's mean, and more noise around it: σ² = β = 1 − α / α'. The last step, after which nothing removes it, has none. */
export function upperAncestralStep(step: SamplerStep): Tensor {
  const { alpha, next, fresh } = step;
  return next < 1 ? tf.add(posteriorMean(step), tf.mul(fresh(), Math.sqrt(1 - alpha / next))) : posteriorMean(step);
}

/** x_next = √α' x̂₀ + √(1 − α') z: all noise is new in every step. */
export function freshStep({ samples, next, fresh }: SamplerStep): Tensor {
  const signal = tf.mul(samples, Math.sqrt(next));
  return next < 1 ? tf.add(signal, tf.mul(fresh(), Math.sqrt(1 - next))) : signal;
}

/**
 * The deterministic sampler: one sample for each x_T, nearly the same however many steps are taken.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Song, Meng and Ermon 2021, "Denoising diffusion implicit models", section 4, η = 0.
 */
export function ddim(options: SamplerOptions = {}): Sampler {
  return stepping("ddim", ddimStep, options);
}

/**
 * Ancestral sampling: each step is a draw of the posterior. Needs many steps, and the more with the upper variance.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Ho, Jain and Abbeel 2020, algorithm 2, and section 3.2 for the two variances; between distant steps, DDIM with η = 1
 * and with σ̂ (Song, Meng and Ermon 2021, section 5).
 */
export function ddpm(options: AncestralOptions = {}): Sampler {
  checkOptions("ddpm", { ...checks, variance: optional(oneOf("posterior", "upper")) }, options);
  const { variance = "posterior", ...shared } = options;
  return stepping("ddpm", variance === "upper" ? upperAncestralStep : ancestralStep, shared, { variance });
}

/**
 * Denoise, then noise again with new noise, less of it each time: each x_next is a draw of q(x_next | x̂₀), as if x_t had
 * never been. The most random of the three, and the narrowest: x̂₀ is a mean over what the samples may be, so that spread
 * is lost in every step. With the exact noise of N(0, s²) many steps of it end in N(0, s² / 2).
 *
 * @throws ConfigurationError for wrong options
 * Reference: Song et al. 2023, "Consistency models", algorithm 1; Bansal et al. 2022, algorithm 1 with noise.
 */
export function fresh(options: SamplerOptions = {}): Sampler {
  return stepping("fresh", freshStep, options);
}

function stepping(name: string, formula: (step: SamplerStep) => Tensor, options: SamplerOptions, own: Readonly<Record<string, string>> = {}): Sampler {
  checkOptions(name, checks, options);
  const { steps = 50, schedule = cosineSignal(), guidance = 1, clip = true } = options;
  if (steps > schedule.steps) throw problem(name, "steps", `expected an integer > 0 and <= ${schedule.steps}, the schedule's steps, got ${steps}`);
  const signals = signalsOf(schedule, steps);
  return {
    spec: { name, options: { steps, schedule: { ...schedule.spec }, guidance, clip, ...own } },
    steps,
    verify: ({ denoising }) => refuseGuidance(name, guidance, denoising),
    step(index, record, sampling) {
      const [alpha, next] = [signals[index]!, signals[index + 1]!];
      const noisy = record["samples"] ?? standardNormal(sampling, "start");
      const predicted = predictNoise({ ...record, samples: noisy }, alpha, guidance, sampling);
      const range = clip ? sampling.fields["samples"]?.range : undefined;
      const unclipped = denoised(noisy, predicted, alpha);
      const samples = range === undefined ? unclipped : tf.clipByValue(unclipped, range[0], range[1]);
      // What was clipped was noise as well: samples and noise must still add up to x_t.
      const noise = range === undefined ? predicted : noiseIn(noisy, samples, alpha);
      return { ...record, samples: formula({ samples, noise, alpha, next, fresh: () => standardNormal(sampling, index) }) };
    },
  };
}

function posteriorVariance({ alpha, next }: SamplerStep): number {
  return ((1 - next) / (1 - alpha)) * (1 - alpha / next);
}

function posteriorMean(step: SamplerStep): Tensor {
  const { samples, noise, next } = step;
  return tf.add(tf.mul(samples, Math.sqrt(next)), tf.mul(noise, Math.sqrt(Math.max(1 - next - posteriorVariance(step), 0))));
}

/** Standard normal noise of the samples' shape, sample by sample a function of the key. */
function standardNormal({ key, first, count, fields }: Sampling, purpose: string | number): Tensor {
  const { shape } = fields["samples"]!;
  return normalTensor(fold(key, "diffusion", purpose), [count, ...shape], { first: first * sizeOf(shape) });
}

/** The checks of `SamplerOptions`. */
const checks: Readonly<Record<string, Check>> = {
  steps: optional(integer()),
  schedule: optional(signalScheduleCheck),
  guidance: optional(number({ minimum: 0 })),
  clip: optional(boolean),
};

/** @throws ConfigurationError where one of the two predictions that guidance goes between was never trained, as far as the denoising term tells */
function refuseGuidance(owner: string, guidance: number, denoising: Spec | undefined): void {
  if (guidance === 1 || denoising?.name !== "denoising") return;
  const dropRate = denoising.options?.["dropRate"];
  if (dropRate === undefined) throw problem(owner, "guidance", `expected 1, none, of a denoiser that is trained without labels, got ${guidance}; train it by diffusion({ labels: {} })`);
  if (dropRate === 0) throw problem(owner, "guidance", `expected 1, none, of a denoiser that always sees its labels, got ${guidance}; train it with a dropRate > 0`);
}

function problem(owner: string, path: string, message: string): ConfigurationError {
  return new ConfigurationError(owner, [{ path, message }]);
}
