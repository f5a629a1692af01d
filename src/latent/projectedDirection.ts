import { expectLength } from "./latentRows.ts";
import { dot, lengthOf, unit } from "./vectors.ts";

/**
 * Disentanglement by projection: what is left of a direction once everything it shares with the others is taken away,
 * `n − B Bᵀ n` of length 1, B an orthonormal basis of the others. Moving along it leaves every linear attribute of the
 * others as it is.
 *
 * To have the same effect on the direction's own attribute the way is longer, by 1 / cos of the angle between the two.
 *
 * @throws ConfigurationError where the directions differ in length
 * @throws RangeError where nothing is left: the direction lies in the span of the others
 * Reference: Shen et al., "Interpreting the latent space of GANs for semantic face editing" (2020), section 3.3.
 */
export function projectedDirection(direction: ArrayLike<number>, others: readonly ArrayLike<number>[]): Float64Array {
  const basis: Float64Array[] = [];
  others.forEach((other, i) => {
    expectLength("projectedDirection", `others[${i}]`, other, direction.length);
    const length = lengthOf(other);
    const left = without(other, basis);
    // What two others share is taken away once.
    if (lengthOf(left) > TINY * length) basis.push(unit("projectedDirection", left));
  });
  const left = without(direction, basis);
  if (!(lengthOf(left) > TINY * lengthOf(direction))) {
    throw new RangeError("projectedDirection: nothing is left of the direction, which lies in the span of the others");
  }
  return unit("projectedDirection", left);
}

/** Share of a vector's length below which the rest is rounding. */
const TINY = 1e-7;

/** A vector without its parts along an orthonormal basis; taken away twice, since once leaves a rest of rounding. */
function without(vector: ArrayLike<number>, basis: readonly Float64Array[]): Float64Array {
  const left = Float64Array.from(vector);
  for (const axis of [...basis, ...basis]) {
    const along = dot(left, axis);
    for (let i = 0; i < left.length; i++) left[i]! -= along * axis[i]!;
  }
  return left;
}
