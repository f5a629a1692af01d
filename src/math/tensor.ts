/**
 * The one door to tfjs. Everything in the library takes `tf` from here, so that only one copy of tfjs-core with one
 * registry of kernels and gradients is ever loaded, and so that the union package (which registers the gradients;
 * tfjs-core alone registers none) is the one that is.
 */
import * as tf from "@tensorflow/tfjs";

export { tf };
export type Tensor = tf.Tensor;

/** Named tensors. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The extent of one sample, without the batch: `[28, 28, 1]`, `[64]`, `[]` for a scalar per sample. */
export type Shape = readonly number[];

/** Product of the extents; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
