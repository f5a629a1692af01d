import { type Tensor, tf } from "../tensor.ts";

/**
 * A kernel as the matrix that maps inputs to outputs, one column per output: `[n, units]` as it is, `[kh, kw, ci, co]` to
 * `[kh·kw·ci, co]`.
 *
 * @param outputAxis where the outputs are counted; the last axis, but in a transposed convolution's `[kh, kw, co, ci]`
 */
export function kernelMatrix(kernel: Tensor, outputAxis = kernel.rank - 1): Tensor {
  if (outputAxis === kernel.rank - 1) return tf.reshape(kernel, [-1, kernel.shape[outputAxis]!]);
  const axes = kernel.shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  return tf.reshape(tf.transpose(kernel, [...axes, outputAxis]), [-1, kernel.shape[outputAxis]!]);
}
