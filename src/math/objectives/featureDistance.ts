import { type Tensor, tf } from "../tensor.ts";

/**
 * How far the mean features of generated samples are from those of real ones: ‖E[f(x)] − E[f(G(z))]‖², over all features.
 * Both are `[batch, …]`; the batches may differ in size. The result is a scalar.
 *
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.1. (Its published code takes the mean
 * over the features where the paper takes the sum.)
 *
 * @throws RangeError where the features differ in shape.
 */
export function featureDistance(real: Tensor, fake: Tensor): Tensor {
  if (real.shape.slice(1).join() !== fake.shape.slice(1).join()) {
    throw new RangeError(`features of shape [${fake.shape.slice(1).join(", ")}] cannot be matched with [${real.shape.slice(1).join(", ")}]`);
  }
  return tf.sum(tf.square(tf.sub(tf.mean(real, 0), tf.mean(fake, 0))));
}
