import { sizeOf } from "../../../math/tensor.ts";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";
import { siluGradKernel } from "./silu.ts";

/** `SiluGrad(x, sigmoid, dy)` in one pass instead of six. */
export const siluGrad: KernelReplacement = {
  kernel: siluGradKernel,
  backend: "wasm",
  make: () => (call) => {
    const { x, sigmoid, dy } = call.inputs;
    const backend = call.backend as BackendWasm;
    const output = wasmTensor(backend, x!.shape);
    const bytes = 4 * sizeOf(x!.shape);
    simdKernels(backend).siluGrad(addressOf(backend, output), addressOf(backend, x!), addressOf(backend, sigmoid!), addressOf(backend, dy!), bytes, 1);
    return output;
  },
};
