/**
 * Denoising diffusion as a single-player game: one denoiser, one turn a round. `diffusion` adds it to a game; the samplers
 * say how samples are drawn.
 */
import {
  adam, buildNetwork, checkOptions, conditions, ConfigurationError, definePlugin, fold, group, having, normalTensor, number, oneOf, optional, text, tf, uniforms,
  withNetwork, withNetworkEdit, withPlayer, withSampler, withSource, withTerm, withTurn,
  type Blueprint, type FieldPlans, type Key, type NetworkFactory, type NetworkPlan, type Optimizer, type Plugin, type Sampler, type Tensor, type Term,
} from "../../src/index.ts";
import { noised } from "./noising.ts";
import { NO_LABEL } from "./predictNoise.ts";
import { ddim } from "./samplers.ts";
import { cosineSignal, LEAST_SIGNAL, signalScheduleCheck, type SignalSchedule } from "./signalSchedule.ts";

export { mlpDenoiser } from "./networks.ts";
export { denoised, noised, noiseIn } from "./noising.ts";
export { NO_LABEL, predictNoise } from "./predictNoise.ts";
export { ancestralStep, ddim, ddimStep, ddpm, fresh, freshStep, upperAncestralStep, type AncestralOptions, type SamplerOptions, type SamplerStep } from "./samplers.ts";
export { cosineSignal, linearSignal, signalsOf, type CosineSignalOptions, type LinearSignalOptions, type SignalSchedule } from "./signalSchedule.ts";

/** What is squared in the loss: the error of the noise ε, or of the velocity v = √α ε − √(1 − α) x₀, which is that one over √α. */
export type DenoisingLoss = "noise" | "velocity";

export interface DiffusionOptions {
  /** Reads `samples` and `alpha`, and answers with the head `noise`, of the samples' shape: `unet()`, `mlpDenoiser()`. */
  readonly network: NetworkFactory;
  /** Default Adam with learning rate 1e-3. */
  readonly optimizer?: Optimizer;
  /** The signal rates that are trained on, all steps alike. Default `cosineSignal()`. */
  readonly schedule?: SignalSchedule;
  /** Default noise, DDPM's own. By the velocity, steps of much noise count for more: where it is decided what a sample will be. */
  readonly loss?: DenoisingLoss;
  /** How samples are drawn; not part of training. Default `ddim({ schedule })`. */
  readonly sampler?: Sampler;
  /**
   * Conditions the denoiser on the data's `labels`. `dropRate` of them are left out in training, so that the denoiser learns
   * both predictions that guidance goes between; default 0.1.
   */
  readonly labels?: { readonly dropRate?: number };
  /** Source of the real samples; default `data`. */
  readonly data?: string;
}

/** Whether these options ask for labels. */
type NeedsOf<Options> = Options extends { readonly labels: object } ? "labels" : never;

/**
 * ‖ε − ε_θ(√α x₀ + √(1 − α) ε, α)‖², the mean over samples and values, where ε ~ N(0, I) and α is the signal rate of a step
 * t drawn uniformly from 1 … T (`timesOf`); over α where the loss is that of the velocity (α of at least 1e-4, so that it stays finite).
 * With labels, a share of them is replaced by none.
 *
 * Reference: Ho, Jain and Abbeel 2020, equation 14, whose ᾱ_t is this α_t; Salimans and Ho 2022, "Progressive
 * distillation", section 4, for the velocity.
 */
export function denoisingTerm({ schedule = cosineSignal(), loss = "noise", data = "data", labels }: Partial<DiffusionOptions> = {}): Term {
  const dropRate = labels === undefined ? undefined : (labels.dropRate ?? 0.1);
  return {
    name: "denoising",
    turn: "denoising",
    spec: { name: "denoising", options: { schedule: { ...schedule.spec }, ...(loss === "noise" ? {} : { loss }), ...(dropRate === undefined ? {} : { dropRate }) } },
    of(seen) {
      const drawn = seen.drawn(data);
      const samples = drawn["samples"]!;
      const count = samples.shape[0]!;
      const signals = Float32Array.from(timesOf(fold(seen.key, "time"), count, schedule.steps), (t) => schedule.alphas[t]!);
      const noise = normalTensor(fold(seen.key, "noise"), samples.shape);
      const broadcast = (values: Float32Array): Tensor => tf.tensor(values, [count, ...samples.shape.slice(1).map(() => 1)]);
      const noisy = noised(samples, noise, broadcast(signals));
      const asked = dropRate === undefined ? {} : { labels: withoutSome(drawn["labels"]!, dropRate, fold(seen.key, "labels")) };
      const predicted = seen.forward("denoiser", { samples: noisy, alpha: tf.tensor(signals, [count, 1]), ...asked }).heads["noise"]!;
      const squares = tf.square(tf.sub(noise, predicted));
      return tf.mean(loss === "noise" ? squares : tf.div(squares, broadcast(signals.map((alpha) => Math.max(alpha, LEAST_SIGNAL)))));
    },
  };
}

/**
 * `count` steps in 1 … T, each uniform, and spread evenly over all of them: one random offset for a whole batch. The loss differs by
 * orders of magnitude between steps, and this takes the chance of the draw out of its mean.
 *
 * Reference: Kingma et al. 2021, "Variational diffusion models", appendix I.1.
 */
export function timesOf(key: Key, count: number, steps: number): readonly number[] {
  const offset = uniforms(key, 1)[0]!;
  return Array.from({ length: count }, (_, i) => 1 + Math.floor(((i + offset) / count) * steps));
}

/** Labels of which each is replaced by none with probability `dropRate`. */
function withoutSome(labels: Tensor, dropRate: number, key: Key): Tensor {
  const isDropped = tf.tensor(uniforms(key, labels.size), labels.shape).less(dropRate);
  return tf.where(isDropped, tf.fill(labels.shape, NO_LABEL, "int32"), labels);
}

/**
 * Adds a denoiser to a game: the network and player `denoiser`, the turn `denoising`, its term, and the sampler by which
 * `drawSamples({ network: "denoiser" })` and `generate` draw.
 *
 * @throws ConfigurationError for wrong options, and a sampler with guidance that there are no labels for, or none that are dropped;
 * at assembly where the game has no data, or no labels where they are asked for; before the first round where the network
 * has no head `noise` of the samples' shape
 * @example
 * ```ts
 * train$(
 *   game({ sources: { data: digits({ batchSize: 64 }) }, rounds: 5000 }),
 *   diffusion({ network: unet({ widths: [16, 32, 64] }), sampler: ddim({ steps: 20 }) }),
 *   step("denoising"),
 *   averageWeights({ network: "denoiser" }),
 *   drawSamples({ network: "denoiser", every: 500 }),
 * );
 * ```
 */
export function diffusion<const Options extends DiffusionOptions>(options: Options): Plugin<never, NeedsOf<Options>> {
  checkOptions("diffusion", checks, options);
  const { network, optimizer = adam({ learningRate: 1e-3 }), schedule = cosineSignal(), loss = "noise", labels, data = "data" } = options;
  const sampler = options.sampler ?? ddim({ schedule });
  const term = denoisingTerm({ schedule, loss, data, ...(labels === undefined ? {} : { labels }) });
  sampler.verify?.({ denoising: term.spec! });
  const needs = labels === undefined ? [] : ["labels"];
  return definePlugin("diffusion", (round$) => round$, {
    options: { data },
    needs: needs as NeedsOf<Options>[],
    assemble(blueprint) {
      const source = blueprint.sources[data];
      if (source === undefined) throw new RangeError(`no source is named "${data}"; there are ${Object.keys(blueprint.sources).join(", ") || "none"}`);
      let game: Blueprint = { ...blueprint, fields: { ...blueprint.fields, alpha: { shape: [1], dtype: "float32", range: [0, 1] } } };
      game = withNetwork(game, "denoiser", labels === undefined ? withoutLabels(network) : network);
      game = withNetworkEdit(game, "denoiser", { spec: { name: "diffusion" }, edit: (plan) => plan, verify: expectNoise });
      game = withPlayer(game, "denoiser", { optimizer, owns: ["denoiser"] });
      game = withTurn(game, { name: "denoising", players: ["denoiser"] });
      game = withTerm(game, term);
      if (labels !== undefined) game = withSource(game, "conditions", conditions(source, { draw: "uniform" }), "denoiser");
      return withSampler(game, "denoiser", sampler);
    },
  });
}

/** The network as it is for data without labels: where the data have some, it does not get to see them. */
function withoutLabels(network: NetworkFactory): NetworkFactory {
  return { spec: network.spec, plan: ({ labels: _, ...fields }) => network.plan(fields) };
}

/** @throws ConfigurationError where a denoiser says no noise, or noise of another shape than the samples', which would broadcast */
function expectNoise(plan: NetworkPlan, fields: FieldPlans): void {
  const { shape = [] } = fields["samples"] ?? {};
  const { heads } = buildNetwork("denoiser", plan, fields);
  const { noise } = heads;
  if (noise?.join() === shape.join()) return;
  const got = noise === undefined ? Object.keys(heads).join(", ") || "no head" : `[${noise.join(", ")}]`;
  throw new ConfigurationError("diffusion", [{ path: "network", message: `expected a head "noise" of the samples' shape [${shape.join(", ")}], got ${got}` }]);
}

const checks = {
  network: having("a network factory such as unet()", "plan"),
  optimizer: optional(having("an optimizer such as adam({ learningRate })", "update")),
  schedule: optional(signalScheduleCheck),
  loss: optional(oneOf("noise", "velocity")),
  sampler: optional(having("a sampler such as ddim({ steps: 20 })", "step")),
  labels: optional(group({ dropRate: optional(number({ minimum: 0, below: 1 })) })),
  data: optional(text),
};
