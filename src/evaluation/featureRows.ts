import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Features } from "./featureStatistics.ts";

/** Features in float64, row by row, that were checked. */
export interface FeatureRows {
  readonly count: number;
  readonly featureSize: number;
  /** `[count, featureSize]` */
  readonly rows: Float64Array;
}

/**
 * Features as float64 rows; features that are that already are not copied.
 *
 * @param owner in whose name wrong features are refused
 * @param least how many rows there must be
 * @throws ConfigurationError where there are fewer, a row is not whole, or a number is not finite
 */
export function featureRows(owner: string, path: string, { features, featureSize }: Features, least = 1): FeatureRows {
  checkOptions(owner, { featureSize: integer() }, { featureSize });
  const count = features.length / featureSize;
  if (count < least || !Number.isInteger(count)) {
    throw new ConfigurationError(owner, [
      { path, message: `expected at least ${least} whole ${least === 1 ? "row" : "rows"} of ${featureSize} features, got ${features.length} numbers` },
    ]);
  }
  const rows = features instanceof Float64Array ? features : Float64Array.from(features);
  if (!rows.every(Number.isFinite)) throw new ConfigurationError(owner, [{ path, message: "expected finite numbers" }]);
  return { count, featureSize, rows };
}

/** The same of two sets that are to be compared. @throws ConfigurationError also where they differ in featureSize */
export function comparedRows(
  owner: string,
  first: readonly [path: string, features: Features],
  second: readonly [path: string, features: Features],
  least = 1,
): readonly [FeatureRows, FeatureRows] {
  const [a, b] = [featureRows(owner, ...first, least), featureRows(owner, ...second, least)];
  if (a.featureSize !== b.featureSize) {
    throw new ConfigurationError(owner, [
      { path: second[0], message: `expected ${a.featureSize} features in a row like ${first[0]}, got ${b.featureSize}` },
    ]);
  }
  return [a, b];
}

/** Some of the rows, by their numbers. */
export function pickRows({ rows, featureSize }: FeatureRows, picked: ArrayLike<number>): FeatureRows {
  const found = new Float64Array(picked.length * featureSize);
  for (let row = 0; row < picked.length; row++) {
    const start = picked[row]! * featureSize;
    found.set(rows.subarray(start, start + featureSize), row * featureSize);
  }
  return { count: picked.length, featureSize, rows: found };
}
