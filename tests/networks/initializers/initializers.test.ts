import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { sizeOf } from "../../../src/math/tensor.ts";
import { constant, ones, zeros } from "../../../src/networks/initializers/constant.ts";
import { glorot } from "../../../src/networks/initializers/glorot.ts";
import { he } from "../../../src/networks/initializers/he.ts";
import { initializerFromSpec } from "../../../src/networks/initializers/initializerFromSpec.ts";
import { normal } from "../../../src/networks/initializers/normal.ts";
import { orthogonal } from "../../../src/networks/initializers/orthogonal.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const key = fold(rootKey(5), "kernel");

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

/** Mean within 4 of its deviations, deviation within 4 of its own (1 / sqrt(2n) of it, for a normal distribution). */
function isSpreadAs(values: Float32Array, mean: number, deviation: number): void {
  const found = moments(values);
  const tolerance = (4 * deviation) / Math.sqrt(values.length);
  assert.ok(Math.abs(found.mean - mean) < tolerance, `mean ${found.mean}, expected ${mean} within ${tolerance}`);
  assert.ok(Math.abs(found.deviation - deviation) < tolerance, `deviation ${found.deviation}, expected ${deviation} within ${tolerance}`);
}

describe("initialisers", () => {
  it("normal: N(mean, deviation²), by default N(0, 0.02²)", () => {
    isSpreadAs(normal().values(key, [4, 4, 32, 64]), 0, 0.02);
    isSpreadAs(normal({ mean: 1, deviation: 0.5 }).values(key, [2000]), 1, 0.5);
  });

  it("he: deviation √(2 / fan-in), √(2 / ((1 + a²) fan-in)) before a leaky ReLU of slope a", () => {
    isSpreadAs(he().values(key, [128, 64]), 0, Math.sqrt(2 / 128));
    isSpreadAs(he({ slope: 0.2 }).values(key, [4, 4, 8, 64]), 0, Math.sqrt(2 / (1.04 * 128)));
  });

  it("glorot: uniform within √(6 / (fan-in + fan-out)) of 0", () => {
    const values = glorot().values(key, [3, 3, 16, 32]);
    const bound = Math.sqrt(6 / (9 * 16 + 9 * 32));
    assert.ok(values.every((value) => Math.abs(value) <= Math.fround(bound)));
    isSpreadAs(values, 0, bound / Math.sqrt(3));
  });

  it("orthogonal: orthonormal columns of a high kernel, rows of a wide one, times the gain", () => {
    for (const [shape, gain] of [[[6, 6], 1], [[2, 2, 3, 5], 1], [[4, 9], 2]] as const) {
      const values = orthogonal({ gain }).values(key, shape);
      const columns = shape.at(-1)!;
      const rows = sizeOf(shape) / columns;
      const at = (i: number, k: number): number => (rows >= columns ? values[k * columns + i]! : values[i * columns + k]!);
      const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          const product = Array.from({ length }, (_, k) => at(i, k) * at(j, k)).reduce((sum, value) => sum + value, 0);
          close(product, i === j ? gain ** 2 : 0, 1e-6, `${shape}: ${i} times ${j}`);
        }
      }
    }
  });

  it("constants", () => {
    assert.deepEqual(zeros().values(key, [3]), new Float32Array(3));
    assert.deepEqual(ones().values(key, [2, 2]), new Float32Array([1, 1, 1, 1]));
    assert.deepEqual(constant({ value: -2 }).values(key, []), new Float32Array([-2]));
  });

  it("come back from their specs, and give the same values for the same key alone", () => {
    for (const initializer of [normal({ mean: 1 }), he({ slope: 0.1 }), glorot(), orthogonal({ gain: 2 }), zeros(), ones()]) {
      const copy = initializerFromSpec(JSON.parse(JSON.stringify(initializer.spec)));
      assert.deepEqual(copy.spec, initializer.spec);
      assert.deepEqual(copy.values(key, [4, 3]), initializer.values(key, [4, 3]));
    }
    assert.notDeepEqual(he().values(key, [4]), he().values(rootKey(6), [4]));
    assert.throws(() => initializerFromSpec({ name: "xavier" }), /expected one of constant, glorot, he, normal, orthogonal, got "xavier"/);
    assert.throws(() => normal({ deviation: -1 }), /normal: deviation: expected a number >= 0, got -1/);
  });
});
