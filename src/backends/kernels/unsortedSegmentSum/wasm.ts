import { sizeOf } from "../../../math/tensor.ts";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { wasmTensor, wasmValues } from "../wasmTensors.ts";

/**
 * Sums rows of x by segment, which tfjs lacks on wasm: the gradient of `gather`, so of every embedding. Rows of a negative
 * segment are dropped.
 */
export const unsortedSegmentSum: KernelReplacement = {
  kernel: "UnsortedSegmentSum",
  backend: "wasm",
  make: () => ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const rows = sizeOf(segmentIds!.shape);
    const rowShape = x!.shape.slice(segmentIds!.shape.length);
    const output = wasmTensor(backend, [numSegments as number, ...rowShape]);
    const [from, to] = [wasmValues(backend, x!), wasmValues(backend, output)];
    const segments = (backend as BackendWasm).typedArrayFromHeap(segmentIds!);
    const width = from.length / Math.max(rows, 1);
    to.fill(0);
    for (let row = 0; row < rows; row++) {
      const segment = segments[row]!;
      if (segment < 0) continue;
      for (let i = 0; i < width; i++) to[segment * width + i]! += from[row * width + i]!;
    }
    return output;
  },
};
