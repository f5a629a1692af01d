import { ConfigurationError } from "../../configuration/configurationError.ts";
import type { Spec } from "../../configuration/spec.ts";
import { scaled } from "../../math/schedules/scaledSchedule.ts";
import type { Optimizer } from "../optimizer.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adamW.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

/** The options of each optimizer that say how long it remembers. */
const memories: Readonly<Record<string, { make(options: never): Optimizer; readonly decays: readonly string[] }>> = {
  adam: { make: adam, decays: ["beta1", "beta2"] },
  adamW: { make: adamW, decays: ["beta1", "beta2"] },
  rmsprop: { make: rmsprop, decays: ["smoothing", "momentum"] },
  sgd: { make: sgd, decays: ["momentum"] },
};

/**
 * The optimizer for a player that is moved 1/c times as often as it was tuned for: rate · c, and every β, momentum or
 * smoothing to the power of c, so that after the same number of rounds it has gone as far and forgotten as much.
 *
 * @param ratio c in (0, 1]
 * @throws ConfigurationError for an optimizer that is not the library's own, whose memory is not known
 * Reference: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", appendix B, lazy regularisation.
 */
export function forMoreUpdates({ spec, learningRate }: Optimizer, ratio: number): Optimizer {
  const known = memories[spec.name];
  if (known === undefined) {
    throw new ConfigurationError(spec.name, [{
      path: "",
      message: `its decay cannot be rescaled for a turn of its own (known: ${Object.keys(memories).join(", ")}); use every: 1`,
    }]);
  }
  const options: NonNullable<Spec["options"]> = spec.options ?? {};
  const decays = Object.fromEntries(known.decays.map((name) => [name, (options[name] as number) ** ratio]));
  return known.make({ ...options, ...decays, learningRate: scaled(learningRate, ratio) } as never);
}
