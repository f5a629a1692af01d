import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featureStatistics } from "../../src/evaluation/featureStatistics.ts";
import { frechetDistance } from "../../src/evaluation/frechetDistance.ts";
import type { FeatureNetwork } from "../../src/evaluation/featureNetwork.ts";
import { judgedOnce } from "../../src/evaluation/judgedOnce.ts";
import { judgedReference } from "../../src/evaluation/judgedReference.ts";
import { asFeatures, type JudgeableSamples, type Metric } from "../../src/evaluation/metric.ts";
import {
  classCoverageMetric,
  classificationAccuracyMetric,
  inceptionMetric,
  intraClassSimilarityMetric,
  modeCoverageMetric,
  stackedCoverageMetric,
} from "../../src/evaluation/metrics/classMetrics.ts";
import { frechetMetric, kernelMetric, slicedWassersteinMetric } from "../../src/evaluation/metrics/distanceMetrics.ts";
import { densityCoverageMetric, memorisationMetric, precisionRecallMetric } from "../../src/evaluation/metrics/neighbourMetrics.ts";
import { namedFeatureNetwork, registerFeatureNetwork } from "../../src/evaluation/namedFeatureNetwork.ts";
import { ownFeatureNetwork } from "../../src/evaluation/ownFeatureNetwork.ts";
import { finiteSampleFloor, withFloor } from "../../src/evaluation/withFloor.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { after, assert, before, close, describe, it } from "../kit/kit.ts";

function points(seed: number, count: number, offset = 0): JudgeableSamples {
  return { count, shape: [2], values: normals(rootKey(seed), count * 2).map((value) => value + offset) };
}

/** Features 2x + 1, two classes by the sign of the first coordinate; counts how many rows it was asked about. */
function doubling(identity = "1"): FeatureNetwork & { readonly asked: number } {
  let asked = 0;
  const network = ownFeatureNetwork({
    name: "doubling",
    identity,
    shape: [2],
    featureSize: 2,
    features: (images) => {
      asked += images.shape[0]!;
      return tf.add(tf.mul(images, 2), 1);
    },
    classes: 2,
    probabilities: (images) => tf.softmax(tf.concat([images.slice([0, 0], [-1, 1]), tf.neg(images.slice([0, 0], [-1, 1]))], 1)),
  });
  return Object.defineProperty({ ...network }, "asked", { get: () => asked }) as FeatureNetwork & { readonly asked: number };
}

const reference = { ...points(1, 60), name: "a Gaussian" };

describe("metrics", () => {
  it("are the plain functions, with the network, the count and the reference beside each score", async () => {
    const network = doubling();
    const samples = points(2, 50, 1);
    const [score] = await frechetMetric({ network, reference }).measure(samples);
    const doubled = ({ values }: JudgeableSamples) => featureStatistics({ features: Float64Array.from(values, (value) => Math.fround(2 * value + 1)), featureSize: 2 });
    close(score!.value, frechetDistance(doubled(samples), doubled(reference)), 1e-5);
    assert.deepEqual({ ...score, value: 0 }, {
      name: "frechet",
      value: 0,
      samples: 50,
      network: `doubling ${network.hash.slice(0, 8)}`,
      reference: "a Gaussian, 60 samples",
    });
  });

  it("compare the samples' own values where there is no network", async () => {
    const samples = points(2, 50, 1);
    const [score] = await frechetMetric({ reference }).measure(samples);
    close(score!.value, frechetDistance(featureStatistics(asFeatures(samples)), featureStatistics(asFeatures(reference))), 1e-12);
    assert.ok(!("network" in score!));
  });

  it("share one pass through the network over a list, and ask about the reference once", async () => {
    const network = doubling("shared");
    const metrics = [
      frechetMetric({ network, reference }),
      kernelMetric({ network, reference }),
      slicedWassersteinMetric({ network, reference }),
      precisionRecallMetric({ network, reference }),
      densityCoverageMetric({ network, reference }),
      inceptionMetric({ network, splits: 2 }),
      classCoverageMetric({ network }),
    ];
    const measured = async (samples: JudgeableSamples): Promise<readonly string[]> =>
      (await Promise.all(metrics.map((metric) => metric.measure(samples)))).flat().map(({ name }) => name);
    const names = await measured(points(2, 50));
    assert.equal(network.asked, 60 + 50);
    await measured(points(3, 50));
    assert.equal(network.asked, 60 + 50 + 50);
    assert.deepEqual(names, [
      ...["frechet", "kernel", "slicedWasserstein", "recall", "precision", "coverage", "density", "inception"],
      ...["classes", "classesPresent", "confidence", "reverseKl", "totalVariation"],
    ]);
  });

  const planted: readonly (readonly [Metric, JudgeableSamples, JudgeableSamples])[] = [
    ...[
      frechetMetric({ reference }),
      kernelMetric({ reference }),
      slicedWassersteinMetric({ reference }),
      precisionRecallMetric({ reference }),
      densityCoverageMetric({ reference }),
    ].map((metric) => [metric, points(2, 60), points(2, 60, 3)] as const),
    [memorisationMetric({ reference, heldOut: { ...points(4, 40), name: "others" } }), points(2, 60), { ...reference }],
    [modeCoverageMetric({ modes: [[0, 0], [9, 9]], deviation: 1 }), { count: 2, shape: [2], values: Float32Array.of(0, 0, 9, 9) }, points(2, 9)],
    [inceptionMetric({ network: doubling(), splits: 1 }), points(2, 60), points(2, 60, 9)],
    [classCoverageMetric({ network: doubling() }), points(2, 60), points(2, 60, 9)],
  ];
  for (const [metric, good, bad] of planted) {
    it(`${metric.name} is ${metric.better} of good samples than of bad ones`, async () => {
      const [[first], [second]] = [await metric.measure(good), await metric.measure(bad)];
      assert.ok(metric.better === "lower" ? first!.value < second!.value : first!.value > second!.value, `${first!.value} and ${second!.value}`);
    });
  }

  it("judge images with labels, and images of several channels", async () => {
    const network = await namedFeatureNetwork("digitClassifier");
    const images = (channels: number, count: number): JudgeableSamples => ({
      count,
      shape: [28, 28, channels],
      values: normals(rootKey(1), count * 784 * channels).map(Math.tanh),
      labels: new Array<number>(count).fill(0),
    });
    const [modes, modesByMass, reverseKl, totalVariation] = await stackedCoverageMetric({ network }).measure(images(3, 2));
    assert.ok(modes!.value === 2 || modes!.value === 1, `${modes!.value}`);
    assert.equal(modesByMass!.value, modes!.value);
    close([reverseKl!.value, totalVariation!.value], [Math.log(1000 / modes!.value), 1 - modes!.value / 1000], 1e-12);
    assert.equal(modes!.reference, "1000 modes alike");
    const [similarity] = await intraClassSimilarityMetric().measure(images(1, 3));
    assert.ok(Math.abs(similarity!.value) < 0.5, `${similarity!.value} of noise`);
  });

  it("train a classifier on samples with labels, and refuse samples without", async () => {
    const labelled = (seed: number) => {
      const { values, ...rest } = points(seed, 64);
      const labels = Array.from({ length: 64 }, (_, row) => row % 2);
      return { ...rest, labels, values: values.map((value, i) => value + 6 * labels[Math.floor(i / 2)]!) };
    };
    const metric = classificationAccuracyMetric({ test: { ...labelled(1), name: "two blobs" }, classes: 2, epochs: 10, learningRate: 0.02 });
    const [score] = await metric.measure(labelled(2));
    assert.ok(score!.value > 0.95, `${score!.value}`);
    assert.deepEqual([score!.reference, score!.samples], ["two blobs, 64 samples", 64]);
    await assert.rejects(metric.measure(points(2, 64)), /training.labels: expected 64, one for each sample, got 0/);
  });

  it("refuse a reference that is none, and what is no option", () => {
    assert.throws(() => frechetMetric({ reference: { ...reference, count: 7 } }), /reference.values: expected 14 values, 7 of shape \[2\], got 120/);
    assert.throws(() => frechetMetric({ reference: { ...reference, name: "" } }), /reference.name: expected a non-empty string, got ""/);
    assert.throws(() => kernelMetric({ reference, subset: 3 } as never), /subset: unknown option; did you mean "subsets"/);
    assert.throws(() => memorisationMetric({ reference } as never), /heldOut: expected samples with a name, got nothing/);
  });
});

describe("withFloor", () => {
  it("puts beside each score what as many real samples score", async () => {
    const real = points(7, 80);
    const metric = withFloor(precisionRecallMetric({ reference }), real);
    const scores = await metric.measure(points(2, 50, 2));
    const expected = await precisionRecallMetric({ reference }).measure({ count: 50, shape: [2], values: real.values.subarray(0, 100) });
    assert.deepEqual(scores.map(({ name, floor }) => [name, floor]), expected.map(({ name, value }) => [name, value]));
    assert.ok(scores.every(({ value, floor }) => value < floor!));
    assert.deepEqual([metric.name, metric.better], ["precisionRecall", "higher"]);
    await assert.rejects(metric.measure(points(2, 81)), /real: expected at least as many real samples as were generated, 81, got 80/);
  });

  it("measures the floor once for each number of samples", async () => {
    let measured = 0;
    const counting: Metric = { name: "n", better: "lower", measure: async ({ count }) => [{ name: "n", value: (measured++, count), samples: count }] };
    const metric = withFloor(counting, points(1, 9));
    await metric.measure(points(2, 5));
    await metric.measure(points(3, 5));
    assert.equal(measured, 3);
    assert.equal((await metric.measure(points(4, 6)))[0]!.floor, 6);
  });
});

describe("finiteSampleFloor", () => {
  it("compares disjoint halves: the Fréchet distance of 50 from 50 samples of N(0, 1), about 3 / count", () => {
    // E (m₁ − m₂)² = 2 / n, E (s₁ − s₂)² ≈ 1 / n.
    const real = { features: normals(rootKey(3), 4_000), featureSize: 1 };
    const { value, deviation } = finiteSampleFloor(real, 50, (a, b) => frechetDistance(featureStatistics(a), featureStatistics(b)), 40);
    assert.ok(Math.abs(value - 3 / 50) < (4 * deviation) / Math.sqrt(40), `${value} ± ${deviation}`);
    const distinct = finiteSampleFloor({ features: Array.from({ length: 20 }, (_, i) => i), featureSize: 1 }, 10, (a, b) =>
      new Set([...Array.from(a.features), ...Array.from(b.features)]).size, 2);
    assert.deepEqual(distinct, { value: 20, deviation: 0 });
    assert.throws(() => finiteSampleFloor({ features: [1, 2, 3], featureSize: 1 }, 2, () => 0), /real: expected at least 4 whole rows/);
  });
});

describe("judgedReference", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reference-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("asks once for each network and each data, over processes: fresh objects find what is on disk", async () => {
    const [network, samples] = [doubling(), points(5, 30)];
    const first = await judgedReference(network, samples, folder);
    assert.equal(network.asked, 30);
    const again = doubling();
    assert.deepEqual(await judgedReference(again, { ...samples, values: samples.values.slice() }, folder), first);
    assert.equal(again.asked, 0);
    await judgedReference(again, points(6, 30), folder);
    const other = doubling("2");
    await judgedReference(other, { ...samples }, folder);
    assert.deepEqual([again.asked, other.asked], [30, 30]);
    assert.equal((await readdir(folder)).length, 3);
  });

  it("makes a damaged file anew", async () => {
    const samples = points(8, 10);
    await judgedReference(doubling("3"), samples, folder);
    const files = (await readdir(folder)).filter((name) => name.includes(doubling("3").hash.slice(0, 16)));
    assert.equal(files.length, 1);
    await writeFile(join(folder, files[0]!), "not whole");
    const network = doubling("3");
    const found = await judgedReference(network, { ...samples }, folder);
    assert.equal(network.asked, 10);
    close(found.features[0]!, 2 * samples.values[0]! + 1, 1e-6);
    const after = doubling("3");
    await judgedReference(after, { ...samples }, folder);
    assert.equal(after.asked, 0);
  });
});

describe("feature networks", () => {
  it("have names: the library's own and those one registers", async () => {
    assert.equal((await namedFeatureNetwork("digitClassifier")).featureSize, 64);
    assert.equal((await namedFeatureNetwork("emojiClassifier")).name, "emojiClassifier");
    let loaded = 0;
    registerFeatureNetwork("test doubling", () => (loaded++, doubling()));
    assert.equal(loaded, 0);
    assert.equal(await namedFeatureNetwork("test doubling"), await namedFeatureNetwork("test doubling"));
    assert.equal(loaded, 1);
    assert.throws(() => registerFeatureNetwork("digitClassifier", doubling), /name: expected a name that is not taken, got "digitClassifier"/);
    await assert.rejects(namedFeatureNetwork("digitClasifier"), /name: expected one of .*; did you mean "digitClassifier"\?/);
  });

  it("are made of a function of one's own: one class unless told, its hash that of its name and identity", async () => {
    const means = ownFeatureNetwork({ name: "means", identity: "1", shape: [2, 2, 1], featureSize: 2, features: (images) => tf.mean(images, [2, 3]) });
    // printf 'means\n1' | sha256sum
    assert.equal(means.hash, "01d4ef340fe2cb86ebfafb84d77b6ddaced69e00839abbf60b17274ed057195a");
    const { features, probabilities, classes } = await judgedOnce(means, { count: 1, shape: [2, 2, 1], values: Float32Array.of(1, 2, 3, 5) });
    assert.deepEqual([[...features], [...probabilities], classes], [[1.5, 4], [1], 1]);
  });

  it("of one identity and two names are not taken for each other", async () => {
    const options = { identity: "1", shape: [2], features: (images: Tensor) => images };
    const both = ownFeatureNetwork({ ...options, name: "both", featureSize: 2 });
    const first = ownFeatureNetwork({ ...options, name: "first", featureSize: 1, features: (images) => tf.slice(images, [0, 0], [-1, 1]) });
    const samples = { count: 1, shape: [2], values: Float32Array.of(3, 4) };
    assert.deepEqual([...(await judgedOnce(both, samples)).features], [3, 4]);
    assert.deepEqual([...(await judgedOnce(first, samples)).features], [3]);
  });

  it("refuse samples of another shape, though their values would fit, and of another range", async () => {
    const pairs = ownFeatureNetwork({ name: "pairs", identity: "1", shape: [2, 1], featureSize: 2, features: (images) => tf.reshape(images, [-1, 2]) });
    const values = new Float32Array(4);
    const judging = (samples: JudgeableSamples): Promise<unknown> => judgedOnce(pairs, samples);
    await assert.rejects(async () => judging({ count: 2, shape: [1, 2], values }), /pairs: samples.shape: expected \[2, 1\], got \[1, 2\]/);
    await assert.rejects(async () => judging({ count: 1, shape: [4], values }), /pairs: samples.shape: expected \[2, 1\], got \[4\]/);
    await assert.rejects(async () => judging({ count: 2, shape: [2, 1], range: [0, 1], values }), /pairs: samples.range: expected \[-1, 1\], got \[0, 1\]; rescale them/);
  });

  it("refuse a function that returns another shape than it says, and classes without probabilities", async () => {
    const options = { name: "sums", identity: "1", shape: [2], featureSize: 3, features: (images: Tensor) => images };
    const samples = { count: 1, shape: [2], values: Float32Array.of(1, 2) };
    await assert.rejects(judgedOnce(ownFeatureNetwork(options), samples), /sums: expected features of shape \[1, 3\], got \[1, 2\]/);
    assert.throws(() => ownFeatureNetwork({ ...options, classes: 3 }), /classes: expected a number >= 1 and <= 1, got 3/);
    assert.throws(() => ownFeatureNetwork({ ...options, identity: "" }), /identity: expected a non-empty string or bytes/);
  });
});
