import { type Tensor, tf } from "../tensor.ts";
import type { Key } from "./key.ts";
import { normalTensor } from "./normalTensor.ts";

/**
 * A sample of N(mean, diag exp(logVariance)) that gradients flow through: `mean + exp(½ logVariance) · ε`, ε ~ N(0, I) of the
 * key. Both tensors have the shape of the sample.
 *
 * Reference: Kingma and Welling 2014, section 2.4.
 */
export function reparametrised(mean: Tensor, logVariance: Tensor, key: Key): Tensor {
  return tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), normalTensor(key, mean.shape)));
}
