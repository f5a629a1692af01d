import { leakyReluGrad } from "./leakyReluGrad/webgpu.ts";
import { replaceKernel } from "./replaceKernel.ts";
import { tile } from "./tile/webgpu.ts";

/** Installs what `webgpu` lacks. @returns the names of our kernels. */
export function installWebgpuKernels(): readonly string[] {
  return [leakyReluGrad, tile].map(replaceKernel);
}
