import { checkOptions, oneOf, optional } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../tensor.ts";
import { saysFake, saysReal } from "./crossEntropy.ts";
import type { Objective } from "./objective.ts";

export interface RelativisticAverageOptions {
  /** Cross-entropy, or squared distance to ±1. Default `standard`. */
  readonly form?: "standard" | "leastSquares";
}

/**
 * The relativistic average game: the discriminator says how much more real a sample is than the other side's on average.
 * With r = C(x) − E[C(G(z))], f = C(G(z)) − E[C(x)] and C the raw score:
 *
 * - `standard`: discriminator −E[log σ(r)] − E[log(1 − σ(f))], generator −E[log σ(f)] − E[log(1 − σ(r))];
 * - `leastSquares`: discriminator E[(r − 1)²] + E[(f + 1)²], generator E[(f − 1)²] + E[(r + 1)²].
 *
 * The generator gains as much by making real samples look less real as by making its own look more so; its loss reads real
 * samples too. Logits of any size give finite values and gradients.
 *
 * @throws ConfigurationError for an unknown form.
 * Reference: Jolicoeur-Martineau 2019, "The relativistic discriminator", section 4 (RaSGAN, RaLSGAN).
 */
export function relativisticAverage(options: RelativisticAverageOptions = {}): Objective {
  checkOptions("relativisticAverage", { form: optional(oneOf("standard", "leastSquares")) }, options);
  const { form = "standard" } = options;
  const prefers = form === "standard" ? crossEntropies : squares;
  return {
    spec: { name: "relativisticAverage", options: { form } },
    generatorSeesReal: true,
    discriminator: ({ real, fake }) => prefers(real, fake),
    generator: ({ real, fake }) => prefers(fake, real!),
  };
}

/** The loss of a player who wants the scores of one side above the average of the other, and the other's below its own. */
type Preference = (wanted: Tensor, other: Tensor) => Tensor;

const crossEntropies: Preference = (wanted, other) =>
  tf.add(saysReal(tf.sub(wanted, tf.mean(other))), saysFake(tf.sub(other, tf.mean(wanted))));

const squares: Preference = (wanted, other) =>
  tf.add(
    tf.mean(tf.square(tf.sub(tf.sub(wanted, tf.mean(other)), 1))),
    tf.mean(tf.square(tf.add(tf.sub(other, tf.mean(wanted)), 1))),
  );
