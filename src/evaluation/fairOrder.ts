import { checkOptions, integer, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { permutation } from "../math/random/permutation.ts";
import type { Origin } from "./confusionRate.ts";

/** One image to show: the `index`-th of its origin. */
export interface Trial {
  readonly origin: Origin;
  readonly index: number;
}

export interface FairOrderOptions {
  /** Real images there are to choose from. */
  readonly real: number;
  /** Generated images there are to choose from. */
  readonly generated: number;
  /** Images to show: as many real ones as generated ones, so an even number. */
  readonly trials: number;
  readonly seed: number;
}

/**
 * A fair order for a Turing test: half real, half generated, no image twice, which ones and in which order by the seed alone.
 * Every order is equally likely, so that nothing can be learnt from the images before.
 *
 * @throws ConfigurationError where `trials` is odd or there are too few images
 */
export function fairOrder({ real, generated, trials, seed }: FairOrderOptions): readonly Trial[] {
  checkOptions("fairOrder", {
    real: integer(), generated: integer(), seed: integer(Number.MIN_SAFE_INTEGER),
    trials: satisfies("an even number > 0", (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) % 2 === 0),
  }, { real, generated, trials, seed });
  const half = trials / 2;
  const key = fold(rootKey(seed), "fairOrder");
  const problems = Object.entries({ real, generated }).flatMap(([path, count]) =>
    count >= half ? [] : [{ path, message: `expected at least ${half} images for ${trials} trials, got ${count}` }],
  );
  if (problems.length > 0) throw new ConfigurationError("fairOrder", problems);
  const chosen = (origin: Origin, count: number): readonly Trial[] => [...permutation(fold(key, origin), count).subarray(0, half)].map((index) => ({ origin, index }));
  const all = [...chosen("real", real), ...chosen("generated", generated)];
  return [...permutation(fold(key, "order"), trials)].map((place) => all[place]!);
}
