import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../../math/tensor.ts";
import { addressOf, heapMemory } from "./simdKernels.ts";

/**
 * Memory on wasm's heap for the length of one kernel. Allocate everything first: an allocation may move the heap, and with
 * it every view taken before.
 */
export interface HeapScratch {
  /** Address of so many floats, not cleared. */
  floats(count: number): number;
  /** View of floats at an address; good until the next allocation. */
  view(address: number, count: number): Float32Array;
  free(): void;
}

export function heapScratch(backend: BackendWasm): HeapScratch {
  const made: tf.TensorInfo[] = [];
  return {
    floats(count) {
      const block = backend.makeOutput([count], "float32");
      made.push(block);
      return addressOf(backend, block);
    },
    view: (address, count) => new Float32Array(heapMemory(backend).buffer, address, count),
    free() {
      for (const block of made) backend.disposeData(block.dataId);
    },
  };
}
