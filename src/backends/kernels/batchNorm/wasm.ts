import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor, wasmValues } from "../wasmTensors.ts";

/** (x − mean) · scale / √(variance + ε) + offset with statistics per channel, by lanes. */
export const batchNorm: KernelReplacement = {
  kernel: "FusedBatchNorm",
  backend: "wasm",
  make: (stock) => (call) => {
    const { inputs: { x, mean, variance, scale, offset }, attrs } = call;
    const channels = x!.shape.at(-1)!;
    const isPerChannel = [mean, variance, scale, offset].every((one) =>
      one == null || (one.shape.length === 1 && one.shape[0] === channels)
    );
    if (x!.dtype !== "float32" || !isPerChannel) return stock!(call);
    const backend = call.backend as BackendWasm;
    const epsilon = attrs["varianceEpsilon"] as number;
    const output = wasmTensor(backend, x!.shape);
    const scratch = heapScratch(backend);
    const [factors, zeros] = [scratch.floats(channels), scratch.floats(channels)];
    const factor = scratch.view(factors, channels);
    const variances = wasmValues(backend, variance!);
    const scales = scale == null ? undefined : wasmValues(backend, scale);
    for (let c = 0; c < channels; c++) factor[c] = (scales?.[c] ?? 1) / Math.sqrt(variances[c]! + epsilon);
    if (offset == null) scratch.view(zeros, channels).fill(0);
    simdKernels(backend).normaliseChannels(
      addressOf(backend, output),
      addressOf(backend, x!),
      addressOf(backend, mean!),
      factors,
      offset == null ? zeros : addressOf(backend, offset),
      4 * channels,
      x!.shape.slice(0, -1).reduce((rows, extent) => rows * extent, 1),
    );
    scratch.free();
    return output;
  },
};
