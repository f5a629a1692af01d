import { expectLength } from "./latentRows.ts";
import { lerp } from "./lerp.ts";
import { dot, lengthOf } from "./vectors.ts";

/**
 * Spherical interpolation: `sin((1 − t) Ω) / sin Ω · a + sin(t Ω) / sin Ω · b`, Ω the angle between a and b.
 *
 * Between vectors of one length it stays at that length and turns by equal angles for equal steps of t. Where the two
 * point the same way it is `lerp`.
 *
 * @throws ConfigurationError where the vectors differ in length
 * @throws RangeError where they are opposite, and every way around is as short
 * Reference: White, "Sampling generative networks" (2016), section 2.1; Shoemake 1985.
 */
export function slerp(from: ArrayLike<number>, to: ArrayLike<number>, share: number): Float32Array {
  expectLength("slerp", "to", to, from.length);
  const lengths = lengthOf(from) * lengthOf(to);
  if (lengths === 0) return lerp(from, to, share);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(from, to) / lengths)));
  const sine = Math.sin(angle);
  // Below this angle the two formulas agree to float32, and the quotient of sines loses digits.
  if (angle < 1e-4) return lerp(from, to, share);
  if (Math.PI - angle < 1e-6) throw new RangeError("slerp: the vectors are opposite, so that no way between them is the shortest");
  const [ofFrom, ofTo] = [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
  return Float32Array.from(from, (value, i) => ofFrom * value + ofTo * to[i]!);
}
