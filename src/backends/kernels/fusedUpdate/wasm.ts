import { sizeOf } from "../../../math/tensor.ts";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelReplacement } from "../replaceKernel.ts";
import { addressOf, type SimdKernels, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";
import { inputsOf, type UpdateRule } from "./fusedUpdate.ts";

/**
 * A rule in one pass of one of our functions, which takes the addresses of the outputs and the inputs, the bytes and the
 * scalars. Never in place: XNNPACK keeps weights packed by data id, and would go on multiplying by the old ones.
 */
export function updateKernel<Numbers extends object>(
  rule: UpdateRule<string, Numbers>,
  functionOf: (kernels: SimdKernels) => (...addressesBytesAndScalars: number[]) => void,
  scalarsOf: (numbers: Numbers) => readonly number[],
): KernelReplacement {
  return {
    kernel: rule.kernel,
    backend: "wasm",
    make: () => ({ inputs, attrs, backend: running }) => {
      const backend = running as BackendWasm;
      const { shape } = inputs["parameter"]!;
      const outputs = ["parameter", ...rule.slots].map(() => wasmTensor(backend, shape));
      const addresses = [...outputs, ...inputsOf(rule).map((name) => inputs[name]!)].map((tensor) => addressOf(backend, tensor));
      const bytes = 4 * sizeOf(shape);
      functionOf(simdKernels(backend))(...addresses, bytes, ...scalarsOf(attrs as unknown as Numbers));
      return outputs;
    },
  };
}
