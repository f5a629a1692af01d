import { adam } from "./adam/host.ts";
import { conv2dBackpropFilter } from "./conv2dBackpropFilter/wasm.ts";
import { conv2dBackpropInput } from "./conv2dBackpropInput/wasm.ts";
import { leakyReluGrad } from "./leakyReluGrad/host.ts";
import { matMul } from "./matMul/wasm.ts";
import { replaceKernel } from "./replaceKernel.ts";
import { tile } from "./tile/wasm.ts";
import { unsortedSegmentSum } from "./unsortedSegmentSum/wasm.ts";

const kernels = [adam("wasm"), conv2dBackpropFilter, conv2dBackpropInput, leakyReluGrad("wasm"), ...matMul, tile, unsortedSegmentSum];

/** Installs what `wasm` lacks or does slowly. @returns the names of our kernels. */
export function installWasmKernels(): readonly string[] {
  return kernels.map(replaceKernel);
}
