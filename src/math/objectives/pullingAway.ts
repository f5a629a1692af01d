import { type Tensor, tf } from "../tensor.ts";

/** Keeps the length of a code of zeros, and its gradient, from being divided by zero. */
const TINY = 1e-12;

/**
 * The pulling-away term, the mean squared cosine between the codes of different samples of a batch:
 * 1/(N(N−1)) Σᵢ Σ_{j≠i} (Sᵢᵀ Sⱼ / (‖Sᵢ‖ ‖Sⱼ‖))². 0 where they are orthogonal, 1 where they are parallel: a generator
 * that minimises it makes samples that differ. `codes` is `[batch, …]`; the result a scalar.
 *
 * @throws RangeError for a batch of one.
 * Reference: Zhao, Mathieu & LeCun 2017, "Energy-based generative adversarial networks", section 2.4.
 */
export function pullingAway(codes: Tensor): Tensor {
  const batch = codes.shape[0]!;
  if (batch < 2) throw new RangeError(`the pulling-away term compares the samples of a batch; expected at least 2, got ${batch}`);
  const rows = tf.reshape(codes, [batch, -1]);
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(rows), 1, true), TINY));
  const directions = tf.div(rows, lengths);
  const cosines = tf.matMul(directions, directions, false, true);
  const others = tf.sub(1, tf.eye(batch));
  return tf.div(tf.sum(tf.mul(tf.square(cosines), others)), batch * (batch - 1));
}
