import { listOf, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Plugin } from "../game/plugin.ts";
import { playing } from "./step.ts";

/**
 * Plays several turns from one point: all gradients are taken, on the same batches, before any player moves. What one of
 * the turns generates while it moves the generator, the others look at, too: one z and one forward pass of the generator
 * (one draw of its dropout) for all of them, where alternating turns make two passes, the second after the discriminator
 * has moved.
 *
 * This is simultaneous gradient descent; on V(x, y) = x·y with rate η the distance to the saddle point grows by √(1 + η²)
 * a round, where alternating turns stay bounded.
 *
 * Source: Mescheder, Geiger & Nowozin 2018, "Which training methods for GANs do actually converge?", §2.
 */
export function simultaneousStep(turns: readonly string[] = ["discriminator", "generator"]): Plugin {
  const problems = listOf(text, 2).problems(turns, "turns");
  if (problems.length > 0) throw new ConfigurationError("simultaneousStep", problems);
  return playing(`simultaneousStep(${turns.join(", ")})`, turns, {});
}
