import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { convolutionConstants } from "../convolutionConstants.ts";
import { convolutionShape } from "../convolutionShape.ts";
import { registerTile } from "../registerTile.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader, type Width } from "../runShader.ts";
import { conv2dShader } from "./conv2d.wgsl.ts";

/**
 * A convolution as a matrix product whose left factor is read straight from the image. `FusedConv2D` without activation is
 * what tfjs makes of a convolution with a bias.
 */
export const convolutions: readonly KernelReplacement[] = [
  { kernel: "Conv2D", backend: "webgpu", make: (stock) => convolution(stock!) },
  { kernel: "FusedConv2D", backend: "webgpu", make: (stock) => convolution(stock!) },
];

function convolution(stock: Kernel): Kernel {
  return (call) => {
    const { inputs: { x, filter, bias, preluActivationWeights }, attrs } = call;
    const backend = call.backend as WebGPUBackend;
    const { dataFormat, dilations, activation = "linear" } = attrs;
    const isDilated = [dilations ?? 1].flat().some((step) => step !== 1);
    const tensors = bias == null ? [x!, filter!] : [x!, filter!, bias];
    const isPlain = dataFormat === "NHWC" && !isDilated && activation === "linear" && preluActivationWeights == null;
    if (!isPlain || !isForShaders(backend, tensors)) return stock(call);

    const shape = convolutionShape(x!.shape, filter!.shape, attrs);
    const { batchSize, outHeight, outWidth, outChannels } = shape;
    if (bias != null && bias.shape.at(-1) !== outChannels) return stock(call);
    const tile = registerTile(batchSize * outHeight * outWidth, outChannels);
    const inputs: Record<string, Width> = { x: 1, w: tile.width };
    if (bias != null) inputs["bias"] = tile.width;
    return runShader(
      backend,
      {
        name: "conv2d",
        constants: convolutionConstants(shape),
        inputs,
        outputWidth: tile.width,
        threads: tile.across * tile.down,
        code: () => conv2dShader(tile, bias != null),
      },
      tensors,
      shape.outShape,
    );
  };
}
