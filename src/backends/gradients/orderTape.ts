import { type Tensor, tf } from "../../math/tensor.ts";

interface TapeNode {
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** What is used of tfjs' engine beyond its types; the version is pinned and the gradient checks watch over it. */
interface TapingEngine {
  readonly state: { readonly activeTape: TapeNode[] };
  addTapeNode(name: string, inputs: object, outputs: readonly Tensor[], gradient: unknown, saved: readonly Tensor[], attributes: unknown): void;
}

const ordered = Symbol.for("saddlepoint.orderedTape");

/**
 * Makes gradients that use their kernel's *output* (tanh, sigmoid, exp, softmax, max …) right in second order.
 *
 * tfjs saves such an output as a clone and tapes the clone *before* the kernel that makes the original. Walking forward
 * from the input the tape then finds no way to the clone, so the term through it is silently dropped: the second
 * derivative of tanh at 0.5 came out as 2.32 in place of 0.83 (tensorflow/tfjs#3252). Here the clones of outputs are
 * moved behind the kernel's own node, where they belong.
 */
export function orderTape(): void {
  const engine = tf.engine() as unknown as TapingEngine & { [ordered]?: true };
  if (engine[ordered]) return;
  const stock = engine.addTapeNode;
  engine.addTapeNode = function (this: TapingEngine, name, inputs, outputs, gradient, saved, attributes) {
    stock.call(this, name, inputs, outputs, gradient, saved, attributes);
    const tape = this.state.activeTape;
    // Every saved tensor was cloned, and so taped, right before this node.
    const begin = tape.length - 1 - saved.length;
    if (saved.length === 0 || begin < 0) return;
    const node = tape[tape.length - 1]!;
    const clones = tape.slice(begin, -1);
    const isOfOutput = (clone: TapeNode): boolean => outputs.some((output) => output.id === clone.inputs["x"]?.id);
    tape.splice(begin, saved.length + 1, ...clones.filter((clone) => !isOfOutput(clone)), node, ...clones.filter(isOfOutput));
  };
  engine[ordered] = true;
}
