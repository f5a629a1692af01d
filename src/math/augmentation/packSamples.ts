import { sizeOf, tf, type Shape, type Tensor } from "../tensor.ts";

/**
 * Joins every `size` successive rows into one, along the last axis: `[batch, …, c]` to `[batch / size, …, size · c]`.
 * Row k of the outcome is rows k·size … k·size + size − 1 side by side; scalars `[batch]` become `[batch / size, size]`.
 *
 * Reference: Lin, Khetan, Fanti & Oh 2018, "PacGAN", section 3: images are packed along the channels.
 */
export function packSamples(rows: Tensor, size: number): Tensor {
  const shape = rows.shape.slice(1);
  const packs = rows.shape[0]! / size;
  const last = shape.length - 1;
  const packed = [packs, ...packedShape(shape, size)];
  if (sizeOf(shape.slice(0, last)) === 1) return tf.reshape(rows, packed);
  // The members stand before every axis but the last: [packs, size, …, c] to [packs, …, size, c].
  const order = [0, ...shape.slice(0, last).map((_, axis) => axis + 2), 1, last + 2];
  return tf.reshape(tf.transpose(tf.reshape(rows, [packs, size, ...shape]), order), packed);
}

/** The shape of one pack of samples of a shape. */
export function packedShape(shape: Shape, size: number): number[] {
  return shape.length === 0 ? [size] : [...shape.slice(0, -1), shape.at(-1)! * size];
}
