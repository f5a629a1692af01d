import { adam } from "./adam/cpu.ts";
import { leakyReluGrad } from "./leakyReluGrad/cpu.ts";
import { replaceKernel } from "./replaceKernel.ts";

/** Installs what `cpu` lacks. @returns the names of our kernels. */
export function installCpuKernels(): readonly string[] {
  return [adam, leakyReluGrad].map(replaceKernel);
}
