import { checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { gradientNorms } from "../math/penalties/gradientNorms.ts";
import { inputGradients } from "../math/penalties/inputGradients.ts";
import { samplesAround } from "../math/penalties/samplesAround.ts";
import { targetNormPenalty } from "../math/penalties/targetNorm.ts";
import { fold } from "../math/random/fold.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";
import { gradientFields, guardedWeight, penaltyChecks, type PenaltyOptions, penaltySpec, weightCheck, withPenalty } from "./withPenalty.ts";

export interface DraganOptions extends PenaltyOptions {
  /** λ. Default 10. */
  readonly weight?: Scheduled;
  /** k, the norm every gradient is drawn to. Default 1. */
  readonly target?: number;
  /** Size of the perturbation, in standard deviations of the batch. Default 0.5. */
  readonly spread?: number;
}

/**
 * DRAGAN: adds λ E[(‖∇D(x̂)‖ − k)²] to the discriminator's loss, at points x̂ around the real samples (see
 * `samplesAround`), after the views. Keeps the discriminator's gradients from growing sharp around the data, where the
 * authors see mode collapse begin; fit for any objective.
 *
 * Measures `dragan/norm`, the mean norm.
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a discriminator with layers that mix
 * samples
 * Reference: Kodali, Abernethy, Hays and Kira 2017, "On convergence and stability of GANs", section 2.3.
 */
export function dragan(options: DraganOptions = {}): Plugin {
  checkOptions("dragan", { ...penaltyChecks, weight: weightCheck, target: optional(number({ minimum: 0 })), spread: optional(number({ above: 0 })) }, options);
  const { weight = 10, target = 1, spread = 0.5, ...where } = options;
  const described = penaltySpec(weight, where, { target, spread });
  return definePlugin("dragan", (round$) => round$, {
    options: described,
    assemble: (blueprint) =>
      withPenalty(blueprint, {
        name: "dragan",
        weight: guardedWeight("dragan", "weight", weight),
        options: described,
        where,
        of(seen, { adversary, fields, apart, measure }): Tensor {
          const real = seen.shown("real", adversary);
          const names = gradientFields("dragan", real, fields);
          const points = names.map((name) => withoutTape(() => samplesAround(real[name]!, spread, fold(seen.key, "dragan", adversary, name))));
          const record = { ...real, ...Object.fromEntries(names.map((name, i) => [name, points[i]!])) };
          const norms = gradientNorms(inputGradients(apart(record), points));
          measure("norm", tf.mean(norms));
          return targetNormPenalty(norms, target);
        },
      }),
  });
}
