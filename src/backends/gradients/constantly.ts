import { type Tensor, tf } from "../../math/tensor.ts";

/**
 * Computes something off the tape: for masks, whose derivative is zero almost everywhere. The tape would otherwise carry
 * those zeros through every layer below when it is differentiated again.
 */
export function constantly(compute: () => Tensor): Tensor {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))();
}

/** 1 where x > 0, else 0; off the tape. */
export function isPositive(x: Tensor): Tensor {
  return constantly(() => tf.step(x));
}
