import { sizeOf, type tf } from "../../math/tensor.ts";

/** A new float32 tensor of zeros on the cpu backend. */
export function cpuTensor(backend: unknown, shape: readonly number[]): tf.TensorInfo {
  const size = sizeOf(shape);
  return (backend as tf.MathBackendCPU).makeTensorInfo([...shape], "float32", new Float32Array(size));
}

/** The values of a float32 tensor on the cpu backend. */
export function cpuValues(backend: unknown, tensor: tf.TensorInfo): Float32Array {
  return (backend as tf.MathBackendCPU).data.get(tensor.dataId).values as Float32Array;
}
