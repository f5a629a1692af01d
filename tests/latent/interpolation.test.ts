import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { interpolate, latentGrid, latentLoop } from "../../src/latent/interpolate.ts";
import { averageLatent, latentAnalogy } from "../../src/latent/latentArithmetic.ts";
import { lerp } from "../../src/latent/lerp.ts";
import { slerp } from "../../src/latent/slerp.ts";
import { truncateLatents } from "../../src/latent/truncateLatents.ts";
import { dot, lengthOf } from "../../src/latent/vectors.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const angleOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.acos(dot(a, b) / (lengthOf(a) * lengthOf(b)));

describe("slerp", () => {
  it("keeps the length and turns by equal angles", () => {
    const from = normals(rootKey(1), 16);
    const other = normals(rootKey(2), 16);
    const to = other.map((value) => (value * lengthOf(from)) / lengthOf(other));
    const whole = angleOf(from, to);
    for (const share of [0, 0.25, 0.5, 0.9, 1]) {
      const between = slerp(from, to, share);
      close(lengthOf(between), lengthOf(from), 1e-6);
      // Near 0 the arc cosine has few digits.
      if (share > 0) close(angleOf(from, between), share * whole, 1e-5);
    }
  });

  it("is the circle's arc in the plane", () => {
    close(slerp([1, 0], [0, 1], 1 / 3), [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)], 1e-7);
    close(slerp([2, 0], [0, 1], 0.5), [2 * Math.SQRT1_2, Math.SQRT1_2], 1e-7);
  });

  it("is lerp where the vectors point the same way, and refuses opposite ones", () => {
    close(slerp([1, 1], [3, 3], 0.25), [1.5, 1.5], 1e-6);
    close(slerp([0, 0], [3, 4], 0.5), [1.5, 2], 1e-6);
    assert.throws(() => slerp([1, 0], [-2, 0], 0.5), RangeError);
    assert.throws(() => slerp([1, 0], [1], 0.5), ConfigurationError);
  });
});

describe("lerp", () => {
  it("is the straight line, which is shorter by √2 halfway between orthogonal vectors", () => {
    close(lerp([1, 2], [3, -2], 0.25), [1.5, 1], 0);
    close(lengthOf(lerp([1, 0], [0, 1], 0.5)), Math.SQRT1_2, 1e-7);
  });
});

describe("interpolate, latentGrid and latentLoop", () => {
  it("lead from one to the other, both included", () => {
    close(interpolate([0, 4], [4, 0], { steps: 5, along: lerp }), [0, 4, 1, 3, 2, 2, 3, 1, 4, 0], 0);
  });

  it("fill the square between four corners, row by row", () => {
    const found = latentGrid([[0], [2], [10], [12]], { rows: 3, columns: 3, along: lerp });
    close(found, [0, 1, 2, 5, 6, 7, 10, 11, 12], 0);
  });

  it("come back to the first without repeating it", () => {
    close(latentLoop([[0], [2], [4]], { steps: 2, along: lerp }), [0, 1, 2, 3, 4, 2], 0);
    assert.throws(() => latentLoop([]), /stops: expected at least one/);
  });

  it("refuse too few steps", () => {
    assert.throws(() => interpolate([0], [1], { steps: 1 }), /steps: expected an integer >= 2/);
  });
});

describe("latentAnalogy", () => {
  it("is the means' difference and sum", () => {
    close(averageLatent([1, 2, 3, 6], 2), [2, 4], 0);
    close(latentAnalogy({ from: [1, 2, 3, 6], minus: [1, 1], plus: [0, 3, 0, 5, 0, 1] }, 2), [1, 6], 1e-6);
  });

  it("has the variance of one draw where three exemplars are averaged", () => {
    const draws = normals(rootKey(3), 9 * 4_000);
    const found = latentAnalogy({ from: draws.subarray(0, 12_000), minus: draws.subarray(12_000, 24_000), plus: draws.subarray(24_000) }, 4_000);
    // Four standard errors of the variance of 4,000 normal numbers.
    close(dot(found, found) / 4_000, 1, 0.09);
  });

  it("names each list that is no list of latents", () => {
    assert.throws(() => latentAnalogy({ from: [], minus: [1, 2], plus: [1] }, 2), /from: .*\n.*plus: /);
  });
});

describe("truncateLatents", () => {
  it("draws latents towards the centre", () => {
    close(truncateLatents([1, -2, 3, 4], 2, { psi: 0.5 }), [0.5, -1, 1.5, 2], 0);
    close(truncateLatents([1, -2, 3, 4], 2, { psi: 0.5, centre: [1, 0] }), [1, -1, 2, 2], 0);
    close(truncateLatents([1, -2], 2, { psi: 1, centre: [7, 7] }), [1, -2], 0);
    assert.throws(() => truncateLatents([1, 2], 2, { psi: -1 }), /psi/);
    assert.throws(() => truncateLatents([1, 2], 2, { centre: [1] }), /centre/);
  });
});
