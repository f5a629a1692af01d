import { type Tensor, tf } from "../tensor.ts";
import { classLogLikelihood } from "./classLogLikelihood.ts";

/**
 * The mean cross-entropy of labels under class logits, −E[log q(y | x)] in nats: log of the number of classes for a classifier
 * that knows nothing.
 *
 * Shapes: int32 labels `[batch]`, logits `[batch, classes]`, to a scalar.
 */
export function classCrossEntropy(labels: Tensor, logits: Tensor): Tensor {
  return tf.neg(tf.mean(classLogLikelihood(labels, logits)));
}
