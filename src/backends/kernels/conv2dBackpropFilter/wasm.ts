import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { convolutionShape } from "../convolutionShape.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { accumulateTransposed, packedSize, packPanels, panelsFor, panelsInPlace } from "../simd/matrixProduct.ts";
import { eachWindow, pad, paddedImage } from "../simd/paddedImage.ts";
import { panelWidth } from "../simd/rowProduct.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";

/** Output pixels per product: the more, the less often the sums are loaded and stored; the fewer, the better they are cached. */
const block = 32;

/**
 * The gradient of a convolution's filter, which tfjs lacks on wasm: windows gathered into rows, and their products with dy
 * summed over the pixels, dW [window · ci, co] = Σ rows [pixels, window · ci]ᵀ × dy [pixels, co].
 */
export const conv2dBackpropFilter: KernelReplacement = {
  kernel: "Conv2DBackpropFilter",
  backend: "wasm",
  make: () => (call) => {
    const { inputs: { x, dy }, attrs } = call;
    const backend = call.backend as BackendWasm;
    const simd = simdKernels(backend);
    const shape = convolutionShape(x!.shape, attrs["filterShape"] as number[], attrs);
    const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = shape;
    const pixels = batchSize * outHeight * outWidth;
    const window = filterHeight * filterWidth * inChannels;
    const run = 4 * filterWidth * inChannels;

    const output = backend.makeOutput(shape.filterShape, "float32");
    const scratch = heapScratch(backend);
    const image = paddedImage(scratch, shape);
    const rows = { address: scratch.floats(block * window), stride: 4 * window };
    // Rows of dy that are whole panels are read where they are; others are filled up with zeros first.
    const isWhole = outChannels % panelWidth === 0;
    const packed = isWhole ? 0 : scratch.floats(packedSize(block, outChannels));
    const wideColumns = panelsFor(outChannels) * panelWidth;
    const sums = { address: isWhole ? addressOf(backend, output) : scratch.floats(window * wideColumns), stride: 4 * wideColumns };

    pad(simd, scratch, addressOf(backend, x!), image, shape);
    scratch.view(sums.address, window * wideColumns).fill(0);
    const from = addressOf(backend, dy!);
    for (let first = 0; first < pixels; first += block) {
      const count = Math.min(block, pixels - first);
      eachWindow(
        image,
        shape,
        first,
        count,
        (index, at) => simd.copyRuns(rows.address + index * rows.stride, run, at, image.rowStride, run, filterHeight),
      );
      const slopes = {
        address: from + 4 * first * outChannels,
        depth: count,
        columns: outChannels,
        rowStride: 4 * outChannels,
        columnStride: 4,
      };
      const panels = isWhole ? panelsInPlace(slopes) : packPanels(simd, scratch, slopes, packed);
      accumulateTransposed(simd, rows, panels, sums, window, count);
    }
    if (!isWhole) simd.copyRuns(addressOf(backend, output), 4 * outChannels, sums.address, sums.stride, 4 * outChannels, window);
    scratch.free();
    return output;
  },
};
