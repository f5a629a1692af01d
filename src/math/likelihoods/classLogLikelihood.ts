import { type Tensor, tf } from "../tensor.ts";

/**
 * log q(y | x) of each sample in nats: the logarithm of the softmax of its logits, at its label.
 *
 * Shapes: int32 labels `[batch]`, logits `[batch, classes]`, to `[batch]`. A label outside 0 … classes − 1 counts 0.
 */
export function classLogLikelihood(labels: Tensor, logits: Tensor): Tensor {
  // By one-hot: the gradient of a gather needs a kernel the wasm backend lacks.
  const indicators = tf.cast(tf.oneHot(labels as tf.Tensor1D, logits.shape[1]!), "float32");
  return tf.sum(tf.mul(indicators, tf.logSoftmax(logits)), 1);
}
