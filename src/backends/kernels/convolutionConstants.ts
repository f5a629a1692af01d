import type { tf } from "../../math/tensor.ts";

/**
 * A convolution's extents under the names our shaders know them by; y[b, oy, ox, n] = Σ x[b, iy, ix, c] · w[ky, kx, c, n]. Of
 * HEIGHT by WIDTH pixels the image holds every FACTOR-th, in both directions.
 */
export function convolutionConstants(shape: tf.backend_util.Conv2DInfo, factor = 1): Readonly<Record<string, number>> {
  return {
    BATCH: shape.batchSize,
    HEIGHT: shape.inHeight,
    WIDTH: shape.inWidth,
    CHANNELS: shape.inChannels,
    OUT_HEIGHT: shape.outHeight,
    OUT_WIDTH: shape.outWidth,
    OUT_CHANNELS: shape.outChannels,
    KERNEL_HEIGHT: shape.filterHeight,
    KERNEL_WIDTH: shape.filterWidth,
    STRIDE_HEIGHT: shape.strideHeight,
    STRIDE_WIDTH: shape.strideWidth,
    TOP: shape.padInfo.top,
    LEFT: shape.padInfo.left,
    FACTOR: factor,
  };
}
