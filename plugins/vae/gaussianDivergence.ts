import { tf, type Tensor } from "../../src/index.ts";

/**
 * KL(N(mean, diag exp(logVariance)) ‖ N(0, I)) of each row in nats, `[batch]`:
 * ½ Σ mean² + exp(logVariance) − 1 − logVariance.
 *
 * Reference: Kingma and Welling 2014, appendix B.
 */
export function gaussianDivergence(mean: Tensor, logVariance: Tensor): Tensor {
  const each = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(tf.sum(each, 1), 0.5);
}
