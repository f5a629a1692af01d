import { map } from "rxjs";
import { checkOptions, integer, listOf, number, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { withView } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { withCarry, type Round } from "../game/round.ts";
import type { Term } from "../game/term.ts";
import type { View } from "../game/view.ts";
import { adjusted, measured, noStrength, type AugmentationStrength } from "../math/augmentation/adjustProbability.ts";
import { augmentImages, transforms as known, type Transform } from "../math/augmentation/augmentImages.ts";
import { augmentationDraws } from "../math/augmentation/augmentationDraws.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";
import type { FieldPlans } from "../networks/network.ts";
import { expectImages } from "./expectImages.ts";

export interface AdaOptions {
  /** What E[sign(D(real))] is held at, in (−1, 1). Default 0.6. */
  readonly target?: number;
  /** Rounds between two adjustments. Default 4. */
  readonly every?: number;
  /** How far the probability moves per real sample shown; default 1 / 500 000, the paper's. */
  readonly speed?: number;
  /** What may be done to an image; default all four. */
  readonly transforms?: readonly Transform[];
  /** Default `adversary` and `discriminator`: whose judgement of the real samples is measured, in which turn. */
  readonly adversary?: string;
  readonly turn?: string;
}

/**
 * Adaptive discriminator augmentation: every image the discriminator sees, real or generated, undergoes each of a list of
 * transformations with probability p, and p rises while the discriminator overfits and falls while it does not.
 *
 * Overfitting is read off r = E[sign(D(real))], the share of real samples told as real less the share that is not, over the
 * last `every` rounds: p ← p ± speed · n, up where r > target, kept within [0, 1], with n the real samples shown in those
 * rounds, in every repetition and accumulated batch of the turn; of several repetitions the last one is measured. p is a tensor in the round's
 * carry, adjusted on the device by the last round's measures; nothing is read. Measures `ada/p` and `ada/sign`.
 *
 * Of the paper's transformations these are here: mirroring, quarter turns (square images only), translation by whole
 * pixels, and all of colour: brightness, contrast, luma flip, hue, saturation. Not here: scaling, turning and moving by
 * fractions, filtering, noise, cutout. Meant for values in [−1, 1] and 1 or 3 channels. Put it before the steps, and
 * before `packing`. For objectives that judge by logits.
 *
 * @throws ConfigurationError for wrong options; at assembly where the game has no such term; and where the samples are not
 *   images the transformations can be applied to
 * @example
 * ```ts
 * train$(game, ada({ transforms: ["translation", "colour"] }), discriminatorStep(), generatorStep());
 * ```
 * Reference: Karras et al. 2020, "Training generative adversarial networks with limited data".
 */
export function ada(options: AdaOptions = {}): Plugin {
  checkOptions(
    "ada",
    {
      target: optional(number({ above: -1, below: 1 })),
      every: optional(integer()),
      speed: optional(number({ above: 0 })),
      transforms: optional(listOf(oneOf(...known), 1)),
      adversary: optional(text),
      turn: optional(text),
    },
    options,
  );
  const { target = 0.6, every = 4, speed = 1 / 500_000, transforms = known, adversary = "adversary", turn = "discriminator" } = options;
  const described = { target, every, speed, transforms: [...transforms], adversary, turn };
  const view = (p?: Tensor): View => ({
    name: "ada",
    spec: { name: "ada", options: described },
    of(record, { key }) {
      if (p === undefined) throw new RangeError("ada: expected to stand before the steps that play; put it ahead of them in the list of plugins");
      const samples = record["samples"]!;
      const [batch, height, width] = samples.shape as [number, number, number];
      return { ...record, samples: augmentImages(samples, p, augmentationDraws(key, batch, [height, width]), transforms) };
    },
    fields: (fields) => expectFitting(expectImages("ada", fields), transforms),
  });
  const measuring = (term: Term, p: Tensor, shown: Map<string, number>): Term => ({
    ...term,
    of(seen) {
      // By the key of its batch: a turn that has waited for a source is begun again.
      if (seen.turn === turn) shown.set(seen.key.join("/"), seen.batchSize);
      const { logits } = seen.real(adversary).heads;
      if (logits === undefined) throw new RangeError(`ada: "${seen.discriminatorOf(adversary)}" needs a head "logits"`);
      seen.measure("ada/sign", withoutTape(() => tf.mean(tf.sign(logits))));
      seen.measure("ada/p", p);
      return term.of(seen);
    },
  });
  const judging = `${adversary}/${turn}`;
  return definePlugin(
    "ada",
    (round$) =>
      round$.pipe(
        map((round) => {
          const strength = strengthFor(round, target, every, speed);
          const shown = new Map<string, number>();
          let total = strength.shown;
          const counted = (played: Round): Round => {
            total = [...shown.values()].reduce((sum, count) => sum + count, total);
            shown.clear();
            return withCarry(played, "ada", { ...strength, shown: total });
          };
          return {
            ...withCarry(round, "ada", strength),
            views: round.views.map((each) => (each.name === "ada" ? view(strength.p) : each)),
            terms: round.terms.map((term) => (term.name === judging ? measuring(term, strength.p, shown) : term)),
            // How many samples the turn has shown is known only when it has been played, and belongs in this round's carry.
            play(...names: readonly string[]) {
              const again = (left: Round): Round => ({ ...counted(left), play: this.play });
              const played = round.play.call({ ...this, play: round.play }, ...names);
              return "index" in played ? again(played) : Promise.resolve(played).then(again);
            },
          };
        }),
      ),
    {
      options: described,
      carries: ["ada"],
      assemble: (blueprint) => {
        if (!blueprint.terms.some(({ name }) => name === judging)) throw new RangeError(`no term is named "${judging}"; there are ${blueprint.terms.map(({ name }) => name).join(", ")}`);
        return withView(blueprint, view());
      },
    },
  );
}

/** The controller in this round, with what the last one measured. */
function strengthFor({ carry, previous, index }: Round, target: number, every: number, speed: number): AugmentationStrength {
  return tf.tidy(() => {
    const before = (carry["ada"] as AugmentationStrength | undefined) ?? noStrength();
    const sign = previous["ada/sign"];
    const now = sign === undefined ? before : measured(before, sign);
    return index % every === 0 && index > 0 ? adjusted(now, target, speed) : now;
  });
}

function expectFitting(fields: FieldPlans, transforms: readonly Transform[]): FieldPlans {
  const [height, width, channels] = fields["samples"]!.shape as [number, number, number];
  if (transforms.includes("rotation") && height !== width) {
    throw new ConfigurationError("ada", [{ path: "transforms", message: `expected square images for "rotation", got ${height} × ${width}; leave it out` }]);
  }
  if (transforms.includes("colour") && channels !== 1 && channels !== 3) {
    throw new ConfigurationError("ada", [{ path: "transforms", message: `expected 1 or 3 channels for "colour", got ${channels}; leave it out, or put ada before packing` }]);
  }
  return fields;
}
