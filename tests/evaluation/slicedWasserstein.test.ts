import { slicedWasserstein } from "../../src/evaluation/slicedWasserstein.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

describe("slicedWasserstein", () => {
  for (const { title, first, second, value } of references.transport) {
    it(`on a line is scipy's Wasserstein distance of ${title}`, () => {
      const found = slicedWasserstein({ features: first, featureSize: 1 }, { features: second, featureSize: 1 }, { order: 1, projections: 3 });
      close([found.value, found.standardError], [value, 0], 1e-12);
    });
  }

  it("of a shift m is |m| / √d, since E (θ·m)² = |m|² / d", () => {
    const features = normals(rootKey(1), 50 * 9);
    const shift = [3, 0, -4, 0, 0, 12, 0, 0, 0];
    const found = slicedWasserstein(
      { features: Float64Array.from(features), featureSize: 9 },
      { features: Float64Array.from(features, (value, i) => value + shift[i % 9]!), featureSize: 9 },
      { projections: 2000 },
    );
    assert.ok(found.standardError > 0 && found.standardError < 0.15, `${found.standardError}`);
    assert.ok(Math.abs(found.value - 13 / 3) < 4 * found.standardError, `${found.value} ± ${found.standardError}`);
  });

  it("is 0 of one set in another order, symmetric, and the same for one seed", () => {
    const [a, b] = [{ features: [0, 1, 2, 3, 4, 5], featureSize: 2 }, { features: [4, 5, 0, 1, 2, 3], featureSize: 2 }];
    assert.equal(slicedWasserstein(a, b).value, 0);
    const c = { features: [1, 1, 0, 7], featureSize: 2 };
    close(slicedWasserstein(a, c).value, slicedWasserstein(c, a).value, 1e-14);
    assert.deepEqual(slicedWasserstein(a, c, { seed: 3 }), slicedWasserstein(a, c, { seed: 3 }));
    assert.notEqual(slicedWasserstein(a, c, { seed: 3 }).value, slicedWasserstein(a, c).value);
  });

  it("refuses wrong options and features of two kinds", () => {
    const a = { features: [1, 2], featureSize: 1 };
    assert.throws(() => slicedWasserstein(a, { features: [1, 2], featureSize: 2 }), /second: expected 1 features/);
    assert.throws(() => slicedWasserstein(a, a, { projections: 0 }), /projections: expected an integer > 0, got 0/);
  });
});
