import { tf, type Tensor } from "../tensor.ts";

/** One number per sample, `[batch, 1, 1, 1]`: broadcasts over images. */
export function perSample(values: Float32Array): Tensor {
  return tf.tensor(values, [values.length, 1, 1, 1]);
}
