import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { constant, zeros } from "../../src/networks/initializers/constant.ts";
import type { Layer, Mode } from "../../src/networks/layer.ts";
import { leakyRelu, relu, tanh } from "../../src/networks/layers/activations.ts";
import { batchNorm } from "../../src/networks/layers/batchNorm.ts";
import { conv2d } from "../../src/networks/layers/conv2d.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { dropout } from "../../src/networks/layers/dropout.ts";
import { embedding } from "../../src/networks/layers/embedding.ts";
import { flatten } from "../../src/networks/layers/flatten.ts";
import { maxout } from "../../src/networks/layers/maxout.ts";
import { oneHot } from "../../src/networks/layers/oneHot.ts";
import { reshape } from "../../src/networks/layers/reshape.ts";
import { resizeConv } from "../../src/networks/layers/resizeConv.ts";
import { sequence } from "../../src/networks/layers/sequence.ts";
import type { FieldPlans, Network, NetworkPlan } from "../../src/networks/network.ts";
import { networkFromSpec } from "../../src/networks/networkFromSpec.ts";
import { assert, before, close, describe, it } from "../kit/kit.ts";

const fields: FieldPlans = {
  samples: { shape: [4, 4, 1], dtype: "float32", range: [-1, 1] },
  noise: { shape: [3], dtype: "float32" },
  labels: { shape: [], dtype: "int32", classes: 5 },
};
const mode = (options: Partial<Mode> = {}): Mode => ({ isTraining: true, key: rootKey(7), settings: {}, ...options });

function initial(network: Network, kind: "parameters" | "buffers" = "parameters"): Tensors {
  const made = Object.entries(network[kind]).map(([name, { shape, initializer }]): [string, Tensor] => [
    name,
    tf.tensor(initializer.values(fold(rootKey(1), network.name, name), shape), [...shape]),
  ]);
  return Object.fromEntries(made);
}

describe("buildNetwork", () => {
  before(() => tf.setBackend("cpu"));

  it("names layers by kind and number, variables by layer, heads and inputs by prefix", () => {
    const network = buildNetwork(
      "discriminator",
      {
        inputs: [{ field: "samples" }, { field: "labels", layers: [embedding({ classes: 5, units: 2 })] }],
        trunk: [conv2d({ filters: 3, bias: false }), batchNorm(), leakyRelu(), conv2d({ filters: 2, name: "last" })],
        heads: { logits: [flatten(), dense({ units: 1 })], classes: [flatten(), dense({ units: 5 })] },
      },
      fields,
    );
    assert.deepEqual(Object.fromEntries(Object.entries(network.parameters).map(([name, { shape }]) => [name, shape])), {
      "inputs/labels/embedding1/table": [5, 2],
      "conv2d1/kernel": [4, 4, 3, 3],
      "batchNorm1/gamma": [3],
      "batchNorm1/beta": [3],
      "last/kernel": [4, 4, 3, 2],
      "last/bias": [2],
      "logits/dense1/kernel": [2, 1],
      "logits/dense1/bias": [1],
      "classes/dense1/kernel": [2, 5],
      "classes/dense1/bias": [5],
    });
    assert.deepEqual(Object.keys(network.buffers), ["batchNorm1/mean", "batchNorm1/variance"]);
    assert.deepEqual(network.heads, { logits: [1], classes: [5] });
    assert.deepEqual(network.inputs, ["samples", "labels"]);
  });

  it("joins vectors by concatenation: y = [noise, one-hot label] K", async () => {
    const plan: NetworkPlan = {
      inputs: [{ field: "noise" }, { field: "labels", layers: [oneHot({ classes: 5 })] }],
      trunk: [],
      heads: { out: [dense({ units: 1 })] },
    };
    const network = buildNetwork("generator", plan, fields);
    const parameters = { "out/dense1/kernel": tf.tensor2d([1, 10, 100, 1, 2, 3, 4, 5], [8, 1]), "out/dense1/bias": tf.tensor1d([0.5]) };
    const record = { noise: tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), labels: tf.tensor1d([4, 0], "int32") };
    const pass = network.apply(parameters, {}, record, mode());
    close(await pass.heads["out"]!.data(), [321 + 5 + 0.5, 654 + 1 + 0.5], 1e-6);
    assert.deepEqual(pass.features.shape, [2, 8]);
  });

  it("spreads a vector over the pixels of an image as further channels, and its gradient sums over the pixels", async () => {
    const plan: NetworkPlan = { inputs: [{ field: "samples" }, { field: "noise" }], trunk: [], heads: {} };
    const network = buildNetwork("discriminator", plan, fields);
    const samples = tf.range(0, 32).reshape([2, 4, 4, 1]);
    const noise = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const joined = network.apply({}, {}, { samples, noise }, mode()).features;
    assert.deepEqual(joined.shape, [2, 4, 4, 4]);
    const expected = Array.from({ length: 32 }, (_, pixel) => [pixel, ...(pixel < 16 ? [1, 2, 3] : [4, 5, 6])]).flat();
    close(await joined.data(), expected, 0);
    const gradient = tf.grad((z) => network.apply({}, {}, { samples, noise: z }, mode()).features.sum())(noise);
    close(await gradient.data(), [16, 16, 16, 16, 16, 16], 0);
  });

  it("returns moved buffers by their names in the network in training, and none otherwise", () => {
    const plan: NetworkPlan = {
      inputs: [{ field: "noise", layers: [batchNorm()] }],
      trunk: [sequence({ layers: [dense({ units: 2 }), batchNorm()], name: "block" })],
      heads: { out: [batchNorm()] },
    };
    const network = buildNetwork("generator", plan, fields);
    const names = ["inputs/noise/batchNorm1", "block/batchNorm1", "out/batchNorm1"].flatMap((name) => [`${name}/mean`, `${name}/variance`]);
    assert.deepEqual(Object.keys(network.buffers), names);
    const run = (isTraining: boolean) =>
      network.apply(initial(network), initial(network, "buffers"), { noise: tf.ones([4, 3]) }, mode({ isTraining }));
    assert.deepEqual(Object.keys(run(true).buffers).sort(), [...names].sort());
    assert.deepEqual(run(false).buffers, {});
  });

  it("gives every layer its own key, the same in every pass of one key and other in the next", async () => {
    const network = buildNetwork(
      "generator",
      { inputs: [{ field: "noise" }], trunk: [], heads: { a: [dropout(), dropout()], b: [dropout({ name: "other" })], c: [dropout()] } },
      { noise: { shape: [64], dtype: "float32" } },
    );
    const drop = async (round: number) => {
      const { heads } = network.apply({}, {}, { noise: tf.ones([1, 64]) }, mode({ key: fold(rootKey(3), round) }));
      return Promise.all(["a", "b", "c"].map(async (head) => (await heads[head]!.data()).join()));
    };
    const [first, again, next] = [await drop(1), await drop(1), await drop(2)];
    assert.deepEqual(first, again);
    assert.equal(new Set([...first!, ...next!]).size, 6);
  });

  it("puts a head on another head where the plan says so, in any order, and builds the same from JSON", async () => {
    const plan: NetworkPlan = {
      inputs: [{ field: "noise" }],
      trunk: [],
      heads: { sums: [dense({ units: 1, bias: false })], doubled: [dense({ units: 2, bias: false })] },
      standsOn: { sums: "doubled" },
    };
    const parameters = { "doubled/dense1/kernel": tf.tensor2d([2, 0, 0, 2, 0, 0], [3, 2]), "sums/dense1/kernel": tf.tensor2d([1, 1], [2, 1]) };
    const network = buildNetwork("judge", plan, fields);
    const revived = networkFromSpec(JSON.parse(JSON.stringify(network.spec)), fields);
    for (const built of [network, revived]) {
      assert.deepEqual(Object.fromEntries(Object.entries(built.parameters).map(([name, { shape }]) => [name, shape])), { "doubled/dense1/kernel": [3, 2], "sums/dense1/kernel": [2, 1] });
      const { heads, features } = built.apply(parameters, {}, { noise: tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]) }, mode());
      close(await heads["doubled"]!.data(), [2, 4, 8, 10], 1e-6);
      close(await heads["sums"]!.data(), [6, 18], 1e-6);
      assert.deepEqual(features.shape, [2, 3]);
    }
    for (const standsOn of [{ sums: "trunk" }, { sums: "sums" }, { sums: "doubled", doubled: "sums" }] as Readonly<Record<string, string>>[]) {
      assert.throws(() => buildNetwork("judge", { ...plan, standsOn }, fields), /expected to stand on another head \(sums, doubled\), got/);
    }
  });

  it("builds the same network from its spec as JSON", async () => {
    const plan: NetworkPlan = {
      inputs: [{ field: "noise" }, { field: "labels", layers: [embedding({ classes: 5, units: 2 })] }],
      trunk: [
        dense({ units: 16, bias: false, kernelInitializer: constant({ value: 0.25 }), name: "project" }),
        batchNorm({ epsilon: 1e-3, momentum: 0.2 }),
        relu(),
        maxout({ units: 4, pieces: 2 }),
        reshape({ shape: [2, 2, 1] }),
        resizeConv({ filters: 2 }),
        sequence({ layers: [conv2d({ filters: 3, kernel: 3, stride: 1 }), leakyRelu({ slope: 0.1 }), dropout({ rate: 0.3 })] }),
      ],
      heads: { samples: [conv2d({ filters: 1, kernel: 3, stride: 1, padding: "valid", biasInitializer: zeros() }), tanh()] },
    };
    const network = buildNetwork("generator", plan, fields);
    const copy = networkFromSpec(JSON.parse(JSON.stringify(network.spec)), fields);
    assert.deepEqual(copy.spec, network.spec);
    assert.deepEqual(copy.heads, network.heads);
    const record = { noise: tf.tensor2d([1, -2, 3], [1, 3]), labels: tf.tensor1d([2], "int32") };
    const [a, b] = [network, copy].map((one) => one.apply(initial(one), initial(one, "buffers"), record, mode()).heads["samples"]!);
    assert.deepEqual(await a!.data(), await b!.data());
  });

  it("revives layers of a plugin by the factories given", () => {
    const double: Layer = { spec: { name: "double" }, build: (input) => ({ output: input, apply: (x) => tf.mul(x, 2) }) };
    const network = buildNetwork("generator", { inputs: [{ field: "noise" }], trunk: [double], heads: {} }, fields);
    assert.deepEqual(networkFromSpec(network.spec, fields, { double: () => double }).spec, network.spec);
    assert.throws(() => networkFromSpec(network.spec, fields), /got "double"; give the factory/);
  });

  it("refuses what does not fit, with the path and how to mend it", () => {
    const build = (plan: Partial<NetworkPlan>) => buildNetwork("d", { inputs: [{ field: "noise" }], trunk: [], heads: {}, ...plan }, fields);
    const refuses = (plan: Partial<NetworkPlan>, message: RegExp) =>
      assert.throws(() => build(plan), (error) => error instanceof ConfigurationError && message.test(error.message));
    refuses({ inputs: [{ field: "codes" }] }, /d: inputs\/codes: expected a field of the record, which has samples, noise, labels/);
    refuses({ inputs: [{ field: "labels" }] }, /inputs\/labels: .*give it embedding\(\) or oneHot\(\)/);
    refuses({ inputs: [] }, /inputs: expected at least one input/);
    refuses({ inputs: [{ field: "noise", layers: [reshape({ shape: [1, 1, 3] })] }, { field: "samples" }] }, /got shape \[4, 4, 1\]/);
    refuses({ trunk: [relu(), conv2d({ filters: 1 })] }, /d: conv2d1: expected an image \[height, width, channels\], got shape \[3\]/);
    refuses({ trunk: [sequence({ layers: [conv2d({ filters: 1 })] })] }, /d: sequence1\/conv2d1: expected an image/);
    refuses({ heads: { logits: [conv2d({ filters: 1 })] } }, /d: logits\/conv2d1: expected an image/);
    refuses({ trunk: [relu({ name: "a" }), relu({ name: "a" })] }, /a: two layers of one list have this name/);
    refuses({ trunk: [relu({ name: "logits" })], heads: { logits: [] } }, /logits: this name is taken/);
  });
});
