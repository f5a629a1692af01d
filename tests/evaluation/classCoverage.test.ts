import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { totalVariation } from "../../src/evaluation/totalVariation.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** Probabilities that say each class as often as told, with the same confidence. */
function saying(times: readonly number[], confidence: number): { readonly probabilities: number[]; readonly classes: number } {
  const classes = times.length;
  const rest = (1 - confidence) / (classes - 1);
  const row = (said: number): number[] => Array.from({ length: classes }, (_, k) => (k === said ? confidence : rest));
  return { classes, probabilities: times.flatMap((count, said) => Array.from({ length: count }, () => row(said)).flat()) };
}

describe("classCoverage", () => {
  it("counts shares, confidence and distance from uniform", () => {
    const found = classCoverage(saying([50, 25, 25, 0], 0.7));
    assert.equal(found.count, 100);
    assert.deepEqual(found.shares, [0.5, 0.25, 0.25, 0]);
    assert.equal(found.present, 3);
    close(found.reverseKl, 0.5 * Math.log(2), 1e-15);
    assert.equal(found.covered, 3);
    assert.deepEqual(found.missing, [3]);
    close(found.meanConfidence, 0.7, 1e-12);
    close(found.totalVariation, (0.25 + 0.25) / 2, 1e-12);
  });

  it("covers a class from exactly 1 % on, or from what is asked", () => {
    assert.deepEqual(classCoverage(saying([197, 2, 1], 0.9)).missing, [2]);
    assert.equal(classCoverage(saying([197, 2, 1], 0.9)).present, 3);
    assert.deepEqual(classCoverage(saying([197, 2, 1], 0.9), { threshold: 0.005 }).missing, []);
    assert.deepEqual(classCoverage(saying([197, 2, 1], 0.9), { threshold: 0.02 }).missing, [1, 2]);
  });

  it("measures the distance from a reference, which may be counts", () => {
    close(classCoverage(saying([30, 10], 0.9), { reference: [300, 100] }).totalVariation, 0, 1e-12);
    close(classCoverage(saying([40, 0], 0.9), { reference: [1, 3] }).totalVariation, 0.75, 1e-12);
  });

  it("takes the first of equally likely classes", () => {
    assert.deepEqual([...classCoverage({ probabilities: [0.2, 0.4, 0.4, 0.5, 0.5, 0], classes: 3 }).predictions], [1, 0]);
  });

  it("says every mistake at once", () => {
    assert.throws(
      () => classCoverage({ probabilities: [0.5, 0.5], classes: 2 }, { threshold: 0 }),
      /threshold: expected a number > 0 and <= 1, got 0/,
    );
    assert.throws(
      () => classCoverage({ probabilities: [0.5, 0.5, 0.5], classes: 2 }, { reference: [0, 0] }),
      /probabilities: expected a multiple of 2 numbers, got 3\n {2}reference: expected 2 shares, not all 0/,
    );
  });
});

describe("totalVariation", () => {
  it("is 1 between what have nothing in common, and symmetric", () => {
    assert.equal(totalVariation([1, 0], [0, 5]), 1);
    assert.equal(totalVariation([1, 3], [1, 1]), totalVariation([1, 1], [1, 3]));
  });

  it("refuses lists of two lengths and nothing at all", () => {
    assert.throws(() => totalVariation([1], [1, 1]), /expected equally many classes, got 1 and 2/);
    assert.throws(() => totalVariation([0, 0], [1, 1]), /sum above 0/);
  });
});
