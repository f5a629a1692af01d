import { checkOptions, integer, listOf, optional, text } from "../configuration/checkOptions.ts";
import { withPlayer } from "../game/blueprint.ts";
import type { GradientWatch } from "../game/player.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { type Tensor, tf } from "../math/tensor.ts";

export interface WatchGradientsOptions {
  /** Measure in every so-many-th round; default 1. */
  readonly every?: number;
  /** Default all. */
  readonly players?: readonly string[];
}

/** The common norm of gradients, √(Σ ‖g‖²), a scalar left on the device. */
export function globalNorm(gradients: Iterable<Tensor>): Tensor {
  return tf.tidy(() => tf.sqrt([...gradients].reduce<Tensor>((sum, gradient) => tf.add(sum, tf.sum(tf.square(gradient))), tf.scalar(0))));
}

/**
 * Measures the norm of each player's gradients, √(Σ ‖g‖²) over all it owns, as `gradient/<player>` in `RoundPlayed`, read
 * with the losses. The gradients are those of the loss, before clipping or any other transform; training is not changed.
 *
 * A generator whose norm falls to nothing while the discriminator's loss does has stopped learning (a saturated minimax
 * game); norms that grow without end come before NaN. `watchCollapse` looks at both.
 *
 * @throws ConfigurationError for wrong options, or a player that is not there
 */
export function watchGradients(options: WatchGradientsOptions = {}): Plugin {
  checkOptions("watchGradients", { every: optional(integer()), players: optional(listOf(text, 1)) }, options);
  const { every = 1, players } = options;
  return definePlugin("watchGradients", (round$) => round$, {
    assemble: (blueprint) =>
      (players ?? Object.keys(blueprint.players)).reduce((game, name) => {
        const plan = game.players[name];
        if (plan === undefined) throw new RangeError(`no player is named "${name}"; there are ${Object.keys(game.players).join(", ")}`);
        const watch: GradientWatch = { name: `gradient/${name}`, every, of: (gradients) => globalNorm(gradients.values()) };
        return withPlayer(game, name, { ...plan, watches: [...(plan.watches ?? []), watch] });
      }, blueprint),
  });
}
