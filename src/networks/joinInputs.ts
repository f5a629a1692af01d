import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import { type Shape, type Tensor, tf } from "../math/tensor.ts";

/** How several inputs become one tensor. */
export interface Join {
  /** Shape of the joined input, without the batch. */
  readonly output: Shape;
  apply(inputs: readonly Tensor[]): Tensor;
}

/**
 * Joins inputs by concatenation on the last axis. Where one is an image (`[height, width, channels]`), vectors are
 * spread over its pixels as further channels.
 *
 * @throws ConfigurationError where the shapes do not fit: images of different sides, or ranks other than 1 and 3.
 */
export function joinInputs(owner: string, inputs: readonly { readonly field: string; readonly shape: Shape }[]): Join {
  const [first] = inputs;
  if (first === undefined) throw new ConfigurationError(owner, [{ path: "inputs", message: "expected at least one input, got none" }]);
  if (inputs.length === 1) return { output: first.shape, apply: ([input]) => input! };

  const image = inputs.find(({ shape }) => shape.length === 3);
  const wanted = image === undefined ? "a vector [n]" : `an image of ${image.shape[0]} x ${image.shape[1]} pixels or a vector [n]`;
  const fits = (shape: Shape): boolean =>
    shape.length === 1 || (image !== undefined && shape.length === 3 && shape[0] === image.shape[0] && shape[1] === image.shape[1]);
  const problems = inputs
    .filter(({ shape }) => !fits(shape))
    .map(({ field, shape }): Problem => ({
      path: `inputs/${field}`,
      message: `expected ${wanted} to join with the other inputs, got shape [${shape.join(", ")}]; give it layers that reshape it`,
    }));
  if (problems.length > 0) throw new ConfigurationError(owner, problems);

  const last = inputs.reduce((sum, { shape }) => sum + shape.at(-1)!, 0);
  if (image === undefined) return { output: [last], apply: (tensors) => tf.concat([...tensors], 1) };
  const [height, width] = image.shape as [number, number, number];
  return {
    output: [height, width, last],
    apply: (tensors) => tf.concat(tensors.map((tensor) => (tensor.rank === 4 ? tensor : spread(tensor, height, width))), 3),
  };
}

/** `[batch, n]` to `[batch, height, width, n]`, the same at every pixel. */
function spread(vector: Tensor, height: number, width: number): Tensor {
  const [batch, n] = vector.shape as [number, number];
  // Not broadcastTo: its gradient is Tile's, which adds height·width slices one by one.
  return tf.add(tf.reshape(vector, [batch, 1, 1, n]), tf.zeros([1, height, width, 1]));
}
