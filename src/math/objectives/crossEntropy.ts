import { type Tensor, tf } from "../tensor.ts";

/** Mean of −log σ(z), the cross-entropy of saying "real": softplus(−z), which never takes the logarithm of a rounded 0. */
export function saysReal(logits: Tensor): Tensor {
  return tf.mean(tf.softplus(tf.neg(logits)));
}

/** Mean of −log(1 − σ(z)), the cross-entropy of saying "fake": softplus(z). */
export function saysFake(logits: Tensor): Tensor {
  return tf.mean(tf.softplus(logits));
}
