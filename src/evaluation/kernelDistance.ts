import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { permutation } from "../math/random/permutation.ts";
import { comparedRows, type FeatureRows, pickRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { squaredDistances } from "./squaredDistances.ts";

export interface KernelDistanceOptions {
  /**
   * Random subsets of each set to take the distance of, as papers do, whose mean is the value; all samples at once unless
   * told, which is the sharper estimate of the same number.
   */
  readonly subsets?: number;
  /** Samples in a subset. Default 1000, or all where there are fewer. */
  readonly subsetSize?: number;
  /** Of the subsets. Default 0. */
  readonly seed?: number;
}

export interface KernelDistance {
  /** Unbiased, so it may come out below 0, and does where the sets are alike. */
  readonly value: number;
  /** Of all samples by the jackknife; of subsets their deviation / √subsets, too small where they overlap. */
  readonly standardError: number;
}

/**
 * The kernel distance of two sets of features (KID is this number in Inception's features): the squared maximum mean
 * discrepancy under k(x, y) = (x·y / featureSize + 1)³, estimated without bias:
 *
 * Σᵢ≠ⱼ k(xᵢ, xⱼ) / m(m − 1) + Σᵢ≠ⱼ k(yᵢ, yⱼ) / n(n − 1) − 2 Σᵢⱼ k(xᵢ, yⱼ) / mn.
 *
 * Unlike the Fréchet distance it does not grow where samples are few, so sets of different size can be compared, and it
 * takes the features for no Gaussian. The scale is that of the features: a figure means nothing across networks.
 *
 * @throws ConfigurationError for wrong options, features that are not at least three whole rows, or subsets larger than a set
 * References: Bińkowski et al. 2018, section 4; Gretton et al. 2012, lemma 6; the jackknife is Arvesen's of two samples, 1969.
 */
export function kernelDistance(first: Features, second: Features, options: KernelDistanceOptions = {}): KernelDistance {
  checkOptions("kernelDistance", checks, options);
  const [a, b] = comparedRows("kernelDistance", ["first", first], ["second", second], 3);
  const { subsets, subsetSize = Math.min(1000, a.count, b.count), seed = 0 } = options;
  if (subsets === undefined) return ofAll(a, b);
  if (subsetSize > Math.min(a.count, b.count)) {
    throw new ConfigurationError("kernelDistance", [
      { path: "subsetSize", message: `expected at most ${Math.min(a.count, b.count)}, the size of the smaller set, got ${subsetSize}` },
    ]);
  }
  const key = fold(rootKey(seed), "kernelDistance");
  const values = Array.from({ length: subsets }, (_, subset) => {
    const part = (rows: FeatureRows, name: string): FeatureRows =>
      pickRows(rows, permutation(fold(key, name, subset), rows.count).subarray(0, subsetSize));
    return ofAll(part(a, "first"), part(b, "second")).value;
  });
  const value = values.reduce((sum, one) => sum + one, 0) / subsets;
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return { value, standardError: Math.sqrt(squares / (subsets - 1) / subsets) };
}

const checks = {
  subsets: optional(integer(2)),
  subsetSize: optional(integer(3)),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
};

/** The distance of two whole sets, and its jackknife standard error from the kernel matrices' row sums. */
function ofAll(a: FeatureRows, b: FeatureRows): KernelDistance {
  const [m, n] = [a.count, b.count];
  const within = [withinSums(a), withinSums(b)] as const;
  const [toB, toA] = betweenSums(a, b);
  const [sumA, sumB, sumAB] = [total(within[0]), total(within[1]), total(toB)];
  const value = sumA / (m * (m - 1)) + sumB / (n * (n - 1)) - (2 * sumAB) / (m * n);
  // Leaving row i out takes its row and its column from the sum within, and its row from the sum between.
  const leftOutOfA = within[0].map((own, i) => (sumA - 2 * own) / ((m - 1) * (m - 2)) - (2 * (sumAB - toB[i]!)) / ((m - 1) * n));
  const leftOutOfB = within[1].map((own, j) => (sumB - 2 * own) / ((n - 1) * (n - 2)) - (2 * (sumAB - toA[j]!)) / (m * (n - 1)));
  return { value, standardError: Math.sqrt(jackknifeVariance(leftOutOfA) + jackknifeVariance(leftOutOfB)) };
}

function jackknifeVariance(leftOut: Float64Array): number {
  const mean = total(leftOut) / leftOut.length;
  return (leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0) * (leftOut.length - 1)) / leftOut.length;
}

/** Σⱼ≠ᵢ k(xᵢ, xⱼ) for each row i. */
function withinSums(a: FeatureRows): Float64Array {
  const sums = new Float64Array(a.count);
  eachKernelRow(a, a, (row, kernel) => {
    sums[row] = total(kernel) - kernel[row]!;
  });
  return sums;
}

/** Σⱼ k(xᵢ, yⱼ) for each row i, and the same over i for each row j. */
function betweenSums(a: FeatureRows, b: FeatureRows): readonly [Float64Array, Float64Array] {
  const [rows, columns] = [new Float64Array(a.count), new Float64Array(b.count)];
  eachKernelRow(a, b, (row, kernel) => {
    rows[row] = total(kernel);
    for (let column = 0; column < kernel.length; column++) columns[column]! += kernel[column]!;
  });
  return [rows, columns];
}

/** The kernel from distances, x·y = (|x|² + |y|² − |x − y|²) / 2, which loses nothing that the sums would show. */
function eachKernelRow(a: FeatureRows, b: FeatureRows, visit: (row: number, kernel: Float64Array) => void): void {
  const [lengthsOfA, lengthsOfB] = [squaredLengths(a), squaredLengths(b)];
  squaredDistances(a, b, (row, values) => {
    for (let column = 0; column < values.length; column++) {
      const product = (lengthsOfA[row]! + lengthsOfB[column]! - values[column]!) / 2;
      const base = product / a.featureSize + 1;
      values[column] = base * base * base;
    }
    visit(row, values);
  });
}

function squaredLengths({ rows, count, featureSize }: FeatureRows): Float64Array {
  const lengths = new Float64Array(count);
  for (let i = 0; i < rows.length; i++) lengths[Math.floor(i / featureSize)]! += rows[i]! ** 2;
  return lengths;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
