import { adam } from "./adam/wasm.ts";
import { batchNorm } from "./batchNorm/wasm.ts";
import { closeness } from "./closeness/wasm.ts";
import { conv2d } from "./conv2d/wasm.ts";
import { conv2dBackpropFilter } from "./conv2dBackpropFilter/wasm.ts";
import { conv2dBackpropInput } from "./conv2dBackpropInput/wasm.ts";
import { drawn } from "./drawn/wasm.ts";
import { cast, identity } from "./identity/wasm.ts";
import { leakyRelu } from "./leakyRelu/wasm.ts";
import { leakyReluGrad } from "./leakyReluGrad/wasm.ts";
import { normaliseByGroup, normaliseByGroupGrad } from "./groupNorm/wasm.ts";
import { fusedMatMul, matMul } from "./matMul/wasm.ts";
import { reductions } from "./reduction/wasm.ts";
import { replaceKernel } from "./replaceKernel.ts";
import { rmsprop } from "./rmsprop/wasm.ts";
import { siluGrad } from "./silu/wasm.ts";
import { tile } from "./tile/wasm.ts";
import { unsortedSegmentSum } from "./unsortedSegmentSum/wasm.ts";

const kernels = [
  ...[conv2d, conv2dBackpropFilter, conv2dBackpropInput, matMul, fusedMatMul],
  ...[leakyRelu, leakyReluGrad, siluGrad, batchNorm, normaliseByGroup, normaliseByGroupGrad, adam, ...rmsprop],
  ...[...reductions, tile, unsortedSegmentSum, identity, cast, drawn, ...closeness],
];

/** Installs what `wasm` lacks or does slowly. @returns the names of our kernels. */
export function installWasmKernels(): readonly string[] {
  return kernels.map(replaceKernel);
}
