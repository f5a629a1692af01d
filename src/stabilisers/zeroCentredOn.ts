import { checkOptions } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { squaredNorms } from "../math/penalties/gradientNorms.ts";
import { inputGradients } from "../math/penalties/inputGradients.ts";
import { zeroCentredPenalty } from "../math/penalties/zeroCentred.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";
import { gradientFields, guardedWeight, type Judge, penaltyChecks, type PenaltyOptions, penaltySpec, weightCheck, withPenalty } from "./withPenalty.ts";

export interface ZeroCentredOptions extends PenaltyOptions {
  /** γ. Default 10. */
  readonly gamma?: Scheduled;
}

/** R1 or R2: γ/2 · E‖∇D‖² on one side, after the views. Measures `<name>/norm`, the root of the mean squared norm. */
export function zeroCentredOn(side: "real" | "fake", name: string, options: ZeroCentredOptions): Plugin {
  checkOptions(name, { ...penaltyChecks, gamma: weightCheck }, options);
  const { gamma = 10, ...where } = options;
  const { weight, ...others } = penaltySpec(gamma, where);
  const described = { gamma: weight!, ...others };
  return definePlugin(name, (round$) => round$, {
    options: described,
    assemble: (blueprint) =>
      withPenalty(blueprint, {
        name,
        weight: guardedWeight(name, "gamma", gamma),
        options: described,
        where,
        isShared: true,
        of(seen, { adversary, fields, shared, apart, measure }): Tensor {
          const record = seen.shown(side, adversary);
          const names = gradientFields(name, record, fields);
          const gradients = names.length === 1
            ? inputGradients(shared(record), [record[names[0]!]!])
            : gradientsApart(record, names, apart);
          measure("norm", tf.sqrt(tf.mean(squaredNorms(gradients))));
          return zeroCentredPenalty(gradients);
        },
      }),
  });
}

/**
 * Of several fields one may be made of another (codes of samples), and the tape would take that way, too: the gradient is
 * taken in copies, at the price of a forward pass.
 */
function gradientsApart(record: Tensors, names: readonly string[], apart: Judge["apart"]): readonly Tensor[] {
  const copies = names.map((name) => withoutTape(() => tf.clone(record[name]!)));
  return inputGradients(apart({ ...record, ...Object.fromEntries(names.map((name, i) => [name, copies[i]!])) }), copies);
}
