import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";
import { adamFactors } from "./adamFactors.ts";
import { type AdamNumbers, fusedAdamKernel } from "./fusedAdam.ts";

/**
 * Adam in one pass. Never in place: XNNPACK keeps weights packed by data id, and would go on multiplying by the old ones.
 */
export const adam: KernelReplacement = {
  kernel: fusedAdamKernel,
  backend: "wasm",
  make: () => ({ inputs: { parameter, gradient, m, v }, attrs, backend: running }) => {
    const { beta1, beta2, epsilon } = attrs as unknown as AdamNumbers;
    const { kept, rateOverBias1, oneOverBias2 } = adamFactors(attrs as unknown as AdamNumbers);
    const backend = running as BackendWasm;
    const outputs = [0, 1, 2].map(() => wasmTensor(backend, parameter!.shape));
    const bytes = 4 * parameter!.shape.reduce((size, extent) => size * extent, 1);
    const [newP, newM, newV] = outputs.map((tensor) => addressOf(backend, tensor)) as [number, number, number];
    const [p, g, m0, v0] = [parameter!, gradient!, m!, v!].map((tensor) => addressOf(backend, tensor)) as [number, number, number, number];
    simdKernels(backend).adam(
      newP,
      newM,
      newV,
      p,
      g,
      m0,
      v0,
      bytes,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      kept,
      rateOverBias1,
      oneOverBias2,
      epsilon,
    );
    return outputs;
  },
};
