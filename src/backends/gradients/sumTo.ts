import { type Tensor, tf } from "../../math/tensor.ts";

/** Sums over the axes that broadcasting from `shape` spread: the adjoint of `broadcastTo`. */
export function sumTo(t: Tensor, shape: readonly number[]): Tensor {
  if (tf.util.arraysEqual(t.shape, [...shape])) return t;
  const offset = t.rank - shape.length;
  const axes = t.shape.map((_, axis) => axis).filter((axis) => axis < offset || (shape[axis - offset] === 1 && t.shape[axis] !== 1));
  return tf.reshape(axes.length === 0 ? t : tf.sum(t, axes), [...shape]);
}

/** The shape with 1 in the place of each reduced axis. */
export function keptShape(shape: readonly number[], axis: unknown): number[] {
  const axes = tf.util.parseAxisParam(axis as number | number[], [...shape]);
  return shape.map((extent, i) => (axes.includes(i) ? 1 : extent));
}
