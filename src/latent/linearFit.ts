import { Matrix, solve } from "ml-matrix";

/** An affine map `y ≈ M x + b`. */
export interface LinearFit {
  /** M, `[outputs, inputs]`. */
  readonly matrix: Matrix;
  /** b, `[outputs]`. */
  readonly offset: Float64Array;
}

/**
 * Ridge regression with an offset that is not regularised: M and b minimise Σ ‖y − M x − b‖² + ridge · ‖M‖², by the normal
 * equations of the centred rows in float64.
 *
 * @param x `[count, inputs]` row by row
 * @param y `[count, outputs]`
 * @param ridge > 0 where there may be fewer rows than inputs
 */
export function linearFit(x: ArrayLike<number>, y: ArrayLike<number>, count: number, ridge: number): LinearFit {
  const [left, right] = [centred(x, count), centred(y, count)];
  const transposed = left.rows.transpose();
  const moments = transposed.mmul(left.rows).add(Matrix.eye(left.mean.length).mul(ridge));
  const matrix = solve(moments, transposed.mmul(right.rows)).transpose();
  const moved = matrix.mmul(Matrix.columnVector(left.mean)).to1DArray();
  return { matrix, offset: right.mean.map((value, i) => value - moved[i]!) };
}

function centred(values: ArrayLike<number>, count: number): { readonly rows: Matrix; readonly mean: Float64Array } {
  const size = values.length / count;
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size]! += values[i]! / count;
  return { rows: Matrix.from1DArray(count, size, Array.from(values, (value, i) => value - mean[i % size]!)), mean };
}
