import { checkOptions, number, optional, text } from "../configuration/checkOptions.ts";
import { withTerm } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { featureDistance } from "../math/objectives/featureDistance.ts";
import { scheduledSpec, type Scheduled } from "../math/schedules/schedule.ts";
import { scheduled } from "../math/schedules/scheduled.ts";
import { guardedWeight } from "./withPenalty.ts";

export interface MatchFeaturesOptions {
  /** Of the term in the generator's loss; default 1. */
  readonly weight?: Scheduled;
  /** Whose features; default `adversary`. */
  readonly adversary?: string;
  /** The generator's turn; default `generator`. */
  readonly turn?: string;
}

/**
 * Adds feature matching to the generator's loss: ‖E[f(x)] − E[f(G(z))]‖², where f is the output of the discriminator's
 * trunk. Beside an adversarial term it keeps the generator's samples, as a batch, where the data are. To have it in place
 * of one, take the objective `featureMatching()`.
 *
 * Costs one pass of the discriminator on real samples in the generator's turn, without a backward pass.
 *
 * @throws ConfigurationError for wrong options.
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.1.
 */
export function matchFeatures(options: MatchFeaturesOptions = {}): Plugin {
  checkOptions("matchFeatures", { weight: optional(scheduled(number({ minimum: 0 }), number({ above: 0 }))), adversary: optional(text), turn: optional(text) }, options);
  const { weight = 1, adversary = "adversary", turn = "generator" } = options;
  const spec = { name: "matchFeatures", options: { weight: scheduledSpec(weight), adversary, turn } };
  return definePlugin("matchFeatures", (round$) => round$, {
    options: spec.options,
    assemble(blueprint) {
      if (blueprint.adversaries[adversary] === undefined) {
        throw new RangeError(`no adversary is named "${adversary}"; there are ${Object.keys(blueprint.adversaries).join(", ") || "none"}`);
      }
      return withTerm(blueprint, {
        name: `${adversary}/features`,
        turn,
        weight: guardedWeight("matchFeatures", "weight", weight),
        spec,
        of: (seen) => featureDistance(seen.real(adversary).features, seen.fake(adversary).features),
      });
    },
  });
}
