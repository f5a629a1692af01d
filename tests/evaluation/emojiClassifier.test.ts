import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { emojiClassifier, emojiClassifierFrom } from "../../src/evaluation/emojiClassifier.ts";
import { emojiClasses } from "../../src/evaluation/emojiClassifierPlan.ts";
import { featureStatistics } from "../../src/evaluation/featureStatistics.ts";
import { frechetDistance } from "../../src/evaluation/frechetDistance.ts";
import { judgeSamples } from "../../src/evaluation/judgeSamples.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { emoji } from "../../src/sources/emoji.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const file = readFileSync(new URL("../../src/evaluation/emojiClassifier.safetensors", import.meta.url));
/** Emoji it was not trained on, in the two styles it knows. */
const testEmoji = (count: number) => drawFrom(emoji({ styles: ["noto", "twemoji"], size: 32, split: "test", batchSize: 1, shuffle: false }), count);

await describeOnEachBackend("the emoji classifier", (backend, device) => {
  it("tells the test emoji it has not seen apart as well as is said of it, and leaves no tensor behind", async () => {
    // All of them where that is quick.
    const count = backend === "wasm" ? 647 : 60;
    const { fields } = await testEmoji(count);
    const network = await emojiClassifier();
    assert.deepEqual([network.shape, network.range, network.classes, network.featureSize], [[32, 32, 3], [-1, 1], 8, 128]);
    const before = device().memory().tensors;
    const judged = await judgeSamples(network, fields.samples as Float32Array);
    assert.equal(device().memory().tensors, before);
    const { predictions, covered } = classCoverage(judged);
    const right = predictions.filter((category, row) => category === fields.labels[row]).length;
    // The likeliest category alone would be right for 24.3 % of them. Another machine's rounding may tip one or two.
    assert.ok(count === 647 ? Math.abs(right - 435) <= 3 : right >= 0.5 * count, `${right} of ${count} on ${backend}`);
    if (count === 647) assert.equal(covered, emojiClasses);
  });

  it("says the same whatever the batches", async () => {
    const samples = (await testEmoji(7)).fields.samples as Float32Array;
    const network = await emojiClassifier();
    const whole = await judgeSamples(network, samples);
    const parts = await judgeSamples(network, samples, { batchSize: 3 });
    close(parts.probabilities, whole.probabilities, 1e-5, "probabilities");
    close(parts.features, whole.features, 1e-4, "features");
  });

  // Of few samples the distance in 128 features is mostly that of their number.
  it("puts noise far from emoji, and emoji near emoji", { skip: backend === "wasm" ? false : "many pictures take long there" }, async () => {
    const network = await emojiClassifier();
    const samples = (await drawFrom(emoji({ styles: ["twemoji"], size: 32, batchSize: 1 }), 800)).fields.samples as Float32Array;
    const half = samples.length / 2;
    const [real, others, noise] = await Promise.all(
      [samples.subarray(0, half), samples.subarray(half), normals(rootKey(1), half).map(Math.tanh)].map(async (part) =>
        featureStatistics(await judgeSamples(network, part))
      ),
    );
    const [near, far] = [frechetDistance(others!, real!), frechetDistance(noise!, real!)];
    assert.ok(far > 6 * near, `${far} and ${near}`);
  });
});

describe("the emoji classifier's weights", () => {
  it("are the pinned ones, in less than 1.5 MB", async () => {
    const { hash } = await emojiClassifier();
    assert.equal(hash, createHash("sha256").update(file).digest("hex"));
    assert.ok(file.length < 1_500_000, `${file.length} bytes`);
  });

  it("are refused when one bit is another", () => {
    const altered = Uint8Array.from(file);
    altered[altered.length - 1]! ^= 1;
    const pinned = createHash("sha256").update(file).digest("hex");
    assert.throws(() => emojiClassifierFrom(altered, pinned), /emojiClassifier: expected weights with the SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/);
  });
});
