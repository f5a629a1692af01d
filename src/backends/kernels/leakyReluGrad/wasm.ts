import { sizeOf } from "../../../math/tensor.ts";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";

/**
 * `LeakyReluGrad(x, dy; alpha)`: dy where x > 0, alpha·dy elsewhere. By lanes: a branch per value, taken at random, costs
 * five times as much.
 */
export const leakyReluGrad: KernelReplacement = {
  kernel: "LeakyReluGrad",
  backend: "wasm",
  make: () => (call) => {
    const { inputs: { x, dy }, attrs: { alpha } } = call;
    const backend = call.backend as BackendWasm;
    const output = wasmTensor(backend, x!.shape);
    const bytes = 4 * sizeOf(x!.shape);
    simdKernels(backend).leakyReluGrad(addressOf(backend, output), addressOf(backend, x!), addressOf(backend, dy!), bytes, alpha as number);
    return output;
  },
};
