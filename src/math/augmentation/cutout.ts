import { fold } from "../random/fold.ts";
import { integers } from "../random/integers.ts";
import type { Key } from "../random/key.ts";
import { tf, type Tensor } from "../tensor.ts";

/** The share of a side that is cut out. */
const RATIO = 0.5;

/** The middle of each sample's hole, in pixels from the top left; one number per sample. */
export interface Holes {
  readonly row: Int32Array;
  readonly column: Int32Array;
}

/** Middles anywhere in the image, one place more where the hole's side is even: all equally likely, independent. */
export function holes(key: Key, count: number, [height, width]: readonly [number, number]): Holes {
  const within = (name: string, side: number): Int32Array => integers(fold(key, name), count, side + 1 - (holeSide(side) % 2));
  return { row: within("row", height), column: within("column", width) };
}

/**
 * DiffAugment's cutout: a rectangle of half the height and half the width (rounded) around the middle becomes 0; what of
 * it lies outside the image is lost.
 *
 * @param images `[batch, height, width, channels]`
 * Reference: Zhao et al. 2020, and its authors' code.
 */
export function cutout(images: Tensor, { row, column }: Holes): Tensor {
  const [batch, height, width] = images.shape as [number, number, number, number];
  const hole = tf.mul(
    tf.tensor(within(row, height), [batch, height, 1, 1]),
    tf.tensor(within(column, width), [batch, 1, width, 1]),
  );
  return tf.mul(images, tf.sub(1, hole));
}

function holeSide(side: number): number {
  return Math.floor(side * RATIO + 0.5);
}

/** 1 for the places of each sample that lie in its hole, else 0; sample by sample. */
function within(middles: Int32Array, side: number): Float32Array {
  const size = holeSide(side);
  const mask = new Float32Array(middles.length * side);
  middles.forEach((middle, b) => {
    const start = middle - Math.floor(size / 2);
    for (let i = Math.max(start, 0); i < Math.min(start + size, side); i++) mask[b * side + i] = 1;
  });
  return mask;
}
