import { type Shape, sizeOf, type Tensor, tf } from "../tensor.ts";
import { drawnOnDevice } from "./drawnOnDevice.ts";
import type { Key } from "./key.ts";
import { uniformBounds, uniforms } from "./uniforms.ts";

/**
 * A tensor of independent uniform numbers in `[low, high)`, `uniforms(key, …, low, high, first)`: drawn where the tensors are, or
 * by JavaScript where the backend cannot.
 *
 * Bit for bit the same everywhere where `low` is 0 or `high − low` a power of two. Else WebGPU rounds three times where the
 * others round once, and differs by at most 2⁻²¹ · max(|low|, |high|).
 *
 * @param low, high as float32; default 0 and 1
 * @param first where in the key's stream to begin, default 0
 * @throws RangeError where `low` is not below `high`
 */
export function uniformTensor(
  key: Key,
  shape: Shape,
  { low = 0, high = 1, first = 0 }: { readonly low?: number; readonly high?: number; readonly first?: number } = {},
): Tensor {
  uniformBounds(low, high);
  return drawnOnDevice({ kind: "uniforms", low, high }, { key, shape, first }) ?? tf.tensor(uniforms(key, sizeOf(shape), low, high, first), [...shape]);
}
