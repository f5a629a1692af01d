/**
 * The judge's report on generated digits: `bun tests/bench/judgeDigits.ts [checkpoint folder] [count] [seed]`
 * (default runs/digits 2000 1) draws samples from a checkpoint and prints one line of JSON. Distances are to as many
 * real test digits; the floors beside them are those of real training digits and of an untrained generator.
 */
import process from "node:process";
import { openDevice } from "../../src/backends/openDevice.ts";
import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { digitClassifier } from "../../src/evaluation/digitClassifier.ts";
import { digitFields } from "../../src/evaluation/digitClassifierPlan.ts";
import { featureStatistics } from "../../src/evaluation/featureStatistics.ts";
import { frechetDistance } from "../../src/evaluation/frechetDistance.ts";
import { judgeSamples } from "../../src/evaluation/judgeSamples.ts";
import { generate } from "../../src/generate.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { tf } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import type { VariablePlan } from "../../src/networks/layer.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";

const [checkpoint = "runs/digits", countText = "2000", seedText = "1"] = process.argv.slice(2);
const count = Number(countText);
const seed = Number(seedText);
const noise = 64;

/** As many random digits of one half of MNIST. */
async function realDigits(split: "train" | "test"): Promise<Float32Array> {
  const { fields } = await drawFrom(digits({ split, batchSize: count }), count, { seed });
  return fields["samples"] as Float32Array;
}

/** Samples of DCGAN's generator as it is initialised. */
async function untrainedDigits(): Promise<Float32Array> {
  const fields = { ...digitFields, noise: { shape: [noise], dtype: "float32" } } as const;
  const network = buildNetwork("generator", dcgan().generator.plan(fields), fields);
  const key = fold(rootKey(seed), "untrained");
  const initial = (plans: Readonly<Record<string, VariablePlan>>) =>
    Object.fromEntries(
      Object.entries(plans).map((
        [name, { shape, initializer }],
      ) => [name, tf.tensor(initializer.values(fold(key, name), shape), [...shape])]),
    );
  const values = new Float32Array(count * 28 * 28);
  const batchSize = 100;
  for (let first = 0; first < count; first += batchSize) {
    const rows = Math.min(batchSize, count - first);
    const samples = tf.tidy(() => {
      const record = { noise: tf.tensor(normals(fold(key, "noise"), rows * noise, first * noise), [rows, noise]) };
      const mode = { isTraining: false, key, settings: {} };
      return network.apply(initial(network.parameters), initial(network.buffers), record, mode).heads["samples"]!;
    });
    values.set(await samples.data(), first * 28 * 28);
    samples.dispose();
  }
  return values;
}

const device = await openDevice();
try {
  const judge = await digitClassifier();
  const reference = featureStatistics(await judgeSamples(judge, await realDigits("test")));
  const report = async (samples: Float32Array) => {
    const judged = await judgeSamples(judge, samples);
    const { covered, shares, missing, meanConfidence, totalVariation } = classCoverage(judged);
    return {
      digitsCovered: covered,
      missing,
      shares,
      meanConfidence,
      totalVariation,
      frechetDistance: frechetDistance(featureStatistics(judged), reference),
    };
  };
  const generated = await generate({ checkpoint, count, seed });
  const { runtime, backend } = device.description;
  console.log(
    JSON.stringify(
      {
        judge: judge.name,
        weights: judge.hash.slice(0, 12),
        ...{ checkpoint, round: generated.round, averaging: generated.weights, count, seed, runtime, backend },
        ...(await report(generated.values)),
        floors: { real: await report(await realDigits("train")), untrained: await report(await untrainedDigits()) },
      },
      (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value),
    ),
  );
} finally {
  await device.close();
}
