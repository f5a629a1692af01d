import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../src/configuration/configurationError.ts";
import type { Snapshot } from "../src/game/checkpoint.ts";
import type { SamplesDrawn } from "../src/game/event.ts";
import { CheckpointFailed } from "../src/game/failure.ts";
import type { Source } from "../src/game/source.ts";
import { generate, type GenerateOptions } from "../src/generate.ts";
import { nonSaturating } from "../src/math/objectives/nonSaturating.ts";
import { tf } from "../src/math/tensor.ts";
import { dcgan } from "../src/networks/dcgan.ts";
import { dense } from "../src/networks/layers/dense.ts";
import { networkSpec } from "../src/networks/networkSpec.ts";
import { adam } from "../src/networks/optimizers/adam.ts";
import { array } from "../src/sources/array.ts";
import { folder } from "../src/sources/folder.ts";
import { gaussian } from "../src/sources/noise.ts";
import { trainGAN$ } from "../src/trainGAN.ts";
import { availableBackends } from "./backends/backendsUnderTest.ts";
import { eventsOf } from "./contracts/eventsOf.ts";
import { after, assert, before, close, describe, it } from "./kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

/** Noise that is the same under every key, so that a run's draws and `generate`'s can be compared. */
const waves: Source<"noise"> = {
  spec: { name: "waves" },
  provides: ["noise"],
  open: () => ({
    fields: { noise: { shape: [3], dtype: "float32" } },
    at: (position, count) => ({ count, fields: { noise: Float32Array.from({ length: count * 3 }, (_, i) => Math.sin(position * 3 + i)) } }),
  }),
};

/** Saves, as a run would, a generator without hidden layers: samples = noise · kernel + bias. */
async function saveLinear(path: string, tensors: Readonly<Record<string, readonly number[]>>, noise: Source = waves): Promise<void> {
  const network = networkSpec("generator", { inputs: [{ field: "noise" }], trunk: [], heads: { samples: [dense({ units: 2 })] } });
  const snapshot: Snapshot = {
    round: 40,
    configuration: {
      sources: { noise: { ...noise.spec } },
      fields: { noise: { shape: [3], dtype: "float32" }, samples: { shape: [2], dtype: "float32", range: [-2, 3] } },
      networks: { generator: { ...network } },
      latents: { generator: ["noise"] },
      settings: {},
    },
    provenance: {},
    state: {},
    metrics: {},
    tensors: new Map(
      Object.entries(tensors).map(([name, values]) => [name, { dtype: "float32", shape: values.length === 2 ? [2] : [3, 2], values: Float32Array.from(values) }]),
    ),
  };
  const store = await folder(path, { every: 1 }).open(new AbortController().signal);
  await store.save(snapshot);
  await store.close();
}

const raw = { "parameters/generator/samples/dense1/kernel": [1, 2, 3, 4, 5, 6], "parameters/generator/samples/dense1/bias": [0.5, -0.5] };
const averaged = {
  "carry/averageWeights(generator)/parameters/samples/dense1/kernel": [-1, 0, 0, 1, 2, 2],
  "carry/averageWeights(generator)/parameters/samples/dense1/bias": [0, 10],
};
const rawSample = (i: number): readonly number[] => {
  const [a, b, c] = [Math.sin(3 * i), Math.sin(3 * i + 1), Math.sin(3 * i + 2)] as const;
  return [a + 3 * b + 5 * c + 0.5, 2 * a + 4 * b + 6 * c - 0.5];
};
const averagedSample = (i: number): readonly number[] => {
  const [a, b, c] = [Math.sin(3 * i), Math.sin(3 * i + 1), Math.sin(3 * i + 2)] as const;
  return [-a + 2 * c, b + 2 * c + 10];
};
const on = (checkpoint: string, options: Partial<GenerateOptions> = {}): GenerateOptions => ({ checkpoint, count: 4, backend: "cpu", ...options });

async function problemsOf(promise: Promise<unknown>): Promise<readonly string[]> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof ConfigurationError, `expected a ConfigurationError, got ${String(error)}`);
  assert.equal(error.owner, "generate");
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

const backends = await availableBackends();

describe("generate", () => {
  it("computes what the saved network does of its noise, averaged weights before raw ones", async () => {
    const path = join(root, "linear");
    await saveLinear(path, { ...raw, ...averaged });
    const tensors = tf.memory().numTensors;
    const made = await generate(on(path, { count: 100, sources: { noise: waves } }));
    const { values, ...rest } = made;
    assert.deepEqual(rest, { round: 40, network: "generator", weights: "averaged", count: 100, shape: [2], range: [-2, 3] });
    close(values, Array.from({ length: 100 }, (_, i) => averagedSample(i)).flat(), 1e-5);
    const rawOnes = await generate(on(path, { weights: "raw", sources: { noise: waves } }));
    assert.equal(rawOnes.weights, "raw");
    close(rawOnes.values, [0, 1, 2, 3].flatMap(rawSample), 1e-5);
    assert.equal(tf.memory().numTensors, tensors, "tensors are left behind");
  });

  it("rebuilds the run's noise, and is a function of the seed", async () => {
    const path = join(root, "gaussian");
    const identity = { "parameters/generator/samples/dense1/kernel": [1, 0, 0, 1, 0, 0], "parameters/generator/samples/dense1/bias": [0, 0] };
    await saveLinear(path, identity, gaussian(3));
    const made = await generate(on(path, { count: 5_000, seed: 1 }));
    assert.equal(made.weights, "raw");
    const mean = made.values.reduce((sum, value) => sum + value, 0) / 10_000;
    const variance = made.values.reduce((sum, value) => sum + value ** 2, 0) / 10_000;
    // Ten thousand standard normal numbers: four standard errors.
    close(mean, 0, 0.04);
    close(variance, 1, 0.057);
    const fewer = await generate(on(path, { count: 10, seed: 1 }));
    assert.deepEqual(fewer.values, made.values.slice(0, 20));
    const others = await generate(on(path, { count: 10, seed: 2 }));
    assert.ok(others.values.every((value, i) => value !== fewer.values[i]));
  });

  for (const backend of backends) {
    it(`gives what the run drew from the same weights and noise, on ${backend}`, async () => {
      const path = join(root, `run-${backend}`);
      const data = array({ samples: Float32Array.from({ length: 16 * 16 }, (_, i) => Math.cos(i)), shape: [4, 4, 1], range: [-1, 1], batchSize: 4 });
      for (const averaging of [{ halfLife: 2 }, false] as const) {
        const events = await eventsOf(
          trainGAN$({
            data, noise: waves, networks: dcgan({ generator: { width: 2 }, discriminator: { width: 2 } }), objective: nonSaturating(),
            optimizers: adam({ learningRate: 1e-2 }), averaging, samples: { every: 3, count: 5 }, rounds: 3, backend,
            checkpoints: folder(join(path, String(averaging !== false)), { every: 3 }),
          }),
        );
        const drawn = events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
        const { _tag, values, ...rest } = drawn;
        const made = await generate({ checkpoint: join(path, String(averaging !== false)), count: 5, backend, sources: { noise: waves } });
        assert.deepEqual({ ...made, values: undefined }, { ...rest, values: undefined });
        close(made.values, values, 1e-6);
      }
    });
  }

  it("refuses wrong options, all at once", async () => {
    const problems = await problemsOf(generate({ checkpoint: "", count: 0, sed: 1 } as never));
    assert.deepEqual(problems.map((problem) => problem.slice(0, problem.indexOf(":"))).sort(), ["checkpoint", "count", "sed"]);
  });

  it("says what a checkpoint does not have", async () => {
    const path = join(root, "lacking");
    await saveLinear(path, raw);
    const lacks = (options: Partial<GenerateOptions>) => problemsOf(generate(on(path, { sources: { noise: waves }, ...options })));
    assert.match((await lacks({ network: "decoder" }))[0]!, /^network: expected one of generator, .* got "decoder"$/);
    assert.match((await lacks({ head: "logits" }))[0]!, /^head: expected one of samples, got "logits"$/);
    assert.match((await lacks({ weights: "averaged" }))[0]!, /^weights: expected "raw"/);
    assert.match((await lacks({ sources: {} }))[0]!, /^sources\.noise: expected a source, since the run's own \("waves"\)/);
  });

  it("fails with CheckpointFailed where the checkpoint is missing, damaged or of other shapes", async () => {
    const reasonOf = (checkpoint: string): Promise<string> =>
      generate(on(checkpoint, { sources: { noise: waves } })).then(
        () => "none",
        (error: unknown) => (error instanceof CheckpointFailed ? error.reason : String(error)),
      );
    assert.equal(await reasonOf(join(root, "nowhere")), "missing");
    const damaged = join(root, "damaged");
    await saveLinear(damaged, raw);
    const file = join(damaged, (await readdir(damaged)).find((name) => name.endsWith(".safetensors"))!);
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    assert.equal(await reasonOf(damaged), "damaged");
    const other = join(root, "other");
    await saveLinear(other, { ...raw, "parameters/generator/samples/dense1/kernel": [1, 2] });
    assert.equal(await reasonOf(other), "mismatch");
  });
});
