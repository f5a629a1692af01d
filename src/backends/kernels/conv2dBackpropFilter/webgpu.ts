import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { upsampledBackpropFilterKernel } from "../affine/affine.ts";
import { asFloats } from "../asFloats.ts";
import { convolutionConstants } from "../convolutionConstants.ts";
import { convolutionShape, enlarged } from "../convolutionShape.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader } from "../runShader.ts";
import { sumPartials } from "../sumPartials.ts";
import { tileOf } from "../tiles.ts";
import { workgroupProduct, workgroupsWanted } from "../workgroupTile.ts";
import { conv2dBackpropFilterProduct, conv2dBackpropFilterShader } from "./conv2dBackpropFilter.wgsl.ts";

/** Threads that keep a GPU busy; a filter alone gives it some hundreds. */
const threadsWanted = 4096;

/**
 * The gradient of a convolution's filter as a matrix product, dW [window · c, n] = Σ rows [pixels, window · c]ᵀ × dy
 * [pixels, n], whose sum over the images is split among threads and added up in a second dispatch. tfjs has one thread per
 * weight walk all images.
 */
export const conv2dBackpropFilter: KernelReplacement = {
  kernel: "Conv2DBackpropFilter",
  backend: "webgpu",
  make: (stock) => (call) => {
    const { inputs: { x, dy }, attrs } = call;
    const backend = call.backend as WebGPUBackend;
    const factor = (attrs["upsample"] as number | undefined) ?? 1;
    if (factor === 1 && (attrs["dataFormat"] !== "NHWC" || !isForShaders(backend, [x!, dy!]))) return stock!(call);
    const shape = convolutionShape(enlarged(x!.shape, factor), attrs["filterShape"] as number[], attrs);
    const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth } = shape;
    const rows = filterHeight * filterWidth * inChannels;
    const tile = tileOf(backend, rows, outChannels);
    const tiles = tile.across * tile.down;
    const images = Math.ceil(batchSize / Math.min(batchSize, Math.ceil((tile.kind === "workgroup" ? workgroupsWanted : threadsWanted) / tiles)));
    const splits = Math.ceil(batchSize / images);
    const group = inChannels % 4 === 0 ? 4 : 1;
    const partials = runShader(
      backend,
      {
        name: "conv2dBackpropFilter",
        constants: { ...convolutionConstants(shape, factor), ROWS: rows, IMAGES: images },
        inputs: { x: group, dy: tile.width },
        outputWidth: tile.width,
        ...(tile.kind === "workgroup"
          ? workgroupProduct(tile, { ...conv2dBackpropFilterProduct(shape, group, tile.width), splits, share: images * outHeight * outWidth })
          : { threads: tiles * splits, code: () => conv2dBackpropFilterShader(tile, group) }),
      },
      [x!, dy!],
      splits === 1 ? shape.filterShape : [splits, rows * outChannels],
    );
    return splits === 1 ? partials : sumPartials(backend, partials, splits, shape.filterShape);
  },
};

/** The same for an image whose pixels are repeated, which tfjs has no kernel for. */
export const upsampledBackpropFilter: KernelReplacement = {
  kernel: upsampledBackpropFilterKernel,
  backend: "webgpu",
  make: () => {
    const gradient = conv2dBackpropFilter.make(undefined);
    return ({ inputs: { x, dy }, attrs, backend }) =>
      asFloats(backend as WebGPUBackend, [x!, dy!], ([image, slopes]) => gradient({ inputs: { x: image!, dy: slopes! }, attrs, backend }));
  },
};
