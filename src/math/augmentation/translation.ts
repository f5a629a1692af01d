import { fold } from "../random/fold.ts";
import { integers } from "../random/integers.ts";
import type { Key } from "../random/key.ts";
import { tf, type Tensor } from "../tensor.ts";
import { pickPixels } from "./pickPixels.ts";

/** The share of a side that an image is moved by at most. */
const RATIO = 0.125;

/** Where each sample's window begins in its image, in pixels; one number per sample. */
export interface Shifts {
  readonly down: Int32Array;
  readonly right: Int32Array;
}

/** Whole numbers of pixels up to an eighth of the side (rounded) either way, all equally likely, independent. */
export function shifts(key: Key, count: number, [height, width]: readonly [number, number]): Shifts {
  const within = (name: string, side: number): Int32Array => {
    const most = Math.floor(side * RATIO + 0.5);
    return integers(fold(key, name), count, 2 * most + 1).map((value) => value - most);
  };
  return { down: within("down", height), right: within("right", width) };
}

/**
 * DiffAugment's translation: pixel (i, j) of the outcome is pixel (i + down, j + right) of the image, 0 where there is
 * none.
 *
 * @param images `[batch, height, width, channels]`
 * Reference: Zhao et al. 2020, and its authors' code.
 */
export function translation(images: Tensor, { down, right }: Shifts): Tensor {
  const [, height, width] = images.shape as [number, number, number, number];
  return pickPixels(images, placesFrom(down, height), placesFrom(right, width));
}

/** start[b] + i for i = 0 … extent − 1, `[batch, extent]`. */
function placesFrom(starts: Int32Array, extent: number): Tensor {
  const places = new Float32Array(starts.length * extent);
  starts.forEach((start, b) => {
    for (let i = 0; i < extent; i++) places[b * extent + i] = start + i;
  });
  return tf.tensor2d(places, [starts.length, extent]);
}
