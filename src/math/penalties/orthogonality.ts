import { type Tensor, tf } from "../tensor.ts";

/** What the columns of a matrix should be: of length 1 and at right angles, or at right angles only. */
export type Orthogonality = "orthonormal" | "decorrelated";

/**
 * How far the columns of M are from being orthogonal: ‖MᵀM − I‖²_F, or, `decorrelated`, ‖MᵀM ∘ (1 − I)‖²_F, which leaves
 * their lengths free.
 *
 * @param matrix `[n, m]`; more columns than rows cannot be orthogonal, and are pushed as near as they get
 * Reference: Brock et al. 2017, "Neural photo editing", section 3.4; Brock et al. 2019, "BigGAN", equation 3.
 */
export function orthogonalityPenalty(matrix: Tensor, kind: Orthogonality = "decorrelated"): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  if (columns >= 2 * rows) return penaltyOfWide(matrix, kind);
  const gram = tf.matMul(matrix, matrix, true, false);
  const identity = tf.eye(columns);
  return tf.sum(tf.square(kind === "orthonormal" ? tf.sub(gram, identity) : tf.mul(gram, tf.sub(1, identity))));
}

/**
 * By the products of the rows, which are fewer: ‖MᵀM‖ = ‖MMᵀ‖, and ‖MᵀM − I‖² = ‖MMᵀ − I‖² + m − n. Of so many columns the lengths
 * make up at most a part of the whole, which may be taken from it.
 */
function penaltyOfWide(matrix: Tensor, kind: Orthogonality): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const gram = tf.matMul(matrix, matrix, false, true);
  if (kind === "orthonormal") return tf.add(tf.sum(tf.square(tf.sub(gram, tf.eye(rows)))), columns - rows);
  return tf.sub(tf.sum(tf.square(gram)), tf.sum(tf.square(tf.sum(tf.square(matrix), 0))));
}
