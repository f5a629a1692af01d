import { adam } from "./adam/webgpu.ts";
import { affine } from "./affine/webgpu.ts";
import { batchNorm } from "./batchNorm/webgpu.ts";
import { closeness } from "./closeness/webgpu.ts";
import { convolutions } from "./conv2d/webgpu.ts";
import { conv2dBackpropFilter, upsampledBackpropFilter } from "./conv2dBackpropFilter/webgpu.ts";
import { conv2dBackpropInput } from "./conv2dBackpropInput/webgpu.ts";
import { drawn } from "./drawn/webgpu.ts";
import { leakyReluGrad } from "./leakyReluGrad/webgpu.ts";
import { meanSoftplus } from "./meanSoftplus/webgpu.ts";
import { mix } from "./mix/webgpu.ts";
import { products } from "./matMul/webgpu.ts";
import { reductions } from "./reduction/webgpu.ts";
import { replaceKernel } from "./replaceKernel.ts";
import { rmsprop } from "./rmsprop/webgpu.ts";
import { sgd } from "./sgd/webgpu.ts";
import { sumBlocks } from "./sumBlocks/webgpu.ts";
import { tile } from "./tile/webgpu.ts";

const kernels = [...affine, ...convolutions, conv2dBackpropFilter, upsampledBackpropFilter, conv2dBackpropInput, ...products, ...reductions, ...batchNorm, ...adam, ...rmsprop, ...sgd, ...closeness, drawn, leakyReluGrad, ...meanSoftplus, mix, sumBlocks, tile];

/** Installs what `webgpu` lacks or does slowly. @returns the names of our kernels. */
export function installWebgpuKernels(): readonly string[] {
  return kernels.map(replaceKernel);
}
