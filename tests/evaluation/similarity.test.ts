import { intraClassSimilarity } from "../../src/evaluation/intraClassSimilarity.ts";
import { structuralSimilarity } from "../../src/evaluation/structuralSimilarity.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

/** The image of tests/references/evaluation.py. */
function waves([height, width, channels]: readonly [number, number, number], phase: number): Float64Array {
  return Float64Array.from({ length: height * width * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return Math.sin(0.3 * x + 0.5 * c + phase) * Math.cos(0.21 * y - phase * (1 + 0.1 * x));
  });
}

describe("structuralSimilarity", () => {
  for (const { title, shape, scales, value } of references.similarity) {
    it(`agrees with scipy on ${title}`, () => {
      assert.ok(value > 0.1 && value < 0.99, `${value} tells little`);
      close(structuralSimilarity(waves(shape, 0), waves(shape, 0.1), { shape, scales }), value, 1e-10);
    });
  }

  it("takes the scales that fit unless told: two of 28 pixels, five of 176", () => {
    for (const { shape, scales, value } of references.similarity.filter(({ shape: [side], scales }) => side !== 28 || scales === 2)) {
      close(structuralSimilarity(waves(shape, 0), waves(shape, 0.1), { shape }), value, 1e-10, `${shape} at ${scales}`);
    }
  });

  it("is 1 of equal images, symmetric, and follows the range", () => {
    const shape = [28, 28, 1] as const;
    const [a, b] = [waves(shape, 0), waves(shape, 0.3)];
    close(structuralSimilarity(a, a, { shape }), 1, 1e-14);
    close(structuralSimilarity(a, b, { shape }), structuralSimilarity(b, a, { shape }), 1e-14);
    const bytes = (image: Float64Array): Float64Array => image.map((value) => (value + 1) * 127.5);
    close(structuralSimilarity(bytes(a), bytes(b), { shape, range: [0, 255] }), structuralSimilarity(a, b, { shape }), 1e-10);
  });

  it("refuses images under the window, more scales than fit, and another number of values", () => {
    assert.throws(() => structuralSimilarity([], [], { shape: [8, 8, 1] }), /shape: expected \[height, width, channels\] of at least 11 pixels a side/);
    assert.throws(() => structuralSimilarity([], [], { shape: [28, 28, 1], scales: 3 }), /scales: expected an integer from 1 to 2, got 3/);
    assert.throws(() => structuralSimilarity([1], [], { shape: [28, 28, 1] }), /first: expected 784 values \(shape \[28, 28, 1\]\), got 1/);
  });
});

describe("intraClassSimilarity", () => {
  const shape = [16, 16, 1] as const;
  const images = (...each: readonly ArrayLike<number>[]): Float32Array => Float32Array.from(each.flatMap((image) => Array.from(image)));

  it("is 1 of a class with one image, lower of a varied one, and means the pairs of each class", () => {
    const noise = normals(rootKey(1), 3 * 256).map(Math.tanh);
    const part = (row: number): Float32Array => noise.subarray(row * 256, (row + 1) * 256);
    const values = images(part(0), part(1), waves(shape, 0), part(2), waves(shape, 0));
    const { byClass, mean } = intraClassSimilarity({ values, shape, count: 5, labels: [0, 0, 1, 0, 1] });
    const pair = (a: number, b: number): number => structuralSimilarity(part(a), part(b), { shape });
    close(byClass.get(1)!, 1, 1e-12);
    close(byClass.get(0)!, (pair(0, 1) + pair(0, 2) + pair(1, 2)) / 3, 1e-12);
    close(mean, (byClass.get(0)! + byClass.get(1)!) / 2, 1e-15);
    assert.ok(byClass.get(0)! < 0.5, `${byClass.get(0)}`);
  });

  it("takes so many random pairs, the same for one seed, never an image with itself", () => {
    const count = 20;
    const values = normals(rootKey(2), count * 256).map(Math.tanh);
    const samples = { values, shape, count, labels: new Array<number>(count).fill(3) };
    const some = intraClassSimilarity(samples, { pairs: 60 });
    assert.equal(intraClassSimilarity(samples, { pairs: 60 }).mean, some.mean);
    assert.notEqual(intraClassSimilarity(samples, { pairs: 60, seed: 1 }).mean, some.mean);
    // One pair in 20 with itself, of similarity 1, would raise the mean by about 0.05.
    close(some.mean, intraClassSimilarity(samples, { pairs: 190 }).mean, 0.03);
  });

  it("refuses samples without labels, or without two of a class", () => {
    const samples = { values: new Float32Array(512), shape, count: 2 };
    assert.throws(() => intraClassSimilarity(samples), /samples.labels: expected 2, one for each sample, some class at least twice, got none/);
    assert.throws(() => intraClassSimilarity({ ...samples, labels: [0, 1] }), /samples.labels/);
  });
});
