import { type Tensor, tf } from "../tensor.ts";

/**
 * The energy of each sample under an autoencoder: its mean squared reconstruction error, `[batch]`. Low where the sample is
 * of the kind the autoencoder has learnt, high elsewhere.
 *
 * @throws RangeError where the two differ in shape.
 */
export function reconstructionEnergy(samples: Tensor, reconstruction: Tensor): Tensor {
  if (samples.shape.join() !== reconstruction.shape.join()) {
    throw new RangeError(`a reconstruction of shape [${reconstruction.shape.join(", ")}] is not one of samples of shape [${samples.shape.join(", ")}]`);
  }
  const squares = tf.square(tf.sub(reconstruction, samples));
  return tf.mean(tf.reshape(squares, [samples.shape[0]!, -1]), 1);
}
