import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import type { LayerResult } from "../../../src/networks/layer.ts";
import { layerFromSpec } from "../../../src/networks/layers/layerFromSpec.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { type LayerReference, tensorOf, tensorsOf, type Written } from "../../references/networkReferences.ts";

/** Registers the test that a layer made of its spec gives what PyTorch gave; inside a suite with a device. */
export function itIsPytorchs(reference: LayerReference, tolerance = 1e-5): void {
  it(`${reference.title}: output, gradients and statistics are PyTorch's to ${tolerance}`, async () => {
    const values = await computed(reference);
    let start = 0;
    const next = ({ values: expected }: Written, what: string): void => {
      close(values.subarray(start, (start += expected.length)), [...expected], tolerance, what);
    };
    next(reference.output, "output");
    for (const [name, gradient] of Object.entries(reference.gradients)) next(gradient, `gradient in ${name}`);
    for (const [name, buffer] of Object.entries(reference.buffersAfter)) next(buffer, name);
    assert.equal(start, values.length);
  });
}

/** Output, gradients and moved buffers in the order of the reference's fields, as one list read at once. */
async function computed(reference: LayerReference): Promise<Float32Array> {
  const packed = tf.tidy(() => {
    const built = layerFromSpec(reference.spec).build(reference.input.shape.slice(1));
    const input = tensorOf(reference.input);
    const inputs = tensorsOf(reference.inputs ?? {});
    const parameters = tensorsOf(reference.parameters);
    const buffers = tensorsOf(reference.buffers);
    const names = Object.keys(reference.gradients);
    let result: LayerResult | undefined;
    const loss = (...at: Tensor[]): Tensor => {
      const leaves: Tensors = Object.fromEntries(names.map((name, i) => [name, at[i]!]));
      const mode = { isTraining: reference.isTraining, key: rootKey(1), settings: {} };
      const applied = built.apply(leaves["input"] ?? input, { parameters: { ...parameters, ...leaves }, buffers, inputs, mode });
      result = "output" in applied ? applied : { output: applied };
      result = { output: tf.keep(result.output), buffers: keepAll(result.buffers ?? {}) };
      return tf.sum(tf.mul(result.output, tensorOf(reference.weights)));
    };
    const gradients = tf.grads(loss)(names.map((name) => (name === "input" ? input : parameters[name]!)));
    const moved = Object.keys(reference.buffersAfter).map((name) => result!.buffers![name] ?? buffers[name]!);
    const all = tf.concat([result!.output, ...gradients, ...moved].map((tensor) => tf.reshape(tensor, [-1])));
    tf.dispose([result!.output, { ...result!.buffers }]);
    return all;
  });
  const values = (await packed.data()) as Float32Array;
  packed.dispose();
  return values;
}

function keepAll(tensors: Tensors): Tensors {
  for (const tensor of Object.values(tensors)) tf.keep(tensor);
  return tensors;
}
