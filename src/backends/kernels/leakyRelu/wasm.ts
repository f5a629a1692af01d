import { sizeOf } from "../../../math/tensor.ts";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";

/** Leaky ReLU by lanes; tfjs' branches per value. */
export const leakyRelu: KernelReplacement = {
  kernel: "LeakyRelu",
  backend: "wasm",
  make: (stock) => (call) => {
    const { inputs: { x }, attrs: { alpha } } = call;
    if (x!.dtype !== "float32") return stock!(call);
    const backend = call.backend as BackendWasm;
    const output = wasmTensor(backend, x!.shape);
    const bytes = 4 * sizeOf(x!.shape);
    simdKernels(backend).leakyRelu(addressOf(backend, output), addressOf(backend, x!), bytes, alpha as number);
    return output;
  },
};
