import { digitClassifier } from "../../src/evaluation/digitClassifier.ts";
import { combinationCoverage, stackedCoverage } from "../../src/evaluation/stackedCoverage.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { integers } from "../../src/math/random/integers.ts";
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

describe("stackedCoverage", () => {
  it("judges each channel by itself, and makes one number of the three digits", async () => {
    const count = 100;
    const { fields } = await drawFrom(digits({ batchSize: 300, split: "test" }), 3 * count);
    const [images, labels] = [fields.samples as Float32Array, fields.labels as Int32Array];
    const values = new Float32Array(count * 784 * 3);
    for (let i = 0; i < values.length; i++) {
      const [channel, pixel, row] = [i % 3, Math.floor(i / 3) % 784, Math.floor(i / 3 / 784)];
      values[i] = images[(3 * row + channel) * 784 + pixel]!;
    }
    const found = await stackedCoverage(await digitClassifier(), { values, shape: [28, 28, 3], count });
    assert.equal(found.modes, 1000);
    const expected = Array.from({ length: count }, (_, row) => 100 * labels[3 * row]! + 10 * labels[3 * row + 1]! + labels[3 * row + 2]!);
    const right = expected.filter((mode, row) => mode === found.combinations[row]).length;
    // The classifier tells 99.4 % of the digits right, so 98 % of the combinations.
    assert.ok(right >= 93, `${right} of ${count}`);
    assert.ok(Math.abs(found.covered - new Set(expected).size) <= 7, `${found.covered}`);
  });

  it("refuses images of another size", async () => {
    const judge = await digitClassifier();
    await assert.rejects(
      stackedCoverage(judge, { values: new Float32Array(32 * 32 * 3), shape: [32, 32, 3], count: 1 }),
      /samples: expected 1 images of shape \[28, 28, channels\], got 3072 values of shape \[32, 32, 3\]/,
    );
  });
});

describe("combinationCoverage", () => {
  it("gives true draws the known floor of the reverse KL, about (modes − 1) / 2n", () => {
    const found = combinationCoverage(integers(rootKey(1), 26_000, 1000), 1000);
    assert.deepEqual([found.covered, found.coveredByMass], [1000, 1000]);
    // 2n · KL is about χ² with 999 degrees of freedom: ± 4 · √(2 · 999) / 2n.
    assert.ok(Math.abs(found.reverseKl - 999 / 52_000) < 0.0035, `${found.reverseKl}`);
  });

  it("is log(modes / found) of a few modes alike, and counts by mass what is rare as missing", () => {
    const found = combinationCoverage(Int32Array.from([3, 3, 5, 5]), 8);
    close([found.covered, found.reverseKl, found.totalVariation], [2, Math.log(4), 6 / 8], 1e-14);
    // A tenth of 1 / 4 of 1000 are 25.
    const uneven = combinationCoverage(Int32Array.from({ length: 1000 }, (_, i) => (i < 24 ? 1 : i < 49 ? 2 : 0)), 4);
    assert.deepEqual([uneven.covered, uneven.coveredByMass], [3, 2]);
  });

  it("refuses combinations there are not", () => {
    assert.throws(() => combinationCoverage(Int32Array.from([8]), 8), /combinations: expected integers from 0 to 7, got 8/);
    assert.throws(() => combinationCoverage(new Int32Array(0), 8), /combinations: expected at least one, got none/);
  });
});
