import { rootKey } from "../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { fromLayersModel } from "../../src/networks/layersModel.ts";
import type { FieldPlans, Network } from "../../src/networks/network.ts";
import { networkFromSpec } from "../../src/networks/networkFromSpec.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, it } from "../kit/kit.ts";

const fields: FieldPlans = { samples: { shape: [4, 4, 1], dtype: "float32" }, noise: { shape: [3], dtype: "float32" } };
const mode = { isTraining: true, key: rootKey(1), settings: {} };

/** A small critic with a model inside the model. */
function criticModel(): tf.LayersModel {
  const tail = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 3] }), tf.layers.dense({ units: 1 })] });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 3, kernelSize: 4, strides: 2, padding: "same" }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tail,
    ],
  });
}

const initial = (network: Network): Tensors =>
  Object.fromEntries(
    Object.entries(network.parameters).map(([name, { shape, initializer }]) => [name, tf.tensor(initializer.values(rootKey(9), shape), [...shape])]),
  );

const image = (): Tensor => tf.tensor(Array.from({ length: 32 }, (_, i) => Math.sin(i)), [2, 4, 4, 1]);

await describeOnEachBackend("fromLayersModel", () => {
  it("gives the model's own output and gradients, by names that do not depend on what was created before", async () => {
    const model = criticModel();
    const factory = await fromLayersModel(model, { field: "samples", head: "logits" });
    const network = buildNetwork("discriminator", factory.plan(fields), fields);
    assert.deepEqual(Object.fromEntries(Object.entries(network.parameters).map(([name, { shape }]) => [name, shape])), {
      "model/conv2D1/kernel": [4, 4, 1, 3],
      "model/conv2D1/bias": [3],
      "model/dense1/kernel": [12, 1],
      "model/dense1/bias": [1],
    });
    assert.deepEqual(network.heads, { logits: [1] });

    const names = Object.keys(network.parameters);
    const parameters = initial(network);
    const logits = (at: Tensors): Tensor => network.apply(at, {}, { samples: image() }, mode).heads["logits"]!;
    close(await logits(parameters).data(), [...(await (model.predict(image()) as Tensor).data())], 1e-6, "logits");

    const ours = tf.grads((...at: Tensor[]) => tf.sum(tf.square(logits(Object.fromEntries(names.map((name, i) => [name, at[i]!]))))))(
      names.map((name) => parameters[name]!),
    );
    const theirs = tf.variableGrads(() => tf.sum(tf.square(model.apply(image(), { training: true }) as Tensor)) as tf.Scalar).grads;
    for (const [i, variable] of model.trainableWeights.entries()) {
      close(await ours[i]!.data(), [...(await theirs[variable.name]!.data())], 1e-5, `gradient in ${names[i]}`);
    }
  });

  it("is trained without the model noticing", async () => {
    const model = criticModel();
    const network = buildNetwork("discriminator", (await fromLayersModel(model, { field: "samples", head: "logits" })).plan(fields), fields);
    const before = await Promise.all(model.getWeights().map((weight) => weight.data()));
    const names = Object.keys(network.parameters);
    const loss = (at: Tensors): Tensor => tf.mean(tf.square(tf.sub(network.apply(at, {}, { samples: image() }, mode).heads["logits"]!, 3)));
    let parameters = initial(network);
    const losses: Tensor[] = [loss(parameters)];
    for (let step = 1; step <= 20; step++) {
      const gradients = tf.grads((...at: Tensor[]) => loss(Object.fromEntries(names.map((name, i) => [name, at[i]!]))))(
        names.map((name) => parameters[name]!),
      );
      parameters = Object.fromEntries(
        names.map((name, i) => [name, sgd().update({ parameter: parameters[name]!, gradient: gradients[i]!, slots: {}, step, rate: 0.05 }).parameter]),
      );
    }
    losses.push(loss(parameters));
    const [first, last] = await tf.stack(losses).data();
    assert.ok(last! < first! / 100, `loss from ${first} to ${last}`);
    assert.deepEqual(await Promise.all(model.getWeights().map((weight) => weight.data())), before);
  });

  it("is built again from its spec with the factory given, and its spec knows its weights", async () => {
    const model = criticModel();
    const factory = await fromLayersModel(model, { field: "samples", head: "logits" });
    const plan = factory.plan(fields);
    const network = buildNetwork("discriminator", plan, fields);
    const copy = networkFromSpec(JSON.parse(JSON.stringify(network.spec)), fields, { layersModel: () => plan.trunk[0]! });
    assert.deepEqual(copy.spec, network.spec);
    assert.deepEqual((await fromLayersModel(model, { field: "samples", head: "logits" })).spec, factory.spec);
    assert.notDeepEqual((await fromLayersModel(criticModel(), { field: "samples", head: "logits" })).spec, factory.spec);
  });

  it("refuses what is no function of named parameters, and shapes that do not fit", async () => {
    const dense = tf.layers.dense({ inputShape: [3], units: 2 });
    const refuses = (layers: tf.layers.Layer[], message: RegExp): Promise<void> =>
      assert.rejects(fromLayersModel(tf.sequential({ layers }), { field: "noise", head: "samples" }), message);
    await refuses([dense, tf.layers.batchNormalization()], /BatchNormalization has weights that are not trained/);
    await refuses([tf.layers.dense({ inputShape: [3], units: 2 }), tf.layers.dropout({ rate: 0.5 })], /Dropout draws numbers of its own/);
    const factory = await fromLayersModel(tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 2 })] }), {
      field: "noise",
      head: "samples",
    });
    assert.throws(() => factory.plan(fields), /output: expected the model's shape \[2\] in samples, got \[4, 4, 1\]/);
    assert.throws(() => factory.plan({ ...fields, noise: { shape: [5], dtype: "float32" } }), /input: .* in noise, got \[5\]/);
  });
});
