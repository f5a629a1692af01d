import { type Tensor, tf } from "../tensor.ts";

/**
 * Share of the samples whose likeliest class is their label, in [0, 1]; no gradient.
 *
 * Shapes: int32 labels `[batch]`, logits `[batch, classes]`, to a scalar.
 */
export function classAccuracy(labels: Tensor, logits: Tensor): Tensor {
  return tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"));
}
