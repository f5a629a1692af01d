import type { FeatureRows } from "./featureRows.ts";

/**
 * Squared Euclidean distances |aᵢ − bⱼ|² of every row of `a` from every row of `b`, one row of `a` at a time, so that no
 * matrix of count × count numbers is ever held.
 *
 * Taken over the differences and not as |a|² + |b|² − 2 a·b, which loses the digits of near neighbours: equal rows are at
 * distance 0, exactly.
 *
 * @param visit called for each row of `a` in order with its distances from all rows of `b`; the array is used again
 */
export function squaredDistances(a: FeatureRows, b: FeatureRows, visit: (row: number, distances: Float64Array) => void): void {
  const found = Array.from({ length: TILE }, () => new Float64Array(b.count)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let first = 0; first < a.count; first += TILE) {
    const rows = Math.min(TILE, a.count - first);
    if (rows === TILE) fourRows(a, first, b, found);
    else for (let row = 0; row < rows; row++) oneRow(a, first + row, b, found[row]!);
    for (let row = 0; row < rows; row++) visit(first + row, found[row]!);
  }
}

/** Rows of `a` that share each value read of `b`. */
const TILE = 4;

function fourRows(a: FeatureRows, first: number, b: FeatureRows, [found0, found1, found2, found3]: readonly [Float64Array, Float64Array, Float64Array, Float64Array]): void {
  const size = a.featureSize;
  const [x, y] = [a.rows, b.rows];
  const start0 = first * size;
  const start1 = start0 + size;
  const start2 = start1 + size;
  const start3 = start2 + size;
  for (let column = 0; column < b.count; column++) {
    const start = column * size;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let i = 0; i < size; i++) {
      const value = y[start + i]!;
      const difference0 = x[start0 + i]! - value;
      const difference1 = x[start1 + i]! - value;
      const difference2 = x[start2 + i]! - value;
      const difference3 = x[start3 + i]! - value;
      sum0 += difference0 * difference0;
      sum1 += difference1 * difference1;
      sum2 += difference2 * difference2;
      sum3 += difference3 * difference3;
    }
    found0[column] = sum0;
    found1[column] = sum1;
    found2[column] = sum2;
    found3[column] = sum3;
  }
}

function oneRow(a: FeatureRows, row: number, b: FeatureRows, found: Float64Array): void {
  const size = a.featureSize;
  const start = row * size;
  for (let column = 0; column < b.count; column++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const difference = a.rows[start + i]! - b.rows[column * size + i]!;
      sum += difference * difference;
    }
    found[column] = sum;
  }
}
