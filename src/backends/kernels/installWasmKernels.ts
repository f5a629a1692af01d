import { leakyReluGrad } from "./leakyReluGrad/host.ts";
import { replaceKernel } from "./replaceKernel.ts";

/** Installs what `wasm` lacks or does slowly. @returns the names of our kernels. */
export function installWasmKernels(): readonly string[] {
  return [leakyReluGrad("wasm")].map(replaceKernel);
}
