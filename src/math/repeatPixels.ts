import { type Tensor, tf } from "./tensor.ts";

/**
 * Each pixel repeated `factor` times in both directions: `[batch, height, width, channels]` to `[batch, height · factor,
 * width · factor, channels]`. By concatenation and reshape, because tfjs' resizeNearestNeighbor has a wrong gradient on the cpu
 * backend and no second order, and Tile's gradient ends at four axes.
 */
export function repeatPixels(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const wide = tf.concat(Array.from({ length: factor }, () => x), 3);
  const rows = tf.reshape(wide, [batch, height, width * factor * channels]);
  const high = tf.concat(Array.from({ length: factor }, () => rows), 2);
  return tf.reshape(high, [batch, height * factor, width * factor, channels]);
}
