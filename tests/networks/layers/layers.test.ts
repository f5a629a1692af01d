import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import { buildNetwork } from "../../../src/networks/buildNetwork.ts";
import type { LayerResult, Mode } from "../../../src/networks/layer.ts";
import { leakyRelu } from "../../../src/networks/layers/activations.ts";
import { batchNorm } from "../../../src/networks/layers/batchNorm.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { flatten } from "../../../src/networks/layers/flatten.ts";
import { layerFromSpec } from "../../../src/networks/layers/layerFromSpec.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { type LayerReference, networkReferences, tensorOf, tensorsOf, type Written } from "../../references/networkReferences.ts";

const mode = (isTraining: boolean): Mode => ({ isTraining, key: rootKey(1), settings: {} });

/** Output, gradients and moved buffers in the order of the reference's fields, as one list read at once. */
async function computed(reference: LayerReference): Promise<Float32Array> {
  const packed = tf.tidy(() => {
    const built = layerFromSpec(reference.spec).build(reference.input.shape.slice(1));
    const input = tensorOf(reference.input);
    const parameters = tensorsOf(reference.parameters);
    const buffers = tensorsOf(reference.buffers);
    const names = Object.keys(reference.gradients);
    let result: LayerResult | undefined;
    const loss = (...at: Tensor[]): Tensor => {
      const leaves: Tensors = Object.fromEntries(names.map((name, i) => [name, at[i]!]));
      const context = { parameters: { ...parameters, ...leaves }, buffers, inputs: {}, mode: mode(reference.isTraining) };
      const applied = built.apply(leaves["input"] ?? input, context);
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

await describeOnEachBackend("layers", () => {
  for (const reference of networkReferences.layers) {
    it(`${reference.title}: output, gradients and statistics are PyTorch's to 1e-5`, async () => {
      const values = await computed(reference);
      let start = 0;
      const next = ({ values: expected }: Written, what: string): void => {
        close(values.subarray(start, (start += expected.length)), [...expected], 1e-5, what);
      };
      next(reference.output, "output");
      for (const [name, gradient] of Object.entries(reference.gradients)) next(gradient, `gradient in ${name}`);
      for (const [name, buffer] of Object.entries(reference.buffersAfter)) next(buffer, name);
      assert.equal(start, values.length);
    });
  }

  it("a gradient penalty through convolution, batch norm and leaky ReLU has PyTorch's gradients in every parameter to 1e-4", async () => {
    const reference = networkReferences.gradientPenalty;
    const critic = buildNetwork(
      "discriminator",
      {
        inputs: [{ field: "samples" }],
        trunk: [conv2d({ filters: 3 }), leakyRelu(), conv2d({ filters: 4, bias: false }), batchNorm(), leakyRelu()],
        heads: { logits: [flatten(), dense({ units: 1 })] },
      },
      { samples: { shape: [4, 4, 2], dtype: "float32" } },
    );
    const names = Object.keys(reference.parameters);
    const packed = tf.tidy(() => {
      const buffers = { "batchNorm1/mean": tf.zeros([4]), "batchNorm1/variance": tf.ones([4]) };
      const penalty = (...at: Tensor[]): Tensor => {
        const parameters = Object.fromEntries(names.map((name, i) => [name, at[i]!]));
        const logits = (samples: Tensor): Tensor => critic.apply(parameters, buffers, { samples }, mode(true)).heads["logits"]!;
        const slope = tf.grad((samples) => tf.sum(logits(samples)))(tensorOf(reference.input));
        // tfjs refuses what a loss does not depend on (the last bias); a zero times its sum says so.
        const nothing = at.reduce((sum: Tensor, parameter) => tf.add(sum, tf.mul(tf.sum(parameter), 0)), tf.scalar(0));
        return tf.add(tf.mean(tf.sum(tf.square(slope), [1, 2, 3])), nothing);
      };
      const { value, grads } = tf.valueAndGrads(penalty)(names.map((name) => tensorOf(reference.parameters[name]!)));
      return tf.concat([value, ...grads].map((tensor) => tf.reshape(tensor, [-1])));
    });
    const values = await packed.data();
    packed.dispose();
    const expected = [reference.penalty, ...names.flatMap((name) => reference.gradients[name]!.values)];
    close(values, expected, 1e-4, "penalty and gradients");
  });
});
