import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../src/configuration/configurationError.ts";
import type { Snapshot } from "../src/game/checkpoint.ts";
import { generate } from "../src/generate.ts";
import { featuresAt, samplesAt } from "../src/latent/samplesAt.ts";
import { rootKey } from "../src/math/random/fold.ts";
import { normals } from "../src/math/random/normals.ts";
import { tf } from "../src/math/tensor.ts";
import { conv2d } from "../src/networks/layers/conv2d.ts";
import { dense } from "../src/networks/layers/dense.ts";
import { flatten } from "../src/networks/layers/flatten.ts";
import { oneHot } from "../src/networks/layers/oneHot.ts";
import { relu } from "../src/networks/layers/activations.ts";
import { reshape } from "../src/networks/layers/reshape.ts";
import { buildNetwork } from "../src/networks/buildNetwork.ts";
import type { FieldPlans, NetworkPlan } from "../src/networks/network.ts";
import { openGenerator } from "../src/openGenerator.ts";
import { folder } from "../src/sources/folder.ts";
import { gaussian } from "../src/sources/noise.ts";
import { availableBackends } from "./backends/backendsUnderTest.ts";
import { after, assert, before, close, describe, it } from "./kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

const fields: FieldPlans = {
  noise: { shape: [3], dtype: "float32" },
  labels: { shape: [], dtype: "int32", classes: 2 },
  samples: { shape: [2], dtype: "float32", range: [-2, 2] },
};

/** Every variable as numbers of its name: (place of the variable, then of the number) to something irregular. */
const value = (variable: number, i: number): number => Math.sin(1 + 3 * variable + i);

/** Saves a network as a run would. */
async function save(path: string, plan: NetworkPlan): Promise<void> {
  const network = buildNetwork("generator", plan, fields);
  const snapshot: Snapshot = {
    round: 7,
    configuration: {
      sources: { noise: { ...gaussian(3).spec } },
      fields: JSON.parse(JSON.stringify(fields)),
      networks: { generator: JSON.parse(JSON.stringify(network.spec)) },
      latents: { generator: ["noise"] },
      settings: {},
    },
    provenance: {},
    state: {},
    metrics: {},
    tensors: new Map(
      Object.entries(network.parameters).map(([name, { shape }], variable) => [
        `parameters/generator/${name}`,
        { dtype: "float32", shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(variable, i)) },
      ]),
    ),
  };
  const store = await folder(path, { every: 1 }).open(new AbortController().signal);
  await store.save(snapshot);
  await store.close();
}

const plain: NetworkPlan = { inputs: [{ field: "noise" }], trunk: [dense({ units: 4 }), relu()], heads: { samples: [dense({ units: 2, bias: false })] } };
const conditional: NetworkPlan = {
  inputs: [{ field: "labels", layers: [oneHot({ classes: 2 })] }, { field: "noise", layers: [flatten()] }],
  trunk: [dense({ units: 2, bias: false })],
  heads: { samples: [] },
};

/** x K, K `[x.length, units]` made of a variable's values, its rows from `firstRow` on. */
function product(x: readonly number[], variable: number, units: number, firstRow = 0): number[] {
  return Array.from({ length: units }, (_, unit) => x.reduce((sum, one, row) => sum + one * value(variable, (row + firstRow) * units + unit), 0));
}
const hidden = (z: readonly number[]): number[] => product(z, 0, 4).map((sum, unit) => Math.max(0, sum + value(1, unit)));

const z = [0.3, -1, 2, 1, 0.5, -0.2];
const rows = [z.slice(0, 3), z.slice(3)];

async function problemsOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigurationError, `expected a ConfigurationError, got ${String(error)}`);
  return error.message;
}

const backends = await availableBackends();

describe("openGenerator", () => {
  for (const backend of backends) {
    it(`is the saved network as a function of its latents, and leaves no tensor behind, on ${backend}`, async () => {
      const path = join(root, `plain-${backend}`);
      await save(path, plain);
      const tensors = tf.memory().numTensors;
      const generator = await openGenerator(path, { backend });
      const { round, network, weights, latentSize, shape, range } = generator;
      assert.deepEqual({ round, network, weights, latentSize, shape, range }, { round: 7, network: "generator", weights: "raw", latentSize: 3, shape: [2], range: [-2, 2] });
      close((await samplesAt(generator, z)).values, rows.flatMap((row) => product(hidden(row), 2, 2)), 1e-5);
      close(await featuresAt(generator, z), rows.flatMap(hidden), 1e-5);
      await generator.close();
      assert.equal(tf.memory().numTensors, tensors);
    });
  }

  it("has gradients with respect to the latents, which are those of finite differences", async () => {
    const path = join(root, "gradients");
    await save(path, plain);
    const generator = await openGenerator(path, { backend: "cpu" });
    const summed = (x: readonly number[]): number => product(hidden(x), 2, 2).reduce((a, b) => a + b, 0);
    const found = tf.tidy(() => Array.from(tf.grad((latents: tf.Tensor) => tf.sum(generator.generate(latents)))(tf.tensor2d([rows[0]!])).dataSync()));
    close(found, [0, 1, 2].map((axis) => (summed(rows[0]!.map((x, i) => (i === axis ? x + 1e-4 : x))) - summed(rows[0]!.map((x, i) => (i === axis ? x - 1e-4 : x)))) / 2e-4), 1e-4);
    await generator.close();
  });

  it("draws the latents that stand behind generate's samples", async () => {
    const path = join(root, "drawn");
    await save(path, plain);
    const generator = await openGenerator(path, { backend: "cpu" });
    const latents = await generator.latents(70, { seed: 5 });
    assert.equal(latents.length, 210);
    const { values } = await samplesAt(generator, latents);
    await generator.close();
    close(values, (await generate({ checkpoint: path, count: 70, seed: 5, backend: "cpu" })).values, 1e-6);
  });

  it("takes features after fewer layers", async () => {
    const path = join(root, "features");
    await save(path, plain);
    const generator = await openGenerator(path, { backend: "cpu", featureLayers: 1 });
    close(await featuresAt(generator, z), rows.flatMap((row) => product(row, 0, 4).map((sum, unit) => sum + value(1, unit))), 1e-5);
    await generator.close();
    assert.match(await problemsOf(openGenerator(path, { featureLayers: 3 })), /featureLayers: expected at most 2/);
  });

  it("holds a conditional generator's other fields at given values", async () => {
    const path = join(root, "conditional");
    await save(path, conditional);
    const generator = await openGenerator(path, { backend: "cpu", given: { labels: [1] } });
    const expected = (label: number): number[] => rows.flatMap((row) => product([label === 0 ? 1 : 0, label, ...row], 0, 2));
    close((await samplesAt(generator, z)).values, expected(1), 1e-5);
    close((await samplesAt(generator.given({ labels: [0] }), z)).values, expected(0), 1e-5);
    assert.throws(() => generator.given({ labels: [2] }), /labels of 0 to 1, got 2/);
    assert.throws(() => generator.given({ noise: [1, 2, 3] }), /given\.noise: expected one of the fields beside noise \(labels\)/);
    await generator.close();
    const free = await openGenerator(path, { backend: "cpu" });
    await assert.rejects(samplesAt(free, z), /given\.labels: expected its values/);
    await free.close();
  });

  it("tells the weights a latent meets first, without the rows of what is joined to it", async () => {
    const path = join(root, "conditional");
    const generator = await openGenerator(path, { backend: "cpu" });
    const { values, latentSize } = generator.firstKernel();
    assert.equal(latentSize, 3);
    close(values, Array.from({ length: 6 }, (_, i) => value(0, 4 + i)), 1e-6);
    await generator.close();
    const folded = join(root, "folded");
    await save(folded, { inputs: [{ field: "noise", layers: [reshape({ shape: [1, 1, 3] })] }], trunk: [conv2d({ filters: 2, kernel: 1, stride: 1 })], heads: { samples: [flatten()] } });
    const other = await openGenerator(folded, { backend: "cpu" });
    assert.throws(() => other.firstKernel(), /expected a network in which "noise" meets a dense layer first, got "reshape"/);
    await other.close();
  });

  it("says what a checkpoint does not have", async () => {
    const path = join(root, "plain-cpu");
    assert.match(await problemsOf(openGenerator(path, { head: "logits" })), /head: expected one of samples, got "logits"/);
    assert.match(await problemsOf(openGenerator(path, { latent: "codes" })), /latent: expected one of noise, which "generator" reads, got "codes"/);
    assert.match(await problemsOf(openGenerator(path, { network: "decoder" })), /network: expected one of generator/);
    assert.match(await problemsOf(openGenerator(path, { wieghts: "raw" } as never)), /wieghts: unknown option; did you mean "weights"/);
  });

  it("draws normal latents under a seed", async () => {
    const generator = await openGenerator(join(root, "plain-cpu"), { backend: "cpu" });
    const [some, others] = [await generator.latents(400, { seed: 1 }), await generator.latents(400, { seed: 2 })];
    await generator.close();
    assert.ok(some.every((number, i) => number !== others[i]));
    // Four standard errors of the variance of 1,200 normal numbers.
    close(some.reduce((sum, number) => sum + number ** 2, 0) / 1_200, 1, 0.17);
    assert.ok(normals(rootKey(1), 3).every((number, i) => number !== some[i]), "the seed's own stream is shared");
  });
});
