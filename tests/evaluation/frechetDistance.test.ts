import { readFileSync } from "node:fs";
import { featureStatistics } from "../../src/evaluation/featureStatistics.ts";
import { type FeatureGaussian, frechetDistance } from "../../src/evaluation/frechetDistance.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

interface Reference {
  readonly title: string;
  readonly featureSize: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
  readonly distance: number;
}
const { cases } = JSON.parse(readFileSync(new URL("../references/frechet.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Reference[];
};

/** A Gaussian of given moments. */
function gaussian(mean: readonly number[], covariance: readonly (readonly number[])[]): FeatureGaussian {
  return { featureSize: mean.length, mean: Float64Array.from(mean), covariance: Float64Array.from(covariance.flat()) };
}

describe("featureStatistics", () => {
  for (const { title, featureSize, first, mean, covariance } of cases) {
    it(`agrees with numpy on ${title}`, () => {
      const found = featureStatistics({ features: first, featureSize });
      assert.equal(found.count, first.length / featureSize);
      close(found.mean, mean, 1e-13, "mean");
      close(found.covariance, covariance, 1e-12, "covariance");
    });
  }

  it("divides by count − 1", () => {
    close(featureStatistics({ features: [1, 3], featureSize: 1 }).covariance, [2], 0);
  });

  it("refuses one row, half a row, and what is not a number", () => {
    assert.throws(
      () => featureStatistics({ features: [1, 2], featureSize: 2 }),
      /features: expected at least two rows of 2 features, got 2 numbers/,
    );
    assert.throws(() => featureStatistics({ features: [1, 2, 3, 4, 5], featureSize: 2 }), /got 5 numbers/);
    assert.throws(() => featureStatistics({ features: [1, NaN], featureSize: 1 }), /features: expected finite numbers/);
  });
});

describe("frechetDistance", () => {
  for (const { title, featureSize, first, second, distance } of cases) {
    it(`agrees with numpy on ${title}`, () => {
      const a = featureStatistics({ features: first, featureSize });
      const b = featureStatistics({ features: second, featureSize });
      // The root of an eigenvalue that should be 0 and is 1e-15 is 3e-8: so much a singular covariance costs.
      close(frechetDistance(a, b), distance, 1e-6);
      close(frechetDistance(b, a), distance, 1e-6, "the other way round");
    });
  }

  it("is (m₁ − m₂)² + (s₁ − s₂)² of two Gaussians on a line", () => {
    close(frechetDistance(gaussian([1], [[9]]), gaussian([3], [[4]])), 4 + 1, 1e-14);
  });

  it("adds up over independent features, a constant one among them", () => {
    const a = gaussian([0, 1, 2], [[4, 0, 0], [0, 0, 0], [0, 0, 1]]);
    const b = gaussian([1, 1, 0], [[1, 0, 0], [0, 9, 0], [0, 0, 16]]);
    close(frechetDistance(a, b), (1 + 1) + (0 + 9) + (4 + 9), 1e-12);
  });

  it("follows the closed form in the plane, where covariances do not commute", () => {
    const [s, t] = [[[3, 1], [1, 2]], [[1, -0.8], [-0.8, 4]]] as const;
    // Of a 2 x 2 matrix with eigenvalues ≥ 0, (tr √M)² = tr M + 2 √det M; here M = ST.
    const trace = s[0][0] * t[0][0] + s[0][1] * t[1][0] + s[1][0] * t[0][1] + s[1][1] * t[1][1];
    const determinant = (3 * 2 - 1) * (4 - 0.64);
    const expected = 3 + 2 + 1 + 4 - 2 * Math.sqrt(trace + 2 * Math.sqrt(determinant));
    close(frechetDistance(gaussian([0, 0], s), gaussian([0, 0], t)), expected, 1e-13);
  });

  it("is 0 between equal Gaussians, never less", () => {
    const { featureSize, first } = cases[0]!;
    const statistics = featureStatistics({ features: first, featureSize });
    const distance = frechetDistance(statistics, statistics);
    assert.ok(distance >= 0 && distance < 1e-12, `${distance}`);
  });

  it("is biased upwards by finite samples, about in proportion to 1 / count", () => {
    const featureSize = 8;
    const between = (count: number): number => {
      const features = normals(rootKey(count), 2 * count * featureSize);
      const half = (part: number) =>
        featureStatistics({ features: features.subarray(part * count * featureSize, (part + 1) * count * featureSize), featureSize });
      return frechetDistance(half(0), half(1));
    };
    const [few, many] = [between(100), between(1_600)];
    assert.ok(few / many > 8 && few / many < 32, `${few} of 100, ${many} of 1600: expected about 16 times as much`);
  });

  it("refuses features of two networks", () => {
    assert.throws(
      () => frechetDistance(gaussian([0], [[1]]), gaussian([0, 0], [[1, 0], [0, 1]])),
      /expected features of one network, got 1 and 2/,
    );
  });
});
