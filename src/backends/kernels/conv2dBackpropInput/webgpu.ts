import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import { convolutionConstants } from "../convolutionConstants.ts";
import { convolutionShape } from "../convolutionShape.ts";
import { registerTile } from "../registerTile.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader } from "../runShader.ts";
import { conv2dBackpropInputShader } from "./conv2dBackpropInput.wgsl.ts";

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
    const shape = convolutionShape(attrs["inputShape"] as number[], filter!.shape, attrs);
    const { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth } = shape;
    const phaseHeight = Math.ceil(inHeight / strideHeight);
    const phaseWidth = Math.ceil(inWidth / strideWidth);
    const tile = registerTile(batchSize * phaseHeight * phaseWidth, inChannels);
    const swapped = inChannels === 1 ? filter! : swapChannels(backend, filter!, shape);
    const output = runShader(
      backend,
      {
        name: "conv2dBackpropInput",
        constants: { ...convolutionConstants(shape), PHASE_HEIGHT: phaseHeight, PHASE_WIDTH: phaseWidth },
        inputs: { dy: 1, w: tile.width },
        outputWidth: tile.width,
        threads: tile.across * tile.down * strideHeight * strideWidth,
        code: () => conv2dBackpropInputShader(tile),
      },
      [dy!, swapped],
      shape.inShape,
    );
    if (swapped !== filter) backend.disposeData(swapped.dataId);
    return output;
  },
};

/** [ky, kx, c, n] → [ky, kx, n, c], so that a thread's columns lie beside each other. */
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
