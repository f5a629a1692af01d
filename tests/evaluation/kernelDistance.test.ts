import { kernelDistance } from "../../src/evaluation/kernelDistance.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

describe("kernelDistance", () => {
  for (const { title, featureSize, first, second, value, standardError } of references.kernels) {
    it(`agrees with scikit-learn's kernel on ${title}, its error with leaving out each row in turn`, () => {
      const found = kernelDistance({ features: first, featureSize }, { features: second, featureSize });
      close(found.value, value, 1e-10);
      close(found.standardError, standardError, 1e-10, "standardError");
    });
  }

  it("is what can be counted by hand: x = 0, 0, 0 and y = 1, 1, 1 on a line", () => {
    // k(0, 0) = 1, k(1, 1) = 8, k(0, 1) = 1.
    close(kernelDistance({ features: [0, 0, 0], featureSize: 1 }, { features: [1, 1, 1], featureSize: 1 }).value, 1 + 8 - 2, 1e-14);
  });

  it("is unbiased: 0 within its error of two sets of one distribution, below 0 as often as above", () => {
    const values = Array.from({ length: 40 }, (_, run) => {
      const features = normals(rootKey(run), 200 * 4);
      return kernelDistance({ features: features.subarray(0, 400), featureSize: 4 }, { features: features.subarray(400), featureSize: 4 });
    });
    const mean = values.reduce((sum, { value }) => sum + value, 0) / 40;
    const deviation = Math.sqrt(values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 39);
    assert.ok(Math.abs(mean) < (4 * deviation) / Math.sqrt(40), `${mean}`);
    const negative = values.filter(({ value }) => value < 0).length;
    assert.ok(negative >= 8 && negative <= 36, `${negative} of 40 below 0`);
  });

  it("has the same expectation by subsets", () => {
    const first = { features: normals(rootKey(1), 300 * 3), featureSize: 3 };
    const second = { features: normals(rootKey(2), 300 * 3).map((value) => value + 1), featureSize: 3 };
    const whole = kernelDistance(first, second);
    const parts = kernelDistance(first, second, { subsets: 20, subsetSize: 100 });
    assert.ok(Math.abs(whole.value - parts.value) < 4 * parts.standardError, `${whole.value} and ${parts.value} ± ${parts.standardError}`);
    assert.deepEqual(kernelDistance(first, second, { subsets: 20, subsetSize: 100 }), parts);
    assert.notEqual(kernelDistance(first, second, { subsets: 20, subsetSize: 100, seed: 1 }).value, parts.value);
  });

  it("refuses what cannot be compared", () => {
    const three = { features: [1, 2, 3], featureSize: 1 };
    assert.throws(() => kernelDistance({ features: [1, 2], featureSize: 1 }, three), /first: expected at least 3 whole rows of 1 features, got 2/);
    assert.throws(() => kernelDistance(three, { features: [1, 2, 3, 4, 5, 6], featureSize: 2 }), /second: expected 1 features in a row like first, got 2/);
    assert.throws(() => kernelDistance(three, { features: [1, 2, NaN], featureSize: 1 }), /second: expected finite numbers/);
    assert.throws(() => kernelDistance(three, three, { subsets: 2, subsetSize: 4 }), /subsetSize: expected at most 3, the size of the smaller set, got 4/);
  });
});
