import { openDevice } from "../../src/backends/openDevice.ts";
import { classificationAccuracy } from "../../src/evaluation/classificationAccuracy.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { tanh } from "../../src/networks/layers/activations.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** Points of three classes on a line, `spread` around -1, 0 and 1. */
function points(seed: number, count: number, spread: number) {
  const noise = normals(rootKey(seed), count * 2);
  const labels = Array.from({ length: count }, (_, row) => row % 3);
  return { count, shape: [2], labels, values: Float32Array.from(noise, (value, i) => (i % 2 === 0 ? labels[i / 2]! - 1 : 0) + spread * value) };
}

const network: NetworkFactory = {
  spec: { name: "tiny" },
  plan: () => ({ inputs: [{ field: "samples" }], trunk: [dense({ units: 8 }), tanh()], heads: { logits: [dense({ units: 3 })] } }),
};

describe("classificationAccuracy", () => {
  it("sees a class that is drawn as another, and leaves no tensor behind", async () => {
    const device = await openDevice("wasm");
    const before = device.memory().tensors;
    const [good, test] = [points(1, 96, 0.1), points(2, 90, 0.1)];
    // Class 2 asked for, class 1 drawn: no test point of 2 is where a sample of 2 was.
    const swapped = { ...good, labels: good.labels.map((label) => (label === 0 ? 0 : 3 - label)) };
    const { accuracy, byClass } = await classificationAccuracy(swapped, test, 3, { epochs: 8, batchSize: 96, learningRate: 0.2, network });
    assert.ok(byClass.length === 3 && byClass[0]! > 0.9 && byClass[1]! < 0.1 && byClass[2]! < 0.1, `${byClass}`);
    close(accuracy, (byClass[0]! + byClass[1]! + byClass[2]!) / 3, 1e-12);
    assert.equal(device.memory().tensors, before);
    await device.close();
  });

  it("tells real digits after a few looks at 500 training digits, in seconds", async () => {
    const labelled = async (split: "train" | "test", count: number) => {
      const { fields } = await drawFrom(digits({ batchSize: count, split }), count);
      return { count, shape: [28, 28, 1], values: fields.samples as Float32Array, labels: fields.labels };
    };
    const training = await labelled("train", 500);
    const test = await labelled("test", 250);
    const options = { epochs: 4, batchSize: 50, learningRate: 3e-3 };
    const { accuracy } = await classificationAccuracy(training, test, 10, options);
    assert.ok(accuracy > 0.75, `${accuracy}`);
    const few = { ...training, count: 100, values: training.values.subarray(0, 100 * 784), labels: training.labels.subarray(0, 100) };
    const once = await classificationAccuracy(few, test, 10, { epochs: 1, batchSize: 50 });
    assert.deepEqual(await classificationAccuracy(few, test, 10, { epochs: 1, batchSize: 50 }), once, "the same seed");
  });

  it("refuses labels there are not, samples of another shape, and networks without logits", async () => {
    const good = points(1, 6, 0.1);
    await assert.rejects(classificationAccuracy(good, { ...good, labels: [0, 1, 2, 3, 0, 1] }, 3), /test.labels: expected integers from 0 to 2, got 3/);
    await assert.rejects(classificationAccuracy(good, { ...good, shape: [1, 2] }, 3), /test.shape: expected \[2\] like the training samples, got \[1, 2\]/);
    await assert.rejects(classificationAccuracy({ ...good, labels: [0] }, good, 3), /training.labels: expected 6, one for each sample, got 1/);
    await assert.rejects(classificationAccuracy(good, good, 1), /classes: expected an integer >= 2, got 1/);
    const headless = { spec: { name: "none" }, plan: () => ({ inputs: [{ field: "samples" }], trunk: [], heads: {} }) };
    await assert.rejects(classificationAccuracy(good, good, 3, { network: headless }), /network: expected a head "logits" of shape \[3\]/);
  });
});
