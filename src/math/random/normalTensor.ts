import { type Shape, sizeOf, type Tensor, tf } from "../tensor.ts";
import { drawnOnDevice } from "./drawnOnDevice.ts";
import type { Key } from "./key.ts";
import { normals } from "./normals.ts";

/**
 * A tensor of independent normal numbers of mean 0, `deviation` · `normals(key, …, first)`: drawn where the tensors are, or by
 * JavaScript where the backend cannot.
 *
 * Everywhere of the same integers, and bit for bit the same but on WebGPU, which has no doubles: it computes logarithm, sine and
 * cosine in float32, and its numbers differ by at most 2⁻²⁰ · max(1, |z|), before the deviation. The same
 * device gives the same bits for the same key, shape and beginning.
 *
 * @param deviation as float32; default 1
 * @param first where in the key's stream to begin, default 0
 */
export function normalTensor(key: Key, shape: Shape, { deviation = 1, first = 0 }: { readonly deviation?: number; readonly first?: number } = {}): Tensor {
  const onDevice = drawnOnDevice({ kind: "normals", deviation }, { key, shape, first });
  if (onDevice !== undefined) return onDevice;
  const values = normals(key, sizeOf(shape), first);
  const scale = Math.fround(deviation);
  return tf.tensor(scale === 1 ? values : values.map((value) => scale * value), [...shape]);
}
