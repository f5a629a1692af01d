import { type Tensor, tf } from "../../math/tensor.ts";

type Inputs = Readonly<Record<string, Tensor | null | undefined>> | readonly Tensor[];

/** What is used of tfjs' engine beyond its types; the version is pinned and the gradient checks watch over it. */
interface TapingEngine {
  readonly state: { readonly tensorInfo: { get(dataId: object): { readonly backend: tf.KernelBackend } } };
  addTapeNode(
    name: string,
    inputs: Inputs,
    outputs: readonly Tensor[],
    gradient: unknown,
    saved: readonly Tensor[],
    attributes: unknown,
  ): void;
  /** What the engine saves for a backward pass; operations clone otherwise. */
  clone(tensor: Tensor): Tensor;
  trackTensor(tensor: Tensor, backend: tf.KernelBackend): void;
}

const mended = Symbol.for("saddlepoint.mendedTape");

/**
 * Mends two faults of tfjs' gradient tape, and most of its cost.
 *
 * What an operation needs for its backward pass is saved as a clone, and every clone is an operation on the tape: two thirds of
 * all there are. And gradients that use their kernel's *output* (tanh, sigmoid, exp, softmax, max …) are silently wrong in second
 * order: that clone is taped *before* the kernel that makes the original, so that walking forward from the input the tape
 * finds no way to it and drops the term through it: the second derivative of tanh came out as 2.32 in place of 0.83
 * (tensorflow/tfjs#3252). Here what is saved is another reference to the same values under the same id: to the tape it *is*
 * the original.
 *
 * And inputs left out (the offset of a batch norm) are taped as `undefined`, on which the next gradient throws.
 */
export function mendTape(): void {
  const engine = tf.engine() as unknown as TapingEngine & { [mended]?: true };
  if (engine[mended]) return;
  engine.clone = function (this: TapingEngine, { shape, dtype, dataId, id }) {
    const { backend } = this.state.tensorInfo.get(dataId);
    const reference = new tf.Tensor(shape, dtype, dataId, id);
    backend.incRef(dataId);
    this.trackTensor(reference, backend);
    return reference;
  };
  const stock = engine.addTapeNode;
  engine.addTapeNode = function (this: TapingEngine, name, inputs, outputs, gradient, saved, attributes) {
    stock.call(this, name, present(inputs), outputs, gradient, saved, attributes);
  };
  engine[mended] = true;
}

function present(inputs: Inputs): Inputs {
  if (Array.isArray(inputs) || Object.values(inputs).every((input) => input != null)) return inputs;
  return Object.fromEntries(Object.entries(inputs).filter(([, input]) => input != null));
}
