import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import { type Activation, activationKey, noActivation } from "../activation.ts";
import { convolutionConstants } from "../convolutionConstants.ts";
import { convolutionShape } from "../convolutionShape.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader, type Width } from "../runShader.ts";
import { tileOf } from "../tiles.ts";
import { workgroupProduct } from "../workgroupTile.ts";
import { conv2dProduct, conv2dShader } from "./conv2d.wgsl.ts";

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
    if (bias != null && bias.shape.at(-1) !== shape.outChannels) return stock(call);
    return convolve(backend, bias == null ? [x!, filter!] : [x!, filter!, bias], shape, noActivation);
  };
}

/** The convolution of x, its pixels repeated `factor` times, with the filter, with a bias per channel if there is one, activated. */
export function convolve(
  backend: WebGPUBackend,
  tensors: readonly [x: tf.TensorInfo, filter: tf.TensorInfo, bias?: tf.TensorInfo],
  shape: tf.backend_util.Conv2DInfo,
  activation: Activation,
  factor = 1,
): tf.TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels } = shape;
  const tile = tileOf(backend, batchSize * outHeight * outWidth, outChannels);
  const hasBias = tensors.length === 3;
  const inputs: Record<string, Width> = { x: 1, w: tile.width, ...(hasBias ? { bias: tile.width } : {}) };
  return runShader(
    backend,
    {
      name: `conv2d_${activationKey(activation)}`,
      constants: convolutionConstants(shape, factor),
      inputs,
      outputWidth: tile.width,
      ...(tile.kind === "workgroup"
        ? workgroupProduct(tile, { ...conv2dProduct(shape, tile.width), hasBias, activation })
        : { threads: tile.across * tile.down, code: () => conv2dShader(tile, hasBias, activation) }),
    },
    tensors as readonly tf.TensorInfo[],
    shape.outShape,
  );
}
