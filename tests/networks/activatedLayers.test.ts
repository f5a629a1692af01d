import { rootKey } from "../../src/math/random/fold.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { buildChain } from "../../src/networks/chain.ts";
import type { Layer, LayerContext, LayerResult } from "../../src/networks/layer.ts";
import { leakyRelu, relu, tanh } from "../../src/networks/layers/activations.ts";
import { batchNorm } from "../../src/networks/layers/batchNorm.ts";
import { conv2d } from "../../src/networks/layers/conv2d.ts";
import { conv2dTranspose } from "../../src/networks/layers/conv2dTranspose.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { resizeConv } from "../../src/networks/layers/resizeConv.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { wave } from "../backends/checkGradient.ts";
import { assert, close, it } from "../kit/kit.ts";

/** A layer in another, which knows nothing of what the inner one may be fused with. */
function doubled(layer: Layer): Layer {
  return {
    ...layer,
    build(input) {
      const built = layer.build(input);
      return { ...built, apply: (x, context) => built.apply(tf.mul(x, 2), context) };
    },
  };
}

const pairs: readonly (readonly [name: string, layer: Layer, activation: Layer, input: readonly number[]])[] = [
  ["dense and leaky ReLU", dense({ units: 5 }), leakyRelu(), [7]],
  ["dense and a ReLU of negative slope", dense({ units: 5 }), leakyRelu({ slope: -0.5 }), [7]],
  ["dense without bias and tanh", dense({ units: 4, bias: false }), tanh(), [6]],
  ["a dense layer in another and ReLU", doubled(dense({ units: 3 })), relu(), [4]],
  ["conv2d and leaky ReLU", conv2d({ filters: 4, kernel: 3 }), leakyRelu(), [6, 6, 2]],
  ["conv2dTranspose and tanh", conv2dTranspose({ filters: 2 }), tanh(), [3, 3, 4]],
  ["resizeConv and leaky ReLU", resizeConv({ filters: 4 }), leakyRelu(), [3, 2, 2]],
  ["resizeConv without bias, by 3, and tanh", resizeConv({ filters: 3, factor: 3, bias: false }), tanh(), [2, 3, 4]],
  ["batch norm and ReLU", batchNorm(), relu(), [4, 4, 3]],
  ["a batch norm in another and leaky ReLU", doubled(batchNorm()), leakyRelu(), [5]],
];

await describeOnEachBackend("a layer and the activation after it", (backend) => {
  computeOnTheDevice(backend);
  for (const [name, layer, activation, input] of pairs) {
    for (const isTraining of [true, false]) {
      it(`${name}: in a chain as one after the other, with gradient and buffers, ${isTraining ? "" : "not "}in training`, async () => {
        const built = layer.build([...input]);
        const chain = buildChain([{ ...layer, name: "first" }, activation], [...input], "chain");
        const parameters = Object.entries(built.parameters ?? {}).map(([key, { shape }], i) => [key, wave([...shape], i + 2)] as const);
        const buffers = Object.entries(built.buffers ?? {}).map(([key, { shape }], i) => [key, tf.tidy(() => tf.square(wave([...shape], i + 5)))] as const);
        const x = wave([3, ...input], 1);
        const context = (prefix: string): LayerContext => ({
          parameters: Object.fromEntries(parameters.map(([key, tensor]) => [prefix + key, tensor])),
          buffers: Object.fromEntries(buffers.map(([key, tensor]) => [prefix + key, tensor])),
          inputs: {},
          mode: { isTraining, key: rootKey(1), settings: {} },
        });
        const apart = (at: Tensor): LayerResult => {
          const result = built.apply(at, context(""));
          const { output, buffers: moved = {} } = "output" in result ? result : { output: result };
          return { output: activation.build(built.output).apply(output, context("")) as Tensor, buffers: moved };
        };
        const joined = (at: Tensor): LayerResult => chain.apply(at, context("first/"));
        const [expected, results] = [apart, joined].map((of) =>
          tf.tidy(() => {
            const { output, buffers: moved } = of(x);
            const slope = tf.grads((at, ...ps) => {
              void ps;
              const y = of(at!).output;
              return tf.sum(tf.mul(y, wave(y.shape, 9)));
            })([x, ...parameters.map(([, tensor]) => tensor)]);
            return [output, ...Object.values(moved ?? {}), ...slope];
          }),
        ) as [Tensor[], Tensor[]];
        assert.equal(results.length, expected.length);
        const values = await Promise.all([...expected, ...results].map((tensor) => tensor.data()));
        expected.forEach((_, i) => close(values[expected.length + i]!, values[i]!, 2e-5, `result ${i}`));
        tf.dispose([...expected, ...results, x, ...parameters.map(([, one]) => one), ...buffers.map(([, one]) => one)]);
      });
    }
  }
});
