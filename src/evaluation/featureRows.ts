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
  const a = featureRows(owner, ...first, least);
  return [a, rowsLike(owner, [first[0], a], second, least)];
}

/** Features as rows, to be compared with rows that are checked already. @throws ConfigurationError also where they differ in featureSize */
export function rowsLike(
  owner: string,
  [firstPath, { featureSize }]: readonly [path: string, rows: FeatureRows],
  [path, features]: readonly [path: string, features: Features],
  least = 1,
): FeatureRows {
  const rows = featureRows(owner, path, features, least);
  if (rows.featureSize !== featureSize) {
    throw new ConfigurationError(owner, [
      { path, message: `expected ${featureSize} features in a row like ${firstPath}, got ${rows.featureSize}` },
    ]);
  }
  return rows;
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
