import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../math/tensor.ts";
import type { BackendName } from "../device.ts";

/**
 * The tensors of a backend that computes in this process, as typed arrays: plain ones on `cpu`, views of the heap on
 * `wasm`. What is written against it runs on both.
 */
export interface HostMemory {
  /** A new float32 tensor; its values are not cleared. Invalidates every view taken before: the heap may move. */
  allocate(shape: readonly number[]): tf.TensorInfo;
  /** A view of a float32 tensor's values, good until the next `allocate`. */
  values(tensor: tf.TensorInfo): Float32Array;
}

export type HostBackendName = Exclude<BackendName, "webgpu">;

/** The memory of a running backend. */
export function hostMemory(name: HostBackendName, backend: unknown): HostMemory {
  return name === "wasm" ? heap(backend as BackendWasm) : arrays(backend as tf.MathBackendCPU);
}

function heap(backend: BackendWasm): HostMemory {
  return {
    allocate: (shape) => backend.makeOutput([...shape], "float32"),
    values: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
  };
}

function arrays(backend: tf.MathBackendCPU): HostMemory {
  return {
    allocate: (shape) => backend.makeTensorInfo([...shape], "float32", new Float32Array(shape.reduce((size, extent) => size * extent, 1))),
    values: (tensor) => backend.data.get(tensor.dataId).values as Float32Array,
  };
}
