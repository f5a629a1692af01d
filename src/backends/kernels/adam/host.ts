import { type HostBackendName, hostMemory } from "../hostMemory.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { type AdamNumbers, fusedAdamKernel } from "./fusedAdam.ts";

/**
 * Adam as one loop. Never in place: on wasm XNNPACK keeps weights packed by data id, and would go on convolving with the
 * old ones.
 */
export function adam(backend: HostBackendName): KernelReplacement {
  return {
    kernel: fusedAdamKernel,
    backend,
    make: () => ({ inputs, attrs, backend: running }) => {
      const { rate, beta1, beta2, epsilon, step, decay } = attrs as unknown as Required<AdamNumbers>;
      const memory = hostMemory(backend, running);
      const { parameter, gradient, m, v } = inputs;
      const outputs = [memory.allocate(parameter!.shape), memory.allocate(parameter!.shape), memory.allocate(parameter!.shape)] as const;
      const [p, g, m0, v0] = [memory.values(parameter!), memory.values(gradient!), memory.values(m!), memory.values(v!)];
      const [newP, newM, newV] = [memory.values(outputs[0]), memory.values(outputs[1]), memory.values(outputs[2])];
      const kept = 1 - rate * decay;
      const rateOverBias1 = rate / (1 - beta1 ** step);
      const oneOverBias2 = 1 / (1 - beta2 ** step);
      for (let i = 0; i < newP.length; i++) {
        const slope = g[i]!;
        const mean = beta1 * m0[i]! + (1 - beta1) * slope;
        const square = beta2 * v0[i]! + (1 - beta2) * slope * slope;
        newM[i] = mean;
        newV[i] = square;
        newP[i] = kept * p[i]! - (rateOverBias1 * mean) / (Math.sqrt(square * oneOverBias2) + epsilon);
      }
      return [...outputs];
    },
  };
}
