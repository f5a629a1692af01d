import type { Key } from "../random/key.ts";
import { uniforms } from "../random/uniforms.ts";
import { type Tensor, tf } from "../tensor.ts";

/**
 * One point on the straight line between each real and its fake sample: x̂ = ε x + (1 − ε) x̃, ε ~ U[0, 1) for every
 * sample.
 *
 * @param real `[batch, …]`
 * @param fake the same shape
 * Reference: Gulrajani et al. 2017, algorithm 1.
 */
export function samplesBetween(real: Tensor, fake: Tensor, key: Key): Tensor {
  return tf.add(fake, tf.mul(perSample(key, real), tf.sub(real, fake)));
}

/**
 * A uniform number in [0, 1) for every sample, shaped to multiply the samples. From the CPU: for a batch, uploading them takes
 * no longer than a dispatch (tests/bench/randomNumbers.ts, 64 values).
 */
export function perSample(key: Key, { shape: [batch = 1, ...extents] }: Tensor): Tensor {
  return tf.tensor(uniforms(key, batch), [batch, ...extents.map(() => 1)]);
}
