import { checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { countOfRows } from "./latentRows.ts";
import { linearFit } from "./linearFit.ts";
import { dot, lengthOf, unit } from "./vectors.ts";

export interface RegressionOptions {
  /** Weight λ of ‖w‖². Default 1. */
  readonly ridge?: number;
}

/** The direction in which an attribute grows. */
export interface RegressionDirection {
  /** Of length 1: `[size]`. */
  readonly direction: Float64Array;
  /** What the attribute grows by for each unit of distance along it. */
  readonly slope: number;
  /** The attribute of z is about `slope · (direction · z) + offset`. */
  readonly offset: number;
  /** R² on the given latents: the share of the attribute's variance that is linear in z. */
  readonly determination: number;
}

/**
 * The direction of an attribute that has degrees (slant, stroke width, area): that of w in the ridge regression
 * Σ (a − w · z − b)² + λ ‖w‖². For an attribute latents have or lack, `separatingDirection`.
 *
 * @param latents `[count, size]`
 * @param values the attribute of each
 * @throws ConfigurationError where the counts do not fit or a value is not finite
 * @throws RangeError where the values do not depend on the latents at all
 */
export function regressionDirection(latents: ArrayLike<number>, values: ArrayLike<number>, options: RegressionOptions = {}): RegressionDirection {
  checkOptions("regressionDirection", { ridge: optional(number({ minimum: 0 })) }, options);
  const count = values.length;
  const size = latents.length / count;
  countOfRows("regressionDirection", "latents", latents, Number.isInteger(size) && size > 0 ? size : Infinity);
  if (!Array.from(values).every(Number.isFinite)) {
    throw new ConfigurationError("regressionDirection", [{ path: "values", message: "expected finite numbers" }]);
  }
  const { matrix, offset } = linearFit(latents, values, count, options.ridge ?? 1);
  const weights = matrix.getRow(0);
  const mean = Array.from(values).reduce((sum, value) => sum + value / count, 0);
  let [missed, spread] = [0, 0];
  for (let row = 0; row < count; row++) {
    const z = Array.from({ length: size }, (_, i) => latents[row * size + i]!);
    missed += (values[row]! - dot(weights, z) - offset[0]!) ** 2;
    spread += (values[row]! - mean) ** 2;
  }
  return {
    direction: unit("regressionDirection", weights),
    slope: lengthOf(weights),
    offset: offset[0]!,
    determination: spread === 0 ? 0 : 1 - missed / spread,
  };
}
