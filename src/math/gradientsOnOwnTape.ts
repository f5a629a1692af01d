import { type Tensor, tf } from "./tensor.ts";

/**
 * Gradients of a value in tensors it is made of in here, on the tape: they can be differentiated again. What was taped before is
 * not searched, which an outer gradient with many inner ones would else pay for again in each; so the value must not depend
 * on the tensors by anything made before.
 *
 * @returns the gradients, in order; nothing for a tensor the value does not depend on
 */
export function gradientsOnOwnTape(value: () => tf.Scalar, tensors: readonly Tensor[]): readonly (Tensor | null | undefined)[] {
  const { state } = tf.engine();
  const before = state.activeTape;
  state.activeTape = [];
  try {
    return tf.engine().gradients(value, [...tensors], undefined, true).grads;
  } finally {
    // An outermost gradient leaves no tape behind.
    state.activeTape = state.activeTape == null ? before : [...(before ?? []), ...state.activeTape];
  }
}
