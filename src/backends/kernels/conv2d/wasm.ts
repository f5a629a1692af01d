import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { convolutionShape } from "../convolutionShape.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { multiply, packedSize, packPanels, panelsFor } from "../simd/matrixProduct.ts";
import { eachWindow, pad, paddedImage } from "../simd/paddedImage.ts";
import { panelWidth, tileRows } from "../simd/rowProduct.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";

/** Output pixels gathered at a time: few enough for their windows to stay in the first-level cache. */
const block = 2 * tileRows;

/** A convolution as a product: windows gathered into rows, [pixels, window · ci] × [window · ci, co]. */
export const conv2d: KernelReplacement = {
  kernel: "Conv2D",
  backend: "wasm",
  make: (stock) => (call) => {
    const { inputs: { x, filter }, attrs } = call;
    const isDilated = [attrs["dilations"]].flat().some((dilation) => dilation !== 1);
    if (isDilated || x!.dtype !== "float32" || filter!.dtype !== "float32") return stock!(call);
    const backend = call.backend as BackendWasm;
    const simd = simdKernels(backend);
    const shape = convolutionShape(x!.shape, filter!.shape, attrs);
    const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = shape;
    const pixels = batchSize * outHeight * outWidth;
    const window = filterHeight * filterWidth * inChannels;
    const run = 4 * filterWidth * inChannels;

    const output = backend.makeOutput(shape.outShape, "float32");
    const scratch = heapScratch(backend);
    const image = paddedImage(scratch, shape);
    const packed = scratch.floats(packedSize(window, outChannels));
    const rows = { address: scratch.floats(block * window), stride: 4 * window };
    const isWhole = outChannels % panelWidth === 0;
    const wideColumns = panelsFor(outChannels) * panelWidth;
    const wide = { address: isWhole ? 0 : scratch.floats(block * wideColumns), stride: 4 * wideColumns };

    const weights = {
      address: addressOf(backend, filter!),
      depth: window,
      columns: outChannels,
      rowStride: 4 * outChannels,
      columnStride: 4,
    };
    const panels = packPanels(simd, scratch, weights, packed);
    pad(simd, scratch, addressOf(backend, x!), image, shape);
    const target = addressOf(backend, output);
    for (let first = 0; first < pixels; first += block) {
      const count = Math.min(block, pixels - first);
      eachWindow(
        image,
        shape,
        first,
        count,
        (index, at) => simd.copyRuns(rows.address + index * rows.stride, run, at, image.rowStride, run, filterHeight),
      );
      const to = { address: target + 4 * first * outChannels, stride: 4 * outChannels };
      multiply(simd, rows, panels, isWhole ? to : wide, count, window);
      if (!isWhole) simd.copyRuns(to.address, to.stride, wide.address, wide.stride, to.stride, count);
    }
    scratch.free();
    return output;
  },
};
