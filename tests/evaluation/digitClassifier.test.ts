import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { digitClassifier, digitClassifierFrom } from "../../src/evaluation/digitClassifier.ts";
import { featureStatistics } from "../../src/evaluation/featureStatistics.ts";
import { frechetDistance } from "../../src/evaluation/frechetDistance.ts";
import { type JudgedSamples, judgeSamples } from "../../src/evaluation/judgeSamples.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { digits } from "../../src/sources/digits.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const file = readFileSync(new URL("../../src/evaluation/digitClassifier.safetensors", import.meta.url));
const signal = new AbortController().signal;

async function testDigits(position: number, count: number): Promise<{ readonly samples: Float32Array; readonly labels: Int32Array }> {
  const { at } = await digits({ split: "test", batchSize: count, shuffle: false }).open({ key: rootKey(0), signal });
  const { fields } = await at(position, count, signal);
  return { samples: fields["samples"] as Float32Array, labels: fields["labels"] as Int32Array };
}

await describeOnEachBackend("the digit classifier", (backend, device) => {
  it("tells at least 99 % of the test digits right, sure of itself, and leaves no tensor behind", async () => {
    // All of them where that is quick; the first thousand are harder than most.
    const [count, least] = backend === "wasm" ? [10_000, 9_900] : [1_000, 985];
    const { samples, labels } = await testDigits(0, count);
    const judge = await digitClassifier();
    const before = device().memory().tensors;
    const judged = await judgeSamples(judge, samples);
    assert.equal(device().memory().tensors, before);
    const { predictions, covered, meanConfidence } = classCoverage(judged);
    const right = predictions.filter((digit, row) => digit === labels[row]).length;
    assert.ok(right >= least, `${right} of ${count} on ${backend}`);
    assert.equal(covered, 10);
    assert.ok(meanConfidence > 0.95, `${meanConfidence}`);
  });

  it("says the same whatever the batches", async () => {
    const { samples } = await testDigits(0, 10);
    const judge = await digitClassifier();
    const whole = await judgeSamples(judge, samples);
    const parts = await judgeSamples(judge, samples, { batchSize: 4 });
    close(parts.probabilities, whole.probabilities, 1e-5, "probabilities");
    close(parts.features, whole.features, 1e-4, "features");
    for (let row = 0; row < 10; row++) {
      close(whole.probabilities.subarray(row * 10, row * 10 + 10).reduce((a, b) => a + b, 0), 1, 1e-5, "their sum");
    }
  });

  it("has the gradient of finite differences with respect to the images", async () => {
    const judge = await digitClassifier();
    // Noise: the flat background of a digit puts whole regions on the same kink of a ReLU.
    const samples = normals(rootKey(2), 784).map(Math.tanh);
    const along = normals(rootKey(6), 784);
    const step = 3e-4;
    const summed = (x: Tensor): Tensor => tf.sum(judge.classify(x).features);
    const image = (distance: number): Tensor => tf.tensor(samples.map((value, i) => value + distance * along[i]!), [1, 28, 28, 1]);
    const [slope, difference] = tf.tidy(() => [
      tf.sum(tf.mul(tf.grad(summed)(image(0)), tf.tensor(along, [1, 28, 28, 1]))),
      tf.div(tf.sub(summed(image(step)), summed(image(-step))), 2 * step),
    ]) as [Tensor, Tensor];
    const [[found], [expected]] = [await slope.data(), await difference.data()];
    assert.ok(Math.abs(expected!) > 1, `${expected}: no slope to speak of`);
    close(found! / expected!, 1, 0.01);
    tf.dispose([slope, difference]);
  });

  it("puts noise far from digits, and digits near digits", async () => {
    const judge = await digitClassifier();
    const judged = async (samples: Float32Array): Promise<JudgedSamples> => judgeSamples(judge, samples);
    const real = featureStatistics(await judged((await testDigits(0, 200)).samples));
    const others = featureStatistics(await judged((await testDigits(200, 200)).samples));
    const noise = featureStatistics(await judged(normals(rootKey(1), 200 * 784).map(Math.tanh)));
    assert.ok(
      frechetDistance(noise, real) > 10 * frechetDistance(others, real),
      `${frechetDistance(noise, real)} and ${frechetDistance(others, real)}`,
    );
  });
});

describe("the digit classifier's weights", () => {
  it("are the pinned ones, in less than 250 KB", async () => {
    const { hash } = await digitClassifier();
    assert.equal(hash, createHash("sha256").update(file).digest("hex"));
    assert.ok(file.length < 250_000, `${file.length} bytes`);
  });

  it("are refused when one bit is another", () => {
    const altered = Uint8Array.from(file);
    altered[altered.length - 1]! ^= 1;
    const pinned = createHash("sha256").update(file).digest("hex");
    assert.throws(() => digitClassifierFrom(altered, pinned), (error: Error) => {
      assert.equal((error as { reason?: string }).reason, "damaged");
      assert.match(error.message, /expected weights with the SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/);
      return true;
    });
  });

  it("are refused where they are another network's", () => {
    const header = `{"conv2d1/kernel":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`.padEnd(72);
    const other = new Uint8Array(8 + header.length + 4);
    other[0] = header.length;
    other.set(new TextEncoder().encode(header), 8);
    assert.throws(() => digitClassifierFrom(other), /conv2d1\/kernel: expected shape \[5, 5, 1, 16\], got \[1\]/);
  });

  it("judge samples of the right shape only", async () => {
    const judge = await digitClassifier();
    await assert.rejects(
      judgeSamples(judge, new Float32Array(785)),
      /samples: expected a multiple of 784 numbers \(shape \[28, 28, 1\]\), got 785/,
    );
    await assert.rejects(judgeSamples(judge, new Float32Array(784), { batchSize: 0 }), /batchSize: expected an integer > 0, got 0/);
  });
});
