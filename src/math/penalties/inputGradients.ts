import { type Tensor, tf } from "../tensor.ts";

/**
 * The gradient of every sample's own scores in that sample's inputs: gᵢ = ∂(Σ sᵢ)/∂xᵢ, on the tape, so that a loss made of
 * it can be differentiated again.
 *
 * Taken as the gradient of the sum over the batch, which is the same as long as no sample's score depends on another
 * sample; see `mixesSamples` of a layer.
 *
 * @param scores `[batch, …]`, made of the inputs: in here, or before on the same tape
 * @param inputs each `[batch, …]`; those the scores do not depend on are left out of the answer
 * @throws RangeError where the scores depend on none of them
 */
export function inputGradients(scores: () => Tensor, inputs: readonly Tensor[]): readonly Tensor[] {
  const { grads } = tf.engine().gradients(scores as () => tf.Scalar, [...inputs], undefined, true);
  // For tfjs a gradient that is not there is undefined, whatever its types say.
  const reached = (grads as readonly (Tensor | null | undefined)[]).filter((gradient) => gradient != null);
  if (reached.length === 0) throw new RangeError("inputGradients: the scores do not depend on the inputs, so there is no gradient to penalise");
  return reached;
}
