import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { normals } from "../../math/random/normals.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";

export interface OrthogonalOptions {
  /** Factor on the orthogonal matrix: √2 before ReLU, 1 else. */
  readonly gain?: number;
}

/**
 * A random orthogonal matrix: the kernel `[...window, in, out]`, read as the matrix `[window · in, out]`, has orthonormal
 * columns (rows where it is wider than high), times `gain`.
 *
 * Q of the QR decomposition of a matrix of normal numbers, by modified Gram-Schmidt in float64, twice over each vector, so
 * that QᵀQ = 1 to float32 precision. The diagonal of R is positive by construction, which makes Q uniformly distributed.
 *
 * Reference: Saxe et al. 2014; Mezzadri 2007, "How to generate random matrices from the classical compact groups".
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  checkOptions("orthogonal", { gain: optional(number()) }, options);
  const { gain = 1 } = options;
  return {
    spec: { name: "orthogonal", options: { gain } },
    values(key, shape) {
      const columns = shape.at(-1) ?? 1;
      const rows = sizeOf(shape) / columns;
      const count = Math.min(rows, columns);
      const length = Math.max(rows, columns);
      const vectors = orthonormalise(Float64Array.from(normals(key, count * length)), count, length);
      const isTall = rows >= columns;
      return Float32Array.from({ length: rows * columns }, (_, index) => {
        const row = Math.floor(index / columns);
        const column = index % columns;
        return gain * (isTall ? vectors[column * length + row]! : vectors[row * length + column]!);
      });
    },
  };
}

/** Makes `count` vectors of `length ≥ count`, one after another in `vectors`, orthonormal in place. */
function orthonormalise(vectors: Float64Array, count: number, length: number): Float64Array {
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length);
    // A second pass takes away what rounding left of the first: "twice is enough" (Giraud et al. 2005).
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors.subarray(j * length, (j + 1) * length);
        const overlap = dot(vector, other);
        for (let k = 0; k < length; k++) vector[k] = vector[k]! - overlap * other[k]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < length; k++) vector[k] = vector[k]! / norm;
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
