import { type Tensor, tf } from "../tensor.ts";
import { withoutTape } from "../withoutTape.ts";

/** The estimate of a matrix's largest singular value, and the vector the next estimate begins with. */
export interface SpectralEstimate {
  /** Scalar, on the tape: its gradient in M is v uᵀ. */
  readonly sigma: Tensor;
  /** `[m]`, of length 1; a constant. */
  readonly u: Tensor;
}

const TINY = 1e-12;

/**
 * The largest singular value of M by power iteration: v ← M u / ‖M u‖, u ← Mᵀ v / ‖Mᵀ v‖, then σ = vᵀ M u. Where M moves
 * slowly one iteration per step is enough, as u is kept from step to step.
 *
 * The vectors are constants for the gradient, so ∂σ/∂M = v uᵀ.
 *
 * @param matrix `[n, m]`
 * @param u `[m]`, from the last estimate; of any length but 0
 * Reference: Miyato et al. 2018, algorithm 1 and equation 12; PyTorch's `spectral_norm`, whose matrix is Mᵀ.
 */
export function spectralSigma(matrix: Tensor, u: Tensor, iterations: number): SpectralEstimate {
  const [right, left] = withoutTape(() => {
    let [column, row] = [tf.reshape(u, [-1, 1]), tf.zeros([matrix.shape[0]!, 1]) as Tensor];
    for (let i = 0; i < iterations; i++) {
      row = unit(tf.matMul(matrix, column));
      column = unit(tf.matMul(matrix, row, true, false));
    }
    return [column, row];
  });
  const sigma = tf.reshape(tf.matMul(left, tf.matMul(matrix, right), true, false), []);
  return { sigma, u: tf.reshape(right, [-1]) };
}

function unit(vector: Tensor): Tensor {
  return tf.div(vector, tf.maximum(tf.sqrt(tf.sum(tf.square(vector))), TINY));
}
