import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { FeatureStatistics } from "./featureStatistics.ts";

/** A Gaussian over features; `FeatureStatistics` is one. */
export type FeatureGaussian = Pick<FeatureStatistics, "featureSize" | "mean" | "covariance">;

/**
 * The Fréchet distance of two sets of features taken for Gaussians, squared as is the custom (FID is this number in
 * Inception's features):
 *
 * d² = |μ₁ − μ₂|² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁^½ Σ₂ Σ₁^½)^½.
 *
 * The root is that of a symmetric matrix, from its eigenvalues: no complex numbers appear and singular covariances are
 * nothing special (features that never fire; fewer samples than features). The usual root of Σ₁ Σ₂, which is not symmetric,
 * fails on both.
 *
 * Three things to know when reading it. It is biased upwards by finite samples, about in proportion to 1 / count, by more
 * the more features there are: compare sets of equal size, and print beside it the distance of two sets of real samples
 * of that size, which is the floor nothing can go below. It means nothing across feature networks. And a generator that
 * repeats a few good samples of every class still scores well: print a coverage beside it too.
 *
 * @throws RangeError where the two differ in featureSize
 * @example
 * ```ts
 * const generated = featureStatistics(await judgeSamples(judge, samples));
 * const real = featureStatistics(await judgeSamples(judge, testDigits));
 * frechetDistance(generated, real);
 * ```
 * References: Dowson and Landau 1982; Heusel et al. 2017, section 4; for the bias Chong and Forsyth 2020.
 */
export function frechetDistance(first: FeatureGaussian, second: FeatureGaussian): number {
  const size = first.featureSize;
  if (second.featureSize !== size) {
    throw new RangeError(`frechetDistance: expected features of one network, got ${size} and ${second.featureSize} of them`);
  }
  const between = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0);
  const root = symmetricRoot(matrixOf(first));
  const inner = root.mmul(matrixOf(second)).mmul(root);
  const shared = eigenvaluesOf(symmetrised(inner)).reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  // Equal Gaussians may come out as −1e-16.
  return Math.max(between + traceOf(first) + traceOf(second) - 2 * shared, 0);
}

/** The symmetric root of a symmetric matrix without negative eigenvalues; those that rounding made are taken for 0. */
function symmetricRoot(matrix: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(value, 0)));
  return vectors.clone().mulRowVector(roots).mmul(vectors.transpose());
}

function eigenvaluesOf(matrix: Matrix): readonly number[] {
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
}

/** Products round differently above and below the diagonal. */
function symmetrised(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

function matrixOf({ covariance, featureSize }: FeatureGaussian): Matrix {
  return Matrix.from1DArray(featureSize, featureSize, covariance);
}

function traceOf({ covariance, featureSize }: FeatureGaussian): number {
  let trace = 0;
  for (let i = 0; i < featureSize; i++) trace += covariance[i * (featureSize + 1)]!;
  return trace;
}
