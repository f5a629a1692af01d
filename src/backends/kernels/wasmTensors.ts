import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../math/tensor.ts";

/**
 * A new float32 tensor on wasm's heap; its values are not cleared. The heap may move, and every view taken before then
 * shows nothing.
 */
export function wasmTensor(backend: unknown, shape: readonly number[]): tf.TensorInfo {
  return (backend as BackendWasm).makeOutput([...shape], "float32");
}

/** A view of a float32 tensor's values, good until the next tensor is made. */
export function wasmValues(backend: unknown, tensor: tf.TensorInfo): Float32Array {
  return (backend as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/** Another tensor on the same data, under this shape. */
export function sharedTensor(backend: unknown, tensor: tf.TensorInfo, shape: readonly number[] = tensor.shape): tf.TensorInfo {
  (backend as BackendWasm).incRef(tensor.dataId);
  return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
}
