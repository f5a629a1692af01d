import { type Tensor, tf } from "../tensor.ts";
import { squaredNorms } from "./gradientNorms.ts";

/**
 * Half the mean squared norm of the samples' gradients, ½ E‖g‖²: R1 on real, R2 on generated samples.
 *
 * Reference: Mescheder, Geiger and Nowozin 2018, equations 9 and 10, without the factor γ.
 */
export function zeroCentredPenalty(gradients: readonly Tensor[]): Tensor {
  return tf.mul(tf.mean(squaredNorms(gradients)), 0.5);
}
