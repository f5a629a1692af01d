import { ConfigurationError } from "../configuration/configurationError.ts";
import { countOfRows, expectLength } from "./latentRows.ts";

/**
 * Latent vectors moved along a direction: `z + distance · direction`, `[count, size]`. The distance is one for all, or one
 * each; with a direction of length 1 and N(0, I) latents it is in standard deviations.
 *
 * @throws ConfigurationError where the lengths do not fit
 */
export function moveAlong(latents: ArrayLike<number>, direction: ArrayLike<number>, distance: number | ArrayLike<number>): Float32Array {
  const size = direction.length;
  const count = countOfRows("moveAlong", "latents", latents, size);
  if (typeof distance !== "number") expectLength("moveAlong", "distance", distance, count);
  else if (!Number.isFinite(distance)) throw new ConfigurationError("moveAlong", [{ path: "distance", message: `expected a finite number, got ${distance}` }]);
  const by = (row: number): number => (typeof distance === "number" ? distance : distance[row]!);
  return Float32Array.from(latents, (value, i) => value + by(Math.floor(i / size)) * direction[i % size]!);
}
