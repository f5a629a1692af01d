import { type Shape, sizeOf, type Tensor, tf } from "../tensor.ts";
import { drawnOnDevice } from "./drawnOnDevice.ts";
import type { Key } from "./key.ts";
import { fillWords } from "./words.ts";

/**
 * The words of the key's stream from word `first` on, as an int32 tensor: the same integers on every backend, read as signed.
 * What `normalTensor`, `uniformTensor` and `dropoutMask` are made of.
 */
export function wordTensor(key: Key, shape: Shape, first = 0): Tensor {
  const onDevice = drawnOnDevice({ kind: "words" }, { key, shape, first });
  return onDevice ?? tf.tensor(new Int32Array(fillWords(key, new Uint32Array(sizeOf(shape)), first).buffer), [...shape], "int32");
}
