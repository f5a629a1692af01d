import { modeCoverage } from "../../src/evaluation/modeCoverage.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const signal = new AbortController().signal;

describe("modeCoverage", () => {
  const two = { modes: [[-1, 0], [1, 0]], deviation: 0.1 };

  it("assigns to the nearest mode and calls good what lies within three deviations", () => {
    // 0.29 off is good, 0.31 is not; the last point is far from both and nearer to the second.
    const found = modeCoverage([-1, 0.29, -1, 0.31, -1.2, 0.2, 9, 0], two);
    assert.deepEqual(found.shares, [0.75, 0.25]);
    assert.equal(found.covered, 1);
    assert.equal(found.coveredByMass, 1);
    assert.equal(found.highQuality, 0.5);
    close(found.reverseKl, 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 1e-12);
    close(found.totalVariation, 0.25, 1e-12);
  });

  it("needs one good point by the first rule and 1 % of the points by the second", () => {
    const points = (other: number): number[] =>
      [...Array.from({ length: 200 - other }, () => [-1, 0]), ...Array.from({ length: other }, () => [1, 0])].flat();
    assert.deepEqual([modeCoverage(points(0), two).covered, modeCoverage(points(0), two).coveredByMass], [1, 1]);
    assert.deepEqual([modeCoverage(points(1), two).covered, modeCoverage(points(1), two).coveredByMass], [2, 1]);
    assert.deepEqual([modeCoverage(points(2), two).covered, modeCoverage(points(2), two).coveredByMass], [2, 2]);
  });

  it("finds log k for a generator collapsed to one of k modes", () => {
    const ring = mixture("ring", { batchSize: 1 });
    const found = modeCoverage(Array.from({ length: 100 }, () => [1, 0]).flat(), ring);
    assert.equal(found.covered, 1);
    assert.equal(found.modes, 8);
    close(found.reverseKl, Math.log(8), 1e-12);
    close(found.totalVariation, 7 / 8, 1e-12);
  });

  it("gives a true mixture the published ceilings and floors", async () => {
    const ring = mixture("ring", { batchSize: 1 });
    const { at } = await ring.open({ key: rootKey(3), signal });
    const { fields } = await at(0, 20_000, signal);
    const found = modeCoverage(fields["samples"]!, ring);
    assert.deepEqual([found.covered, found.coveredByMass], [8, 8]);
    // Four standard errors of a share: √(p (1 − p) / n) = 0.00074.
    close(found.highQuality, 1 - Math.exp(-4.5), 0.003);
    // (k − 1) / 2n = 0.000175; 2n · KL is χ² with 7 degrees of freedom, below 29.9 in 9,999 of 10,000 cases.
    assert.ok(found.reverseKl > 0 && found.reverseKl < 29.9 / 40_000, `${found.reverseKl}`);
  });

  it("weighs modes that should not be alike", async () => {
    const uneven = mixture([[-1, 0], [1, 0]], { batchSize: 1, deviation: 0.1, weights: [3, 1] });
    const found = modeCoverage([-1, 0, -1, 0, -1, 0, 1, 0], uneven);
    close(found.reverseKl, 0, 1e-12);
    assert.equal(modeCoverage([-1, 0], { ...two, weights: [0, 1] }).reverseKl, Infinity);
  });

  it("works in any dimension", () => {
    assert.equal(modeCoverage([0, 0, 0, 1, 1, 1], { modes: [[0, 0, 0], [1, 1, 1]], deviation: 0.1 }).covered, 2);
  });

  it("refuses what is no set of points or modes", () => {
    assert.throws(() => modeCoverage([1, 2, 3], two), /points: expected a multiple of 2 coordinates, got 3/);
    assert.throws(() => modeCoverage([1, NaN], two), /points\[0\]: expected finite coordinates/);
    assert.throws(() => modeCoverage([1, 2], { modes: [], deviation: 0 }), /modes: .*\n {2}deviation: expected a number > 0, got 0/);
    assert.throws(() => modeCoverage([1, 2], { ...two, weights: [1] }), /weights: expected one for each of the 2 modes/);
    assert.throws(
      () => modeCoverage([1, 2], { modes: [[1, 2], [3]], deviation: 1 }),
      /modes\[1\]: expected 2 coordinates like the first, got 1/,
    );
  });
});
