import type { Plugin } from "../game/plugin.ts";
import { type ZeroCentredOptions, zeroCentredOn } from "./zeroCentredOn.ts";

/**
 * R1: adds γ/2 · E‖∇D(x)‖² on real samples x to the discriminator's loss, D the logit, after the views. With it the game
 * converges locally where the plain one circles around its equilibrium.
 *
 * Shares the discriminator's forward pass on real samples where the record has one real-valued field, or `fields` names
 * one. Measures `r1/norm`, the root of the mean squared norm. With `every` it is lazy, as StyleGAN2 has it; beside another
 * lazy penalty of the same `every`, k, the discriminator's rate is scaled by (k/(k + 1))², once for each, not by k/(k + 2).
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a discriminator with layers that mix
 * samples
 * @example StyleGAN2's: `r1({ gamma: 10, every: 16 })`
 * Reference: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do actually converge?", equation 9.
 */
export function r1(options: ZeroCentredOptions = {}): Plugin {
  return zeroCentredOn("real", "r1", options);
}
