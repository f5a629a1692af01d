import type { Plugin } from "../game/plugin.ts";
import { step, type StepOptions } from "./step.ts";

/**
 * Plays the turn `discriminator`: the discriminator learns to tell real from generated samples.
 *
 * @example Five critic turns a round, each on fresh data and noise: `discriminatorStep({ times: 5 })`
 */
export function discriminatorStep(options: StepOptions = {}): Plugin {
  return step("discriminator", options);
}
