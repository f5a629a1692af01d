import { adam } from "./adam/cpu.ts";
import { leakyReluGrad } from "./leakyReluGrad/cpu.ts";
import { replaceKernel } from "./replaceKernel.ts";
import { rmsprop } from "./rmsprop/cpu.ts";

/** Installs what `cpu` lacks. @returns the names of our kernels. */
export function installCpuKernels(): readonly string[] {
  return [adam, ...rmsprop, leakyReluGrad].map(replaceKernel);
}
