import { type Tensor, tf } from "../tensor.ts";

/** As PyTorch's `clip_grad_norm_`: keeps a vanishing gradient from being divided by nothing. */
const TINY = 1e-6;

/**
 * Gradients whose common norm is at most `norm`: g ← g · min(1, norm / (√(Σ ‖g‖²) + 10⁻⁶)). All are scaled by one number,
 * so their direction stays. Nothing is read from the device.
 *
 * Reference: Pascanu, Mikolov and Bengio 2013, algorithm 1.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], norm: number): readonly Tensor[] {
  if (gradients.length === 0) return gradients;
  const total = tf.sqrt(gradients.map((gradient) => tf.sum(tf.square(gradient))).reduce((sum, squares) => tf.add(sum, squares)));
  const factor = tf.minimum(tf.div(norm, tf.add(total, TINY)), 1);
  return gradients.map((gradient) => tf.mul(gradient, factor));
}
