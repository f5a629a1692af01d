import { ConfigurationError } from "../configuration/configurationError.ts";
import { featureRows, type FeatureRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { squaredDistances } from "./squaredDistances.ts";

/**
 * How far each row is from its k-th nearest other row, squared: the balls whose union stands for where a set of samples
 * lives.
 *
 * @throws ConfigurationError where there are not more than k rows
 */
export function neighbourRadii(owner: string, path: string, rows: FeatureRows, neighbours: number): Float64Array {
  if (rows.count <= neighbours) {
    throw new ConfigurationError(owner, [{ path, message: `expected more than ${neighbours} rows, one more than neighbours, got ${rows.count}` }]);
  }
  const radii = new Float64Array(rows.count);
  const nearest = new Float64Array(neighbours);
  squaredDistances(rows, rows, (row, distances) => {
    nearest.fill(Infinity);
    for (let other = 0; other < distances.length; other++) {
      const distance = distances[other]!;
      if (other === row || distance >= nearest[neighbours - 1]!) continue;
      let place = neighbours - 1;
      for (; place > 0 && nearest[place - 1]! > distance; place--) nearest[place] = nearest[place - 1]!;
      nearest[place] = distance;
    }
    radii[row] = nearest[neighbours - 1]!;
  });
  return radii;
}

/** Rows with the balls around them. */
export interface Balls extends FeatureRows {
  /** Squared. */
  readonly radii: Float64Array;
  readonly neighbours: number;
}

/**
 * Features with their balls: of a reference, worked out once for many comparisons.
 *
 * @throws ConfigurationError for features that are not whole rows, or not more rows than neighbours
 */
export function ballsOf(owner: string, path: string, features: Features, neighbours: number): Balls {
  const rows = featureRows(owner, path, features);
  return { ...rows, radii: neighbourRadii(owner, path, rows, neighbours), neighbours };
}
