import { cpuTensor, cpuValues } from "../cpuTensors.ts";
import type { KernelReplacement } from "../replaceKernel.ts";

/** `LeakyReluGrad(x, dy; alpha)`: dy where x > 0, alpha·dy elsewhere. */
export const leakyReluGrad: KernelReplacement = {
  kernel: "LeakyReluGrad",
  backend: "cpu",
  make: () => ({ inputs: { x, dy }, attrs: { alpha }, backend }) => {
    const output = cpuTensor(backend, x!.shape);
    const [to, at, from] = [cpuValues(backend, output), cpuValues(backend, x!), cpuValues(backend, dy!)];
    const slope = alpha as number;
    for (let i = 0; i < to.length; i++) to[i] = at[i]! > 0 ? from[i]! : slope * from[i]!;
    return output;
  },
};
