import { checkOptions, having, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { withNetworkEdit, withTerm } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Seen } from "../game/seen.ts";
import type { View } from "../game/view.ts";
import { fold } from "../math/random/fold.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { guardedWeight, weightCheck } from "./withPenalty.ts";

export interface ConsistencyOptions {
  /**
   * T: how a sample is changed without changing what it is. A view, but one the discriminator does not stand behind. Without,
   * the sample is seen through the game's views once more (`diffAugment`), which draw anew.
   */
  readonly augmentation?: View;
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
  /** Whether the head's own numbers are compared, or the probabilities they are the logits of, `[batch, classes]`. Default `values`. */
  readonly compares?: "values" | "probabilities";
}

/**
 * Balanced consistency regularisation: adds λ_real E[(D(x) − D(T(x)))²] + λ_fake E[(D(G(z)) − D(T(G(z))))²] to the
 * discriminator's loss, D the logit. What the discriminator judges stays as it was; it only learns not to mind T.
 *
 * Of a head of class logits, such as `kPlusOne`'s `classes`, compare the probabilities: λ E ‖p(x) − p(T(x))‖², by which unlabelled
 * samples take the class of their neighbours; let λ grow from 0 while the classes are learnt.
 *
 * T is applied after the views. Without it two looks at a sample are compared, each with draws of its own in views and layers
 * (dropout, noise). Costs a forward pass for each side more; those leave the buffers alone.
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a head that is not there
 * @example Beside `diffAugment`: `consistency({ head: "classes", compares: "probabilities", real: linearSchedule({ from: 0, to: 5, rounds: 2000 }), fake: 0 })`
 * References: Zhao et al. 2021, "Improved consistency regularization for GANs", algorithm 1 (bCR); of classes: Laine and Aila 2017,
 * "Temporal ensembling for semi-supervised learning", algorithm 1 (Π-model).
 */
export function consistency(options: ConsistencyOptions = {}): Plugin {
  checkOptions(
    "consistency",
    { augmentation: optional(having("a view such as { name, spec, of }", "of")), real: weightCheck, fake: weightCheck, adversary: optional(text), turn: optional(text), head: optional(text), compares: optional(oneOf("values", "probabilities")) },
    options,
  );
  const { augmentation, real = 10, fake = 10, adversary = "adversary", turn = "discriminator", head = "logits", compares = "values" } = options;
  const described = { ...(augmentation === undefined ? {} : { augmentation: { ...augmentation.spec } }), real: scheduledSpec(real), fake: scheduledSpec(fake), adversary, turn, head, compares };
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
        of: (seen: Seen) => difference(seen, side, { augmentation, adversary, head, compares }),
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

type Compared = Required<Pick<ConsistencyOptions, "adversary" | "head" | "compares">> & { readonly augmentation: View | undefined };

/** Mean squared difference of the discriminator's outputs for the sample as it is and as it is changed; of probabilities, of their rows. */
function difference(seen: Seen, side: "real" | "fake", { augmentation, adversary, head, compares }: Compared): Tensor {
  const changed = augmentation === undefined ? seen.shown(side, adversary, "consistency") : augmentedBy(augmentation, seen, side, adversary);
  const before = (side === "real" ? seen.real(adversary) : seen.fake(adversary)).heads[head];
  const after = seen.forward(seen.discriminatorOf(adversary), changed, { isFrozen: true }).heads[head];
  if (before === undefined || after === undefined) throw new RangeError(`consistency: "${seen.discriminatorOf(adversary)}" has no head "${head}"`);
  if (compares === "values") return tf.mean(tf.squaredDifference(before, after));
  return tf.mean(tf.sum(tf.squaredDifference(tf.softmax(before), tf.softmax(after)), -1));
}

function augmentedBy(augmentation: View, seen: Seen, side: "real" | "fake", adversary: string): Tensors {
  const key = fold(seen.key, "consistency", adversary, side);
  return augmentation.of(seen.shown(side, adversary), { key, side, turn: seen.turn, index: seen.index, settings: seen.settings });
}
