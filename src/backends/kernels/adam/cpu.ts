import { cpuTensor, cpuValues } from "../cpuTensors.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { adamFactors } from "./adamFactors.ts";
import { type AdamNumbers, fusedAdamKernel } from "./fusedAdam.ts";

/** Adam as one loop. */
export const adam: KernelReplacement = {
  kernel: fusedAdamKernel,
  backend: "cpu",
  make: () => ({ inputs: { parameter, gradient, m, v }, attrs, backend }) => {
    const { beta1, beta2, epsilon } = attrs as unknown as AdamNumbers;
    const { kept, rateOverBias1, oneOverBias2 } = adamFactors(attrs as unknown as AdamNumbers);
    const outputs = [0, 1, 2].map(() => cpuTensor(backend, parameter!.shape));
    const [p, g, m0, v0] = [parameter!, gradient!, m!, v!].map((tensor) => cpuValues(backend, tensor)) as Four;
    const [newP, newM, newV] = outputs.map((tensor) => cpuValues(backend, tensor)) as unknown as Four;
    for (let i = 0; i < newP.length; i++) {
      const slope = g[i]!;
      const mean = beta1 * m0[i]! + (1 - beta1) * slope;
      const square = beta2 * v0[i]! + (1 - beta2) * slope * slope;
      newM[i] = mean;
      newV[i] = square;
      newP[i] = kept * p[i]! - (rateOverBias1 * mean) / (Math.sqrt(square * oneOverBias2) + epsilon);
    }
    return outputs;
  },
};

type Four = [Float32Array, Float32Array, Float32Array, Float32Array];
