import { checkOptions, having, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { withNetworkEdit, withTerm } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Seen } from "../game/seen.ts";
import type { View } from "../game/view.ts";
import { fold } from "../math/random/fold.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import { guardedWeight, weightCheck } from "./withPenalty.ts";

export interface ConsistencyOptions {
  /** T: how a sample is changed without changing what it is. A view, but one the discriminator does not stand behind. */
  readonly augmentation: View;
  /** λ_real. Default 10. */
  readonly real?: Scheduled;
  /** λ_fake. Default 10. */
  readonly fake?: Scheduled;
  /** Default `adversary`. */
  readonly adversary?: string;
  /** Default `discriminator`. */
  readonly turn?: string;
  /** The discriminator's head that should not change. Default `logits`. */
  readonly head?: string;
}

/**
 * Balanced consistency regularisation: adds λ_real E[(D(x) − D(T(x)))²] + λ_fake E[(D(G(z)) − D(T(G(z))))²] to the
 * discriminator's loss, D the logit. What the discriminator judges stays as it was; it only learns not to mind T.
 *
 * T is applied after the views. Costs a forward pass for each side more; those leave the buffers alone.
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a head that is not there
 * Reference: Zhao et al. 2021, "Improved consistency regularization for GANs", algorithm 1 (bCR).
 */
export function consistency(options: ConsistencyOptions): Plugin {
  checkOptions(
    "consistency",
    { augmentation: having("a view such as { name, spec, of }", "of"), real: weightCheck, fake: weightCheck, adversary: optional(text), turn: optional(text), head: optional(text) },
    options,
  );
  const { augmentation, real = 10, fake = 10, adversary = "adversary", turn = "discriminator", head = "logits" } = options;
  const described = { augmentation: { ...augmentation.spec }, real: scheduledSpec(real), fake: scheduledSpec(fake), adversary, turn, head };
  const weights = { real: guardedWeight("consistency", "real", real), fake: guardedWeight("consistency", "fake", fake) };
  return definePlugin("consistency", (round$) => round$, {
    options: described,
    assemble(blueprint) {
      if (blueprint.adversaries[adversary] === undefined) {
        throw new RangeError(`no adversary is named "${adversary}"; there are ${Object.keys(blueprint.adversaries).join(", ") || "none"}`);
      }
      const term = (side: "real" | "fake") => ({
        name: `consistency/${side}${adversary === "adversary" ? "" : `/${adversary}`}`,
        turn,
        weight: weights[side],
        spec: { name: "consistency", options: described },
        of: (seen: Seen) => difference(seen, side, augmentation, adversary, head),
      });
      const { discriminator } = blueprint.adversaries[adversary];
      const checked = withNetworkEdit(blueprint, discriminator, {
        spec: { name: "consistency" },
        edit: (plan) => plan,
        verify({ heads }) {
          if (heads[head] !== undefined) return;
          throw new ConfigurationError("consistency", [{ path: "head", message: `expected a head of "${discriminator}", one of ${Object.keys(heads).join(", ")}, got "${head}"` }]);
        },
      });
      return withTerm(checked, term("real"), term("fake"));
    },
  });
}

/** Mean squared difference of the discriminator's outputs before and after the augmentation. */
function difference(seen: Seen, side: "real" | "fake", augmentation: View, adversary: string, head: string): Tensor {
  const record = seen.shown(side, adversary);
  const key = fold(seen.key, "consistency", adversary, side);
  const changed = augmentation.of(record, { key, side, turn: seen.turn, index: seen.index, settings: seen.settings });
  const before = (side === "real" ? seen.real(adversary) : seen.fake(adversary)).heads[head];
  const after = seen.forward(seen.discriminatorOf(adversary), changed, { isFrozen: true }).heads[head];
  if (before === undefined || after === undefined) throw new RangeError(`consistency: "${seen.discriminatorOf(adversary)}" has no head "${head}"`);
  return tf.mean(tf.squaredDifference(before, after));
}
