import { type Tensor, tf } from "../../math/tensor.ts";

interface TapeNode {
  readonly inputs: Readonly<Record<string, Tensor>>;
}
type Inputs = Readonly<Record<string, Tensor | null | undefined>> | readonly Tensor[];

/** What is used of tfjs' engine beyond its types; the version is pinned and the gradient checks watch over it. */
interface TapingEngine {
  readonly state: { readonly activeTape: TapeNode[] };
  addTapeNode(
    name: string,
    inputs: Inputs,
    outputs: readonly Tensor[],
    gradient: unknown,
    saved: readonly Tensor[],
    attributes: unknown,
  ): void;
}

const mended = Symbol.for("saddlepoint.mendedTape");

/**
 * Mends two faults of tfjs' gradient tape.
 *
 * Gradients that use their kernel's *output* (tanh, sigmoid, exp, softmax, max …) are silently wrong in second order: tfjs
 * saves the output as a clone and tapes the clone *before* the kernel that makes the original. Walking forward from the
 * input the tape finds no way to the clone and drops the term through it: the second derivative of tanh came out as 2.32
 * in place of 0.83 (tensorflow/tfjs#3252). Here clones of outputs are moved behind the kernel's own node.
 *
 * And inputs left out (the offset of a batch norm) are taped as `undefined`, on which the next gradient throws.
 */
export function mendTape(): void {
  const engine = tf.engine() as unknown as TapingEngine & { [mended]?: true };
  if (engine[mended]) return;
  const stock = engine.addTapeNode;
  engine.addTapeNode = function (this: TapingEngine, name, inputs, outputs, gradient, saved, attributes) {
    stock.call(this, name, present(inputs), outputs, gradient, saved, attributes);
    const tape = this.state.activeTape;
    // Every saved tensor was cloned, and so taped, right before this node.
    const begin = tape.length - 1 - saved.length;
    if (saved.length === 0 || begin < 0) return;
    const node = tape[tape.length - 1]!;
    const clones = tape.slice(begin, -1);
    const isOfOutput = (clone: TapeNode): boolean => outputs.some((output) => output.id === clone.inputs["x"]?.id);
    if (!clones.some(isOfOutput)) return;
    tape.splice(begin, saved.length + 1, ...clones.filter((clone) => !isOfOutput(clone)), node, ...clones.filter(isOfOutput));
  };
  engine[mended] = true;
}

function present(inputs: Inputs): Inputs {
  if (Array.isArray(inputs) || Object.values(inputs).every((input) => input != null)) return inputs;
  return Object.fromEntries(Object.entries(inputs).filter(([, input]) => input != null));
}
