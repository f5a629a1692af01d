import { type Shape, sizeOf, type Tensor, tf } from "../tensor.ts";
import { drawnOnDevice } from "./drawnOnDevice.ts";
import type { Key } from "./key.ts";
import { uniforms } from "./uniforms.ts";

/**
 * A tensor of 0 with probability `rate` and 1 / (1 − rate) else: 0 where `uniforms(key, …)` is below the rate. Drawn where the
 * tensors are, or by JavaScript where the backend cannot; the same bit for bit.
 *
 * @param rate in [0, 1)
 * @throws RangeError for any other
 */
export function dropoutMask(key: Key, shape: Shape, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropoutMask: expected a rate >= 0 and < 1, got ${rate}`);
  const onDevice = drawnOnDevice({ kind: "mask", rate }, { key, shape, first: 0 });
  if (onDevice !== undefined) return onDevice;
  const kept = 1 / (1 - rate);
  const values = uniforms(key, sizeOf(shape));
  // In place: `map` takes up to half as long again.
  for (let i = 0; i < values.length; i++) values[i] = values[i]! < rate ? 0 : kept;
  return tf.tensor(values, [...shape]);
}
