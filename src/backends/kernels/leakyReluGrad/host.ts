import { type HostBackendName, hostMemory } from "../hostMemory.ts";
import type { KernelReplacement } from "../replaceKernel.ts";

/** `LeakyReluGrad(x, dy; alpha)`: dy where x > 0, alpha·dy elsewhere, in one pass. */
export function leakyReluGrad(backend: HostBackendName): KernelReplacement {
  return {
    kernel: "LeakyReluGrad",
    backend,
    make: () => ({ inputs: { x, dy }, attrs: { alpha }, backend: running }) => {
      const memory = hostMemory(backend, running);
      const output = memory.allocate(x!.shape);
      const [to, at, from] = [memory.values(output), memory.values(x!), memory.values(dy!)];
      const slope = alpha as number;
      for (let i = 0; i < to.length; i++) to[i] = at[i]! > 0 ? from[i]! : slope * from[i]!;
      return output;
    },
  };
}
