import { adam } from "./adam/host.ts";
import { leakyReluGrad } from "./leakyReluGrad/host.ts";
import { replaceKernel } from "./replaceKernel.ts";

/** Installs what `cpu` lacks or does slowly. @returns the names of our kernels. */
export function installCpuKernels(): readonly string[] {
  return [adam("cpu"), leakyReluGrad("cpu")].map(replaceKernel);
}
