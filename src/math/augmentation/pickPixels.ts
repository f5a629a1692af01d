import { tf, type Tensor } from "../tensor.ts";

/**
 * Images whose pixel (i, j) is pixel (rows[b, i], columns[b, j]) of the given ones, or 0 where either lies outside.
 *
 * Two products with matrices of zeros and ones: exact, differentiable in the images to any order, and the same on every
 * backend, which a gather is not (its gradient adds up in no fixed order on WebGPU). A pixel may be picked any number of
 * times. Pixels must be finite: one that is not spoils its row and column.
 *
 * @param images `[batch, height, width, channels]`
 * @param rows `[batch, new height]`, whole numbers as float32
 * @param columns `[batch, new width]`, whole numbers as float32
 */
export function pickPixels(images: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const [newHeight, newWidth] = [rows.shape[1]!, columns.shape[1]!];
  const ofRows = tf.matMul(picking(rows, height), tf.reshape(images, [batch, height, width * channels]));
  const across = tf.transpose(tf.reshape(ofRows, [batch, newHeight, width, channels]), [0, 2, 1, 3]);
  const ofColumns = tf.matMul(picking(columns, width), tf.reshape(across, [batch, width, newHeight * channels]));
  return tf.transpose(tf.reshape(ofColumns, [batch, newWidth, newHeight, channels]), [0, 2, 1, 3]);
}

/** `[batch, n]` places among `extent` as matrices `[batch, n, extent]` that pick them. */
function picking(places: Tensor, extent: number): Tensor {
  const isOther = tf.notEqual(tf.expandDims(places, 2), tf.range(0, extent, 1, "float32"));
  // The difference makes them float32 for good: on WebGPU a cast alone leaves integers, which fast products do not take.
  return tf.sub(1, tf.cast(isOther, "float32"));
}
