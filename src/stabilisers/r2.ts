import type { Plugin } from "../game/plugin.ts";
import { type ZeroCentredOptions, zeroCentredOn } from "./zeroCentredOn.ts";

/**
 * R2: adds γ/2 · E‖∇D(G(z))‖² on generated samples to the discriminator's loss, D the logit, after the views. Alone or
 * beside `r1`.
 *
 * Shares the discriminator's forward pass on generated samples where the record has one real-valued field, or `fields` names
 * one. Measures `r2/norm`, the root of the mean squared norm.
 *
 * @throws ConfigurationError for wrong options, and, before the first round, for a discriminator with layers that mix
 * samples
 * Reference: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do actually converge?", equation 10.
 */
export function r2(options: ZeroCentredOptions = {}): Plugin {
  return zeroCentredOn("fake", "r2", options);
}
