import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";

/**
 * Tiling of five and more axes, one axis at a time as [outer, run] → [outer, times · run]: tfjs reads such a tensor back
 * to the CPU, synchronously, which needs a canvas and so throws.
 */
export const tile: KernelReplacement = {
  kernel: "Tile",
  backend: "webgpu",
  make: (stock) => (call) => {
    const { inputs: { x }, attrs, backend } = call;
    const gpu = backend as WebGPUBackend;
    const reps = attrs["reps"] as readonly number[];
    if (x!.shape.length < 5 || x!.dtype === "string") return stock!(call);
    const shape = x!.shape.map((extent, axis) => extent * reps[axis]!);
    let current = x!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (reps[axis] === 1) continue;
      const outer = sizeOf(x!.shape.slice(0, axis));
      const run = x!.shape[axis]! * sizeOf(shape.slice(axis + 1));
      const repeated = stock!({
        inputs: { x: { ...current, shape: [outer, run] } },
        attrs: { reps: [1, reps[axis]!] },
        backend,
      }) as tf.TensorInfo;
      if (current !== x) gpu.disposeData(current.dataId);
      current = repeated;
    }
    // Nothing to repeat: a second reference to the same data.
    if (current === x) gpu.incRef(x!.dataId);
    return { dataId: current.dataId, dtype: x!.dtype, shape };
  },
};
