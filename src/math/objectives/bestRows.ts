import { tf, type Tensor } from "../tensor.ts";
import { withoutTape } from "../withoutTape.ts";

/**
 * The places of the `count` rows with the largest scores, the largest first, as a matrix `[count, batch]` of zeros and
 * ones that picks them (`pickRows`). A row of several scores counts by their mean. Which rows they are is a constant: no
 * gradient flows into the choice.
 *
 * @param scores `[batch, …]`
 */
export function bestRows(scores: Tensor, count: number): Tensor {
  return withoutTape(() => {
    const batch = scores.shape[0]!;
    const { indices } = tf.topk(tf.mean(tf.reshape(scores, [batch, -1]), 1), count);
    return tf.cast(tf.oneHot(indices as tf.Tensor1D, batch), "float32");
  });
}

/** The rows `[batch, …]` that a matrix `[count, batch]` picks: `[count, …]`. Differentiable, and exact for finite rows. */
export function pickRows(rows: Tensor, picking: Tensor): Tensor {
  const flat = tf.cast(tf.reshape(rows, [rows.shape[0]!, -1]), "float32");
  return tf.cast(tf.reshape(tf.matMul(picking, flat), [picking.shape[0]!, ...rows.shape.slice(1)]), rows.dtype);
}
