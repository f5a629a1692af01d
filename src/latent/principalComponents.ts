import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { countOfRows } from "./latentRows.ts";

/** The directions of largest variance, the largest first. */
export interface PrincipalComponents {
  /** `[size]` */
  readonly mean: Float64Array;
  /** Of length 1 and at right angles; the largest coordinate of each is positive. */
  readonly components: readonly Float64Array[];
  /** Standard deviation along each. */
  readonly deviations: Float64Array;
  /** Share of the whole variance along each. */
  readonly shares: Float64Array;
}

/**
 * Principal component analysis of rows `[rows, size]`, in float64. Of fewer rows than numbers in a row the small matrix of
 * products between rows is decomposed in place of the covariance, which has the same eigenvalues.
 *
 * @throws ConfigurationError where there are not at least two rows, or fewer components than asked for
 */
export function principalComponents(values: ArrayLike<number>, size: number, count: number): PrincipalComponents {
  checkOptions("principalComponents", { size: integer(), count: integer() }, { size, count });
  const rows = countOfRows("principalComponents", "values", values, size);
  if (count > Math.min(size, rows - 1)) {
    throw new ConfigurationError("principalComponents", [
      { path: "count", message: `expected at most ${Math.min(size, rows - 1)}, which is all that ${rows} rows of ${size} numbers have, got ${count}` },
    ]);
  }
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size]! += values[i]! / rows;
  const centred = Matrix.from1DArray(rows, size, Array.from(values, (value, i) => value - mean[i % size]!));
  const isWide = rows < size;
  const products = isWide ? centred.mmul(centred.transpose()) : centred.transpose().mmul(centred);
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(products, { assumeSymmetric: true });
  const whole = products.trace();
  const largest = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!).slice(0, count);
  const variances = largest.map((i) => Math.max(realEigenvalues[i]!, 0));
  const components = largest.map((i) => {
    const vector = Matrix.columnVector(eigenvectorMatrix.getColumn(i));
    const component = (isWide ? centred.transpose().mmul(vector) : vector).to1DArray();
    return upright(component);
  });
  return {
    mean,
    components,
    deviations: Float64Array.from(variances, (variance) => Math.sqrt(variance / (rows - 1))),
    shares: Float64Array.from(variances, (variance) => (whole === 0 ? 0 : variance / whole)),
  };
}

/** Of length 1, with its largest coordinate positive: eigenvectors have no sign of their own. */
export function upright(vector: ArrayLike<number>): Float64Array {
  let [squares, largest] = [0, 0];
  for (let i = 0; i < vector.length; i++) {
    squares += vector[i]! ** 2;
    if (Math.abs(vector[i]!) > Math.abs(largest)) largest = vector[i]!;
  }
  const scale = Math.sign(largest) / Math.sqrt(squares);
  return Float64Array.from(vector, (value) => (squares === 0 ? 0 : value * scale));
}
