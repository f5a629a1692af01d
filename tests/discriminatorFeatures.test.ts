import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { discriminatorFeatures } from "../src/discriminatorFeatures.ts";
import { fewLabelAccuracy } from "../src/evaluation/fewLabelAccuracy.ts";
import { judgeSamples } from "../src/evaluation/judgeSamples.ts";
import type { SavedTensor, Snapshot } from "../src/game/checkpoint.ts";
import { nonSaturating } from "../src/math/objectives/nonSaturating.ts";
import { rootKey } from "../src/math/random/fold.ts";
import { normals } from "../src/math/random/normals.ts";
import { dcgan } from "../src/networks/dcgan.ts";
import { relu } from "../src/networks/layers/activations.ts";
import { conv2d } from "../src/networks/layers/conv2d.ts";
import { dense } from "../src/networks/layers/dense.ts";
import { flatten } from "../src/networks/layers/flatten.ts";
import type { NetworkPlan } from "../src/networks/network.ts";
import { networkSpec } from "../src/networks/networkSpec.ts";
import { adam } from "../src/networks/optimizers/adam.ts";
import { array } from "../src/sources/array.ts";
import { folder } from "../src/sources/folder.ts";
import { gaussian } from "../src/sources/noise.ts";
import { trainGAN$ } from "../src/trainGAN.ts";
import { eventsOf } from "./contracts/eventsOf.ts";
import { after, assert, before, close, describe, it } from "./kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

/** Saves, as a run would, a discriminator of 6 x 6 pixels with these weights. */
async function save(path: string, plan: NetworkPlan, tensors: Readonly<Record<string, SavedTensor>>, fields = {}): Promise<void> {
  const snapshot: Snapshot = {
    round: 7,
    configuration: {
      sources: {},
      fields: { samples: { shape: [6, 6, 1], dtype: "float32", range: [-1, 1] }, ...fields },
      networks: { discriminator: { ...networkSpec("discriminator", plan) } },
      latents: {},
      settings: {},
    },
    provenance: {},
    state: {},
    metrics: {},
    tensors: new Map(Object.entries(tensors).map(([name, tensor]) => [`parameters/discriminator/${name}`, tensor])),
  };
  const store = await folder(path, { every: 60 }).open(new AbortController().signal);
  await store.save(snapshot);
  await store.close();
}

function tensor(shape: readonly number[], values: readonly number[]): SavedTensor {
  return { dtype: "float32", shape, values: Float32Array.from(values) };
}

/** Two channels: the pixel, and the pixel turned round, both rectified; a dense layer follows. */
const plan: NetworkPlan = {
  inputs: [{ field: "samples" }],
  trunk: [conv2d({ filters: 2, kernel: 1, stride: 1, bias: false }), relu()],
  heads: { logits: [flatten(), dense({ units: 1 })] },
};
const weights = {
  "conv2d1/kernel": tensor([1, 1, 1, 2], [1, -1]),
  "logits/dense1/kernel": tensor([72, 1], new Array<number>(72).fill(1)),
  "logits/dense1/bias": tensor([1], [0]),
};
const ramp = Float32Array.from({ length: 36 }, (_, i) => i - 17);

describe("discriminatorFeatures", () => {
  it("are the maps after each activation, max-pooled to the grid", async () => {
    const path = join(root, "ramp");
    await save(path, plan, weights);
    const network = await discriminatorFeatures(path, { grid: 2 });
    assert.deepEqual([network.name, network.featureSize, [...network.shape]], ["discriminator at round 7", 8, [6, 6, 1]]);
    const { features } = await judgeSamples(network, ramp);
    // The largest pixel of each 3 x 3 corner is its last, the least its first.
    const corners = [[0, 0], [0, 3], [3, 0], [3, 3]].flatMap(([y, x]) => [
      Math.max(0, ramp[(y! + 2) * 6 + x! + 2]!),
      Math.max(0, -ramp[y! * 6 + x!]!),
    ]);
    close(features, corners, 1e-6);
    const whole = await judgeSamples(await discriminatorFeatures(path, { featureLayers: [1, 2], grid: 6 }), ramp);
    const signed = Array.from(ramp, (value) => [value, -value]).flat();
    close(whole.features, [...signed, ...signed.map((value) => Math.max(0, value))], 1e-6);
  });

  it("have a hash that tells weights and places apart", async () => {
    const [first, second] = [join(root, "first"), join(root, "second")];
    await save(first, plan, weights);
    await save(second, plan, { ...weights, "conv2d1/kernel": tensor([1, 1, 1, 2], [1, 2]) });
    const hashes = await Promise.all([
      ...[first, second].map((path) => discriminatorFeatures(path)),
      discriminatorFeatures(first, { grid: 2 }),
      discriminatorFeatures(first, { featureLayers: 1 }),
    ]);
    assert.equal(new Set(hashes.map(({ hash }) => hash)).size, 4);
    assert.equal((await discriminatorFeatures(first)).hash, hashes[0]!.hash);
  });

  it("refuse a network that reads labels too, and layers there are not", async () => {
    const path = join(root, "labels");
    const conditional = { ...plan, inputs: [{ field: "samples" }, { field: "given" }] };
    const fields = { given: { shape: [1], dtype: "float32" } };
    await save(path, conditional, { ...weights, "conv2d1/kernel": tensor([1, 1, 2, 2], [1, 1, 1, 1]) }, fields);
    await assert.rejects(discriminatorFeatures(path), /network: expected a network that reads samples alone, got "discriminator", which reads samples, given/);
    const first = join(root, "few");
    await save(first, plan, weights);
    await assert.rejects(discriminatorFeatures(first, { featureLayers: 3 }), /featureLayers: expected at most 2, which the trunk has, got 3/);
    await assert.rejects(discriminatorFeatures(first, { featureLayers: [] }), /featureLayers: expected an integer > 0, or a list of them/);
  });

  // What training adds is measured on digits: `npm run evidence -- --tables afterwards`.
  it("of a DCGAN's run tell the direction of stripes from few labels, as maps can, trained or not, and pixels cannot", async () => {
    // Two classes: stripes across or down, of any phase and sign, under noise: each pixel's mean is the same in both.
    const draw = (seed: number, count: number) => {
      const noise = normals(rootKey(seed), count * 257);
      const labels = Array.from({ length: count }, (_, row) => row % 2);
      const values = Float32Array.from({ length: count * 256 }, (_, i) => {
        const [row, y, x] = [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];
        const phase = 20 * noise[count * 256 + row]!;
        return Math.tanh(1.5 * Math.sin(1.2 * (labels[row] === 0 ? x : y) + phase) + 0.3 * noise[i]!);
      });
      return { values, labels, features: { features: values, featureSize: 256 } };
    };
    const [training, test] = [draw(1, 128), draw(2, 200)];
    const path = join(root, "dcgan");
    await eventsOf(trainGAN$({
      data: array({ samples: training.values, shape: [16, 16, 1], batchSize: 16, range: [-1, 1] }),
      noise: gaussian(4),
      networks: dcgan({ generator: { width: 4 }, discriminator: { width: 8 } }),
      objective: nonSaturating(),
      optimizers: adam({ learningRate: 2e-3, beta1: 0.5 }),
      rounds: 20,
      seed: 1,
      checkpoints: folder(path, { every: 20 }),
    }));
    const network = await discriminatorFeatures(path);
    const options = { labelsPerClass: 20, classes: 2, draws: 3, penalties: [0.01, 0.1] };
    const [a, b] = [await judgeSamples(network, training.values), await judgeSamples(network, test.values)];
    const learnt = fewLabelAccuracy({ features: a, labels: training.labels }, { features: b, labels: test.labels }, options);
    const pixels = fewLabelAccuracy(training, test, options);
    assert.ok(learnt.accuracy > 0.8 && pixels.accuracy < 0.65, `${learnt.accuracy} and ${pixels.accuracy}`);
  });
});
