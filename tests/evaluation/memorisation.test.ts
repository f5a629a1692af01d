import { memorisation, nearestNeighbours } from "../../src/evaluation/memorisation.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

describe("memorisation", () => {
  it("agrees with scikit-learn's distances and scipy's Mann-Whitney test", () => {
    const { featureSize, generated, training, heldOut, rows, distances, closer, pValue, suspects } = references.copying;
    const set = (features: readonly number[]) => ({ features, featureSize });
    const found = memorisation(set(generated), set(training), set(heldOut));
    assert.deepEqual([...found.nearest.rows], rows);
    close(found.nearest.distances, distances, 1e-12);
    close([found.closer, found.suspects], [closer, suspects], 1e-12);
    // p = 2 (1 − Φ(|z|)) = erfc(|z| / √2), here by its integral.
    close(twoSided(found.z), pValue, 1e-6);
  });

  it("catches a model that hands its training set out again, and lets one go that draws anew", () => {
    const draw = (seed: number, count: number) => ({ features: Float64Array.from(normals(rootKey(seed), count * 3)), featureSize: 3 });
    const [training, heldOut] = [draw(1, 300), draw(2, 200)];
    const copied = { features: Float64Array.from(training.features.subarray(0, 600), (value) => value + 1e-4), featureSize: 3 };
    const copier = memorisation(copied, training, heldOut);
    assert.deepEqual([copier.closer, copier.suspects], [1, 1]);
    assert.ok(copier.z > 10, `${copier.z}`);
    assert.deepEqual([...copier.nearest.rows.subarray(0, 4)], [0, 1, 2, 3]);
    const honest = memorisation(draw(3, 200), training, heldOut);
    assert.ok(Math.abs(honest.z) < 4 && honest.suspects < 0.05, `${honest.z}, ${honest.suspects}`);
  });

  it("counts ties half", () => {
    const found = memorisation({ features: [1, 1], featureSize: 1 }, { features: [0], featureSize: 1 }, { features: [-1, 1], featureSize: 1 });
    assert.deepEqual([found.closer, found.z, found.suspects], [0.5, 0, 0]);
  });

  it("says how alike two other sets are", () => {
    const found = nearestNeighbours({ features: [0, 5], featureSize: 1 }, { features: [4, 1, -3], featureSize: 1 });
    assert.deepEqual([[...found.rows], [...found.distances]], [[1, 0], [1, 1]]);
    assert.throws(() => nearestNeighbours({ features: [], featureSize: 1 }, { features: [4], featureSize: 1 }), /features: expected at least 1 whole row/);
  });
});

/** erfc(|z| / √2) by Simpson's rule over the normal density from |z| to 12. */
function twoSided(z: number): number {
  const [from, steps] = [Math.abs(z), 2000];
  const width = (12 - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((from + i * width) ** 2) / 2);
  return (2 * sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
