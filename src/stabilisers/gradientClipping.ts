import { checkOptions, listOf, number, optional, text } from "../configuration/checkOptions.ts";
import { withPlayer } from "../game/blueprint.ts";
import type { GradientTransform } from "../game/player.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { clipByGlobalNorm } from "../math/penalties/clipByGlobalNorm.ts";
import { playerOf } from "./playerOf.ts";

export interface GradientClippingOptions {
  /** The largest norm of all of a player's gradients together. */
  readonly norm: number;
  /** Default all, each by its own norm. */
  readonly players?: readonly string[];
}

/**
 * Gradient clipping: where the common norm of a player's gradients exceeds `norm`, all are scaled down to it before the
 * optimizer sees them; their direction stays. With `accumulate`, the mean over the batches is clipped.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
 */
export function gradientClipping(options: GradientClippingOptions): Plugin {
  checkOptions("gradientClipping", { norm: number({ above: 0 }), players: optional(listOf(text, 1)) }, options);
  const { norm, players } = options;
  const transform: GradientTransform = {
    spec: { name: "gradientClipping", options: { norm } },
    apply(gradients) {
      const clipped = clipByGlobalNorm([...gradients.values()], norm);
      return new Map([...gradients.keys()].map((name, i) => [name, clipped[i]!]));
    },
  };
  return definePlugin("gradientClipping", (round$) => round$, {
    options: { norm, ...(players === undefined ? {} : { players: [...players] }) },
    assemble: (blueprint) =>
      (players ?? Object.keys(blueprint.players)).reduce((game, name) => {
        const plan = playerOf(game, name);
        return withPlayer(game, name, { ...plan, gradients: [...(plan.gradients ?? []), transform] });
      }, blueprint),
  });
}
