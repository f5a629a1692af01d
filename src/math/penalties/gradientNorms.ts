import { type Tensor, tf } from "../tensor.ts";

/** Under the root, so that its derivative is finite where a gradient vanishes; a norm of 1 does not feel it in float32. */
const TINY = 1e-12;

/** ‖gᵢ‖² of every sample over all its inputs together: tensors `[batch, …]` to `[batch]`. */
export function squaredNorms(gradients: readonly Tensor[]): Tensor {
  return gradients
    .map((gradient) => tf.sum(tf.square(tf.reshape(gradient, [gradient.shape[0]!, -1])), 1))
    .reduce((sum, squares) => tf.add(sum, squares));
}

/** ‖gᵢ‖ of every sample, `√(Σ g² + 10⁻¹²)`: tensors `[batch, …]` to `[batch]`. */
export function gradientNorms(gradients: readonly Tensor[]): Tensor {
  return tf.sqrt(tf.add(squaredNorms(gradients), TINY));
}
