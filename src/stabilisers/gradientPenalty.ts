import { boolean, checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Seen } from "../game/seen.ts";
import { gradientNorms } from "../math/penalties/gradientNorms.ts";
import { inputGradients } from "../math/penalties/inputGradients.ts";
import { samplesBetween } from "../math/penalties/samplesBetween.ts";
import { targetNormPenalty } from "../math/penalties/targetNorm.ts";
import { fold } from "../math/random/fold.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";
import { gradientFields, guardedWeight, penaltyChecks, type PenaltyOptions, penaltySpec, weightCheck, withPenalty } from "./withPenalty.ts";

export interface GradientPenaltyOptions extends PenaltyOptions {
  /** λ. Default 10. */
  readonly weight?: Scheduled;
  /** The norm every gradient is drawn to. Default 1: a critic of Lipschitz constant 1. */
  readonly target?: number;
  /** Whether only norms above the target are penalised, so that a critic with nothing left to say may be flat (Petzka et al. 2018). Default false. */
  readonly isOneSided?: boolean;
}

/**
 * WGAN-GP: adds λ E[(‖∇D(x̂)‖ − target)²] to the critic's loss, at one random point x̂ between each real sample and a
 * generated one, after the views. ∇ is taken in each sample, over all its values together.
 *
 * Labels and other whole numbers of the record are the real side's. Measures `gradientPenalty/norm`, the mean norm. Costs
 * one more forward pass and two backward passes; fit for a critic without batch norm.
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a critic with layers that mix samples
 * @example
 * ```ts
 * train$(game, gradientPenalty(), discriminatorStep({ times: 5 }), generatorStep());
 * ```
 * Reference: Gulrajani et al. 2017, "Improved training of Wasserstein GANs", algorithm 1.
 */
export function gradientPenalty(options: GradientPenaltyOptions = {}): Plugin {
  checkOptions("gradientPenalty", { ...penaltyChecks, weight: weightCheck, target: optional(number({ minimum: 0 })), isOneSided: optional(boolean) }, options);
  const { weight = 10, target = 1, isOneSided = false, ...where } = options;
  const described = penaltySpec(weight, where, { target, isOneSided });
  return definePlugin("gradientPenalty", (round$) => round$, {
    options: described,
    assemble: (blueprint) =>
      withPenalty(blueprint, {
        name: "gradientPenalty",
        weight: guardedWeight("gradientPenalty", "weight", weight),
        options: described,
        where,
        of(seen, { adversary, fields, apart, measure }): Tensor {
          const between = recordBetween(seen, adversary, fields);
          const norms = gradientNorms(inputGradients(apart(between.record), between.points));
          measure("norm", tf.mean(norms));
          return targetNormPenalty(norms, target, isOneSided);
        },
      }),
  });
}

/** The record between the real and the fake one, and those of its tensors that are interpolated; constants. */
function recordBetween(seen: Seen, adversary: string, fields: readonly string[] | undefined): { readonly record: Tensors; readonly points: readonly Tensor[] } {
  const [real, fake] = [seen.shown("real", adversary), seen.shown("fake", adversary)];
  const names = gradientFields("gradientPenalty", real, fields, fake);
  const key = fold(seen.key, "gradientPenalty", adversary);
  const points = names.map((name) => {
    const [x, g] = [real[name]!, fake[name]!];
    if (!tf.util.arraysEqual(x.shape, g.shape)) {
      throw new RangeError(`gradientPenalty: expected as many real as generated samples of one shape, got "${name}" of [${x.shape.join(", ")}] and [${g.shape.join(", ")}]`);
    }
    // One key for all fields: a point on the line between two records, not between their parts.
    return withoutTape(() => samplesBetween(x, g, key));
  });
  return { record: { ...real, ...Object.fromEntries(names.map((name, i) => [name, points[i]!])) }, points };
}
