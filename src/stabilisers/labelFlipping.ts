import { checkOptions, number, optional, text } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { withTermEdit } from "../game/withTermEdit.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { uniforms } from "../math/random/uniforms.ts";
import { guarded } from "../math/schedules/guarded.ts";
import { scheduledAt, scheduledSpec, type Scheduled } from "../math/schedules/schedule.ts";
import { scheduled } from "../math/schedules/scheduled.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import { withRows } from "./withRows.ts";

export interface LabelFlippingOptions {
  /** Chance in [0, 1] that a sample is judged under the other side's target; a number or a schedule. */
  readonly probability: Scheduled;
  /** Default `adversary` and `discriminator`: whose targets are flipped, in which turn. */
  readonly adversary?: string;
  readonly turn?: string;
}

const chanceOfRound = number({ minimum: 0, maximum: 1 });

/**
 * Tells the discriminator, now and then, that a real sample is generated and a generated one real, so that it does not
 * grow too sure. Noise in the targets, where label smoothing changes all of them a little.
 *
 * In the discriminator's term alone, row n of the real and row n of the generated logits change places with the given
 * probability, drawn anew for each repetition: both sides keep their size, every sample is flipped with that chance, and
 * the two of a pair together. For an objective that is a sum over samples the expected loss is
 * (1 − p) L(real, fake) + p L(fake, real). The generator's term, class heads and penalties see nothing of it.
 *
 * @throws ConfigurationError for wrong options; at assembly where the game has no such term
 * Reference: Chintala, Denton, Arjovsky & Mathieu 2016, "How to train a GAN?" (NIPS workshop), point 6.
 */
export function labelFlipping(options: LabelFlippingOptions): Plugin {
  checkOptions("labelFlipping", { probability: scheduled(chanceOfRound), adversary: optional(text), turn: optional(text) }, options);
  const { adversary = "adversary", turn = "discriminator" } = options;
  const probability = guarded("labelFlipping", "probability", options.probability, chanceOfRound);
  const described = { probability: scheduledSpec(probability), adversary, turn };
  return definePlugin("labelFlipping", (round$) => round$, {
    options: described,
    assemble: (blueprint) =>
      withTermEdit(blueprint, `${adversary}/${turn}`, (term) => ({
        ...term,
        spec: { name: "labelFlipping", options: { ...described, term: { ...(term.spec ?? { name: term.name }) } } },
        of: (seen) => {
          const chance = scheduledAt(probability, seen.index);
          if (chance === 0) return term.of(seen);
          const key = fold(seen.key, "labelFlipping", adversary);
          return term.of(
            withRows(seen, adversary, (side, rows) => exchanged(rows(side), rows(side === "real" ? "fake" : "real"), flips(key, rows("real").shape[0]!, chance))),
          );
        },
      })),
  });
}

/** 1 for each row that is flipped, else 0. */
export function flips(key: Key, count: number, probability: number): Float32Array {
  return uniforms(key, count).map((chance) => (chance < probability ? 1 : 0));
}

/** The rows, those that are flipped from the other side. */
function exchanged(own: Tensor, other: Tensor, flipped: Float32Array): Tensor {
  if (own.shape[0] !== other.shape[0]) throw new RangeError(`labelFlipping: expected as many real as generated samples, got ${own.shape[0]} and ${other.shape[0]}`);
  const mask = tf.cast(tf.tensor(flipped, [flipped.length, ...own.shape.slice(1).map(() => 1)]), own.dtype);
  return tf.add(tf.mul(other, mask), tf.mul(own, tf.sub(tf.onesLike(mask), mask)));
}
