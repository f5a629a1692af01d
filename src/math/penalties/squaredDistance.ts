import { type Tensor, tf } from "../tensor.ts";

/** ‖a − b‖² of two lists of tensors, as if each list were one long vector. */
export function squaredDistance(a: readonly Tensor[], b: readonly Tensor[]): Tensor {
  return a.map((value, i) => tf.sum(tf.squaredDifference(value, b[i]!))).reduce((sum, part) => tf.add(sum, part));
}
