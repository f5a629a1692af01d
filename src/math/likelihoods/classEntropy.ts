import { type Tensor, tf } from "../tensor.ts";

/**
 * The mean entropy of what class logits say, E[−Σ_k q(k | x) log q(k | x)] in nats: 0 where the classifier is sure of every sample,
 * log of the number of classes where it knows nothing.
 *
 * Shapes: logits `[batch, classes]`, to a scalar.
 */
export function classEntropy(logits: Tensor): Tensor {
  const logs = tf.logSoftmax(logits);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), 1)));
}
