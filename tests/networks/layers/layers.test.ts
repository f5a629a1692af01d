import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { buildNetwork } from "../../../src/networks/buildNetwork.ts";
import { leakyRelu } from "../../../src/networks/layers/activations.ts";
import { batchNorm } from "../../../src/networks/layers/batchNorm.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { flatten } from "../../../src/networks/layers/flatten.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { close, it } from "../../kit/kit.ts";
import { networkReferences, tensorOf } from "../../references/networkReferences.ts";
import { itIsPytorchs } from "./itIsPytorchs.ts";

await describeOnEachBackend("layers", () => {
  for (const reference of networkReferences.layers) itIsPytorchs(reference);

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
        const logits = (samples: Tensor): Tensor => critic.apply(parameters, buffers, { samples }, { isTraining: true, key: rootKey(1), settings: {} }).heads["logits"]!;
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
