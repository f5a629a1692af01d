import { fold } from "../random/fold.ts";
import type { Key } from "../random/key.ts";
import { uniformTensor } from "../random/uniformTensor.ts";
import { type Tensor, tf } from "../tensor.ts";
import { perSample } from "./samplesBetween.ts";

/**
 * A point near each real sample: x̂ = x + α · spread · s · u, with s the standard deviation of all values of the batch,
 * u ~ U[0, 1) for every value and α ~ U[0, 1) for every sample.
 *
 * This is what the authors' program does. Their paper writes x + δ with δ ~ N(0, c I), and leaves c open.
 *
 * @param real `[batch, …]`
 * Reference: Kodali, Abernethy, Hays and Kira 2017, "On convergence and stability of GANs".
 */
export function samplesAround(real: Tensor, spread: number, key: Key): Tensor {
  const deviation = tf.sqrt(tf.moments(real).variance);
  const noise = uniformTensor(fold(key, "noise"), real.shape);
  return tf.add(real, tf.mul(tf.mul(perSample(fold(key, "share"), real), tf.mul(deviation, spread)), noise));
}
