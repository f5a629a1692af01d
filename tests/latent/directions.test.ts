import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { ganspaceDirections } from "../../src/latent/ganspaceDirections.ts";
import { moveAlong } from "../../src/latent/moveAlong.ts";
import { principalComponents } from "../../src/latent/principalComponents.ts";
import { projectedDirection } from "../../src/latent/projectedDirection.ts";
import { regressionDirection } from "../../src/latent/regressionDirection.ts";
import { sefaDirections } from "../../src/latent/sefaDirections.ts";
import { separatingDirection } from "../../src/latent/separatingDirection.ts";
import { dot, lengthOf } from "../../src/latent/vectors.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { latentReferences as references } from "../references/latentReferences.ts";

/** Directions have no sign of their own in an eigenproblem: the one that is nearer. */
function closeUpToSign(found: readonly ArrayLike<number>[], expected: readonly number[], tolerance: number): void {
  const size = expected.length / found.length;
  found.forEach((direction, i) => {
    const wanted = expected.slice(i * size, (i + 1) * size);
    const sign = Math.sign(dot(direction, wanted));
    close(direction, wanted.map((value) => sign * value), tolerance, `direction ${i}`);
  });
}

describe("principalComponents", () => {
  for (const { rows, size, count, values, mean, components, deviations, shares } of references.pca) {
    it(`are scikit-learn's, of ${rows} rows of ${size}`, () => {
      const found = principalComponents(values, size, count);
      close(found.mean, mean, 1e-12);
      close(found.deviations, deviations, 1e-10);
      close(found.shares, shares, 1e-10);
      closeUpToSign(found.components, components, 1e-9);
      for (const component of found.components) {
        assert.ok(Math.max(...component) === Math.max(...component.map(Math.abs)), "its largest coordinate is not positive");
      }
    });
  }

  it("refuses more components than there are", () => {
    assert.throws(() => principalComponents([1, 2, 3, 4], 2, 2), ConfigurationError);
    assert.throws(() => principalComponents([1, 2, 3], 2, 1), ConfigurationError);
  });
});

describe("ganspaceDirections", () => {
  it("are the least-squares directions of all components at once, which numpy solves", () => {
    const { rows, count, latents, features, directions } = references.ganspace;
    closeUpToSign(ganspaceDirections({ latents, features, rows }, count).directions, directions, 1e-8);
  });
});

describe("sefaDirections", () => {
  it("are numpy's eigenvectors of the first layer's weights", () => {
    const { latentSize, count, kernel, eigenvalues, directions } = references.sefa;
    const found = sefaDirections({ values: kernel, latentSize }, count);
    close(found.eigenvalues, eigenvalues, 1e-10);
    closeUpToSign(found.directions, directions, 1e-9);
  });

  it("refuses a kernel that is none, and more directions than numbers", () => {
    assert.throws(() => sefaDirections({ values: [1, 2, 3], latentSize: 2 }, 1), ConfigurationError);
    assert.throws(() => sefaDirections({ values: [1, 2], latentSize: 2 }, 3), ConfigurationError);
  });
});

describe("separatingDirection", () => {
  for (const { regularisation, latents, labels, direction, offset, accuracy } of references.logistic) {
    it(`is the normal of scikit-learn's logistic regression, weight ${regularisation}`, () => {
      const found = separatingDirection(latents, labels, { regularisation });
      close(found.direction, direction, 1e-7);
      close(found.offset, offset, 1e-7);
      close(found.accuracy, accuracy, 1e-12);
    });
  }

  it("parts what a plane parts, and moves latents across it", () => {
    const latents = [-1, 0, -2, 1, -1, 2, 1, 0, 2, 1, 1, 2];
    const { direction, offset, accuracy } = separatingDirection(latents, [false, false, false, true, true, true]);
    assert.equal(accuracy, 1);
    close(lengthOf(direction), 1, 1e-12);
    // Mirror images across x = 0.
    close(direction, [1, 0], 1e-9);
    close(offset, 0, 1e-9);
    close(moveAlong(latents.slice(0, 2), direction, 3), [2, 0], 1e-6);
  });

  it("refuses labels of one kind, and counts that do not fit", () => {
    assert.throws(() => separatingDirection([1, 2], [true, true]), /labels: expected both kinds/);
    assert.throws(() => separatingDirection([1, 2, 3], [true, false]), ConfigurationError);
  });
});

describe("regressionDirection", () => {
  it("is that of scikit-learn's ridge regression", () => {
    const { ridge, latents, values, ...expected } = references.ridge;
    const found = regressionDirection(latents, values, { ridge });
    close(found.direction, expected.direction, 1e-10);
    close([found.slope, found.offset, found.determination], [expected.slope, expected.offset, expected.determination], 1e-10);
  });

  it("refuses values that are not finite, and those that do not vary", () => {
    assert.throws(() => regressionDirection([1, 2, 3, 4], [1, Number.NaN]), /values: expected finite numbers/);
    assert.throws(() => regressionDirection([1, 2, 3, 4], [1, 1]), RangeError);
  });
});

describe("projectedDirection", () => {
  const random = (seed: number): Float32Array => normals(rootKey(seed), 8);

  it("is at right angles to the others, of length 1, and as near to the direction as that allows", () => {
    const [direction, ...others] = [1, 2, 3].map(random) as [Float32Array, ...Float32Array[]];
    const found = projectedDirection(direction, others);
    close(lengthOf(found), 1, 1e-12);
    for (const other of others) close(dot(found, other), 0, 1e-12);
    // The closed form: n − A (AᵀA)⁻¹ Aᵀ n for two others.
    const [a, b] = others as [Float32Array, Float32Array];
    const [aa, ab, bb, an, bn] = [dot(a, a), dot(a, b), dot(b, b), dot(a, direction), dot(b, direction)];
    const [s, t] = [(bb * an - ab * bn) / (aa * bb - ab * ab), (aa * bn - ab * an) / (aa * bb - ab * ab)];
    const left = Array.from(direction, (value, i) => value - s * a[i]! - t * b[i]!);
    close(found, left.map((value) => value / lengthOf(left)), 1e-12);
  });

  it("takes what the others share away once", () => {
    const [direction, other] = [random(1), random(2)];
    close(projectedDirection(direction, [other, other, other.map((value) => -2 * value)]), projectedDirection(direction, [other]), 1e-9);
  });

  it("refuses a direction the others span", () => {
    const [a, b] = [random(1), random(2)];
    assert.throws(() => projectedDirection(a.map((value, i) => value + 2 * b[i]!), [a, b]), /nothing is left/);
  });
});

describe("moveAlong", () => {
  it("moves all by one distance or each by its own", () => {
    close(moveAlong([1, 2, 3, 4], [0, 1], 2), [1, 4, 3, 6], 0);
    close(moveAlong([1, 2, 3, 4], [0, 1], [1, -1]), [1, 3, 3, 3], 0);
    assert.throws(() => moveAlong([1, 2, 3, 4], [0, 1], [1]), /distance: expected 2 numbers, got 1/);
  });
});
