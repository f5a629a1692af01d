import { checkOptions, number, optional, text } from "../configuration/checkOptions.ts";
import { withPlayer } from "../game/blueprint.ts";
import type { Constraint } from "../game/player.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { tf } from "../math/tensor.ts";
import { playerOf } from "./playerOf.ts";

export interface WeightClippingOptions {
  /** c. The paper takes 0.01. */
  readonly limit: number;
  /** Default `discriminator`. */
  readonly player?: string;
}

/**
 * WGAN's constraint: after every update of the player, w ← min(max(w, −c), c) for each of the parameters it moved, so that
 * a critic's Lipschitz constant stays bounded. Every repetition of a turn is an update. Parameters that the loss of the turn
 * does not reach, those of a head no term looks at, are not moved and not clipped.
 *
 * The authors call it "a clearly terrible way to enforce a Lipschitz constraint"; `gradientPenalty` is what followed.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN", algorithm 1.
 */
export function weightClipping(options: WeightClippingOptions): Plugin {
  checkOptions("weightClipping", { limit: number({ above: 0 }), player: optional(text) }, options);
  const { limit, player = "discriminator" } = options;
  const constraint: Constraint = {
    spec: { name: "weightClipping", options: { limit } },
    apply: (parameter) => tf.clipByValue(parameter, -limit, limit),
  };
  return definePlugin("weightClipping", (round$) => round$, {
    options: { limit, player },
    assemble(blueprint) {
      const plan = playerOf(blueprint, player);
      return withPlayer(blueprint, player, { ...plan, constraints: [...(plan.constraints ?? []), constraint] });
    },
  });
}
