import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import { type Activation, activationKey, noActivation } from "../activation.ts";
import { convolutionConstants } from "../convolutionConstants.ts";
import { convolutionShape } from "../convolutionShape.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader, type Width } from "../runShader.ts";
import { tileOf } from "../tiles.ts";
import { workgroupProduct } from "../workgroupTile.ts";
import { conv2dBackpropInputProduct, conv2dBackpropInputShader } from "./conv2dBackpropInput.wgsl.ts";

/**
 * The gradient of a convolution's input, and with it the transposed convolution. tfjs tries every tap on every pixel; with
 * stride 2 three of four miss.
 */
export const conv2dBackpropInput: KernelReplacement = {
  kernel: "Conv2DBackpropInput",
  backend: "webgpu",
  make: (stock) => (call) => {
    const { inputs: { dy, filter }, attrs } = call;
    const backend = call.backend as WebGPUBackend;
    if (attrs["dataFormat"] !== "NHWC" || !isForShaders(backend, [dy!, filter!])) return stock!(call);
    return convolveBack(backend, [dy!, filter!], convolutionShape(attrs["inputShape"] as number[], filter!.shape, attrs), noActivation);
  },
};

/** The transposed convolution of dy with the filter, with a bias per channel if there is one, activated. `shape` is the convolution's. */
export function convolveBack(
  backend: WebGPUBackend,
  tensors: readonly [dy: tf.TensorInfo, filter: tf.TensorInfo, bias?: tf.TensorInfo],
  shape: tf.backend_util.Conv2DInfo,
  activation: Activation,
): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth } = shape;
  const phaseHeight = Math.ceil(inHeight / strideHeight);
  const phaseWidth = Math.ceil(inWidth / strideWidth);
  const tile = tileOf(backend, batchSize * phaseHeight * phaseWidth, inChannels, strideHeight * strideWidth);
  const [dy, filter, bias] = tensors;
  const hasBias = bias !== undefined;
  const swapped = inChannels === 1 ? filter : swapChannels(backend, filter, shape);
  const inputs: Record<string, Width> = { dy: 1, w: tile.width, ...(hasBias ? { bias: tile.width } : {}) };
  const output = runShader(
    backend,
    {
      name: `conv2dBackpropInput_${activationKey(activation)}`,
      constants: { ...convolutionConstants(shape), PHASE_HEIGHT: phaseHeight, PHASE_WIDTH: phaseWidth },
      inputs,
      outputWidth: tile.width,
      ...(tile.kind === "workgroup"
        ? workgroupProduct(tile, { ...conv2dBackpropInputProduct(shape, tile.width), hasBias, activation })
        : { threads: tile.across * tile.down * strideHeight * strideWidth, code: () => conv2dBackpropInputShader(tile, hasBias, activation) }),
    },
    hasBias ? [dy, swapped, bias] : [dy, swapped],
    shape.inShape,
  );
  if (swapped !== filter) backend.disposeData(swapped.dataId);
  return output;
}

/**
 * [ky, kx, c, n] → [ky, kx, n, c], so that a thread's columns lie beside each other. Reading the filter as it is saves
 * this dispatch of some 40 µs, but doubled the time of the one that follows (DCGAN's 4 × 4 × 32 × 64 on llvmpipe).
 */
function swapChannels(
  backend: WebGPUBackend,
  filter: tf.TensorInfo,
  { filterHeight, filterWidth, inChannels, outChannels }: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  return runShader(
    backend,
    {
      name: "swapChannels",
      constants: { CHANNELS: inChannels, OUT_CHANNELS: outChannels },
      inputs: { w: 1 },
      outputWidth: 1,
      threads: filterHeight * filterWidth * inChannels * outChannels,
      code: () => `
        let c = index % CHANNELS;
        let n = (index / CHANNELS) % OUT_CHANNELS;
        result[index] = w[index - index % (CHANNELS * OUT_CHANNELS) + c * OUT_CHANNELS + n];`,
    },
    [filter],
    [filterHeight, filterWidth, outChannels, inChannels],
  );
}
