import { type Tensor, tf } from "../tensor.ts";
import { meanSoftplus } from "./meanSoftplus.ts";

/** Mean of −log σ(z), the cross-entropy of saying "real": softplus(−z), which never takes the logarithm of a rounded 0. */
export function saysReal(logits: Tensor): Tensor {
  return meanSoftplus(logits, -1);
}

/** Mean of −log(1 − σ(z)), the cross-entropy of saying "fake": softplus(z). */
export function saysFake(logits: Tensor): Tensor {
  return meanSoftplus(logits, 1);
}

/** Mean of −t log σ(z) − (1 − t) log(1 − σ(z)), the cross-entropy of saying "real with probability t": softplus(z) − t z. */
export function saysRealWith(target: number, logits: Tensor): Tensor {
  if (target === 1) return saysReal(logits);
  if (target === 0) return saysFake(logits);
  // The same for every t; from the nearer end, so that no large numbers are taken from each other.
  return target > 0.5 ? tf.add(saysReal(logits), tf.mul(tf.mean(logits), 1 - target)) : tf.sub(saysFake(logits), tf.mul(tf.mean(logits), target));
}
