import { type Tensor, tf } from "../tensor.ts";

/**
 * How far gradient norms are from where they should be: E[(‖g‖ − target)²]; one-sided, only norms above the target count:
 * E[max(0, ‖g‖ − target)²].
 *
 * @param norms `[batch]`
 * Reference: Gulrajani et al. 2017, equation 3, and "two-sided penalty" in section 4.
 */
export function targetNormPenalty(norms: Tensor, target: number, isOneSided = false): Tensor {
  const above = tf.sub(norms, target);
  return tf.mean(tf.square(isOneSided ? tf.relu(above) : above));
}
