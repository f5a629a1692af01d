import type { Tensors } from "../math/tensor.ts";
import type { Seen } from "./seen.ts";

/**
 * Who is told apart from what: a discriminator, and how the real and the fake record it judges come about. A GAN has
 * one; an adversarial autoencoder's tells prior samples from codes; CycleGAN has two.
 */
export interface Adversary {
  /** The network that judges. */
  readonly discriminator: string;
  /** The real record, before the views. */
  real(seen: Seen): Tensors;
  /** The fake record, before the views; on the tape of the turn. */
  fake(seen: Seen): Tensors;
}

/** The adversary of a GAN: samples of `data` against what `generator` makes of its latent sources. */
export function generatedAgainst(
  data: string,
  { generator = "generator", discriminator = "discriminator" }: { readonly generator?: string; readonly discriminator?: string } = {},
): Adversary {
  return {
    discriminator,
    real: (seen) => seen.drawn(data),
    fake: (seen) => seen.generated(generator),
  };
}
