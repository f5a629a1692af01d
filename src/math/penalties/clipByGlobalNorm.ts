import { type Tensor, tf } from "../tensor.ts";

/**
 * Keeps a vanishing gradient from being divided by nothing. Under the root so that its derivative at 0 is finite: who
 * differentiates through an update (an unrolled GAN) would otherwise get 0 · ∞ = NaN. Its root is PyTorch's 10⁻⁶.
 */
const TINY = 1e-12;

/**
 * Gradients whose common norm is at most `norm`: g ← g · min(1, norm / √(Σ ‖g‖² + 10⁻¹²)). All are scaled by one number,
 * so their direction stays. Nothing is read from the device.
 *
 * Reference: Pascanu, Mikolov and Bengio 2013, algorithm 1.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], norm: number): readonly Tensor[] {
  if (gradients.length === 0) return gradients;
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient))).reduce((sum, each) => tf.add(sum, each));
  const factor = tf.minimum(tf.div(norm, tf.sqrt(tf.add(squares, TINY))), 1);
  return gradients.map((gradient) => tf.mul(gradient, factor));
}
