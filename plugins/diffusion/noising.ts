import { tf, type Tensor } from "../../src/index.ts";

/**
 * A sample of q(x_t | x₀) = N(√α x₀, (1 − α) I): x_t = √α x₀ + √(1 − α) ε with ε ~ N(0, I).
 *
 * @param alpha signal rates that broadcast to the samples: `[batch, 1, 1, 1]`
 */
export function noised(samples: Tensor, noise: Tensor, alpha: Tensor): Tensor {
  return tf.add(tf.mul(tf.sqrt(alpha), samples), tf.mul(tf.sqrt(tf.sub(1, alpha)), noise));
}

/** What the samples are where the noise in them is: x̂₀ = (x_t − √(1 − α) ε) / √α. */
export function denoised(noisy: Tensor, noise: Tensor, alpha: number): Tensor {
  return tf.div(tf.sub(noisy, tf.mul(noise, Math.sqrt(1 - alpha))), Math.sqrt(alpha));
}

/** What the noise is where the samples are: ε = (x_t − √α x̂₀) / √(1 − α). */
export function noiseIn(noisy: Tensor, samples: Tensor, alpha: number): Tensor {
  return tf.div(tf.sub(noisy, tf.mul(samples, Math.sqrt(alpha))), Math.sqrt(1 - alpha));
}
