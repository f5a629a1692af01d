import { densityCoverage, expectedCoverage } from "../../src/evaluation/densityCoverage.ts";
import { precisionRecall } from "../../src/evaluation/precisionRecall.ts";
import { squaredDistances } from "../../src/evaluation/squaredDistances.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

const onALine = (...features: readonly number[]) => ({ features, featureSize: 1 });

describe("precision, recall, density and coverage", () => {
  for (const { title, featureSize, neighbours, real, generated, ...expected } of references.neighbours) {
    it(`agree with the authors' definitions on ${title}`, () => {
      const [a, b] = [{ features: real, featureSize }, { features: generated, featureSize }];
      const { precision, recall } = precisionRecall(a, b, { neighbours });
      const { density, coverage } = densityCoverage(a, b, { neighbours });
      close([precision, recall, density, coverage], [expected.precision, expected.recall, expected.density, expected.coverage], 1e-12);
    });
  }

  it("are what can be counted by hand", () => {
    // Real balls at k = 1: [0 ± 1], [1 ± 1], [5 ± 4]; the generated samples' reach 8, 1 and 1.
    const [real, generated] = [onALine(0, 1, 5), onALine(2, 10, 11)];
    const { precision, recall } = precisionRecall(real, generated, { neighbours: 1 });
    close([precision, recall], [1 / 3, 1], 1e-15);
    // 2 lies within [5 ± 4]; on the edge of [1 ± 1] it is outside.
    const { density, coverage } = densityCoverage(real, generated, { neighbours: 1 });
    close([density, coverage], [1 / 3, 1 / 3], 1e-15);
  });

  it("say of a generator that repeats one good sample: precise, dense, and covering next to nothing", () => {
    const real = { features: normals(rootKey(1), 200 * 2), featureSize: 2 };
    const generated = { features: Array.from({ length: 200 }, () => [0.1, 0]).flat(), featureSize: 2 };
    const { precision, recall } = precisionRecall(real, generated);
    assert.deepEqual([precision, recall], [1, 0]);
    assert.ok(densityCoverage(real, generated).coverage < 0.15);
  });

  it("cover of equal distributions what the lemma expects, and are of density 1, in any number of features", () => {
    for (const featureSize of [2, 16]) {
      const runs = Array.from({ length: 10 }, (_, run) => {
        const features = normals(rootKey(100 * featureSize + run), 400 * featureSize);
        const half = (part: number) => ({ features: features.subarray(part * 200 * featureSize, (part + 1) * 200 * featureSize), featureSize });
        return densityCoverage(half(0), half(1));
      });
      const mean = (of: (run: { density: number; coverage: number }) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
      close(mean(({ coverage }) => coverage), expectedCoverage(200, 200), 0.015, "coverage");
      close(mean(({ density }) => density), 1, 0.12, "density");
    }
  });

  it("expect 1 − 2⁻⁵ ≈ 0.969 of equally many, at k = 5", () => {
    close(expectedCoverage(1_000_000, 1_000_000), 1 - 2 ** -5, 1e-5);
    close(expectedCoverage(6, 6), 1 - (5 * 4 * 3 * 2 * 1) / (11 * 10 * 9 * 8 * 7), 1e-14);
  });

  it("refuse sets with fewer rows than neighbours, and features of two networks", () => {
    assert.throws(() => precisionRecall(onALine(1, 2, 3), onALine(1, 2, 3, 4)), /real: expected more than 3 rows, one more than neighbours, got 3/);
    assert.throws(() => densityCoverage(onALine(1, 2), onALine(1)), /real: expected more than 5 rows/);
    assert.throws(() => densityCoverage(onALine(1, 2), { features: [1, 2], featureSize: 2 }, { neighbours: 1 }), /generated: expected 1 features/);
    assert.throws(() => precisionRecall(onALine(1, 2), onALine(1, 2), { neighbours: 0 }), /neighbours: expected an integer > 0, got 0/);
  });
});

describe("squaredDistances", () => {
  it("are those of two loops, for any number of rows, and 0 of equal rows", () => {
    const values = Float64Array.from(normals(rootKey(3), 7 * 3));
    const all = { rows: values, count: 7, featureSize: 3 };
    const rows: number[] = [];
    squaredDistances(all, all, (row, distances) => {
      rows.push(row);
      const expected = Array.from({ length: 7 }, (_, other) =>
        [0, 1, 2].reduce((sum, i) => sum + (values[row * 3 + i]! - values[other * 3 + i]!) ** 2, 0));
      close(distances, expected, 1e-14);
      assert.equal(distances[row], 0);
    });
    assert.deepEqual(rows, [0, 1, 2, 3, 4, 5, 6]);
  });
});
