import type { tf } from "../../../math/tensor.ts";
import type { HeapScratch } from "./heapScratch.ts";
import type { SimdKernels } from "./simdKernels.ts";

/** A batch of images with room for the padding, so that no window of a convolution needs clipping. Strides in bytes. */
export interface PaddedImage {
  readonly address: number;
  readonly size: number;
  readonly rowStride: number;
  /** Address of a window's first value. */
  windowAt(batch: number, outY: number, outX: number): number;
}

/** Lays a padded image out; its values are not set. */
export function paddedImage(scratch: HeapScratch, shape: tf.backend_util.Conv2DInfo): PaddedImage {
  const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
    shape;
  const height = Math.max(padInfo.top + inHeight, (outHeight - 1) * strideHeight + filterHeight);
  const width = Math.max(padInfo.left + inWidth, (outWidth - 1) * strideWidth + filterWidth);
  const size = batchSize * height * width * inChannels;
  const address = scratch.floats(size);
  const pixelStride = 4 * inChannels;
  const rowStride = width * pixelStride;
  return {
    address,
    size,
    rowStride,
    windowAt: (batch, outY, outX) => address + (batch * height + outY * strideHeight) * rowStride + outX * strideWidth * pixelStride,
  };
}

/** Copies images in, with zeros around them. */
export function pad(simd: SimdKernels, scratch: HeapScratch, from: number, image: PaddedImage, shape: tf.backend_util.Conv2DInfo): void {
  scratch.view(image.address, image.size).fill(0);
  eachImage(
    from,
    image,
    shape,
    (plain, padded, rowBytes) => simd.copyRuns(padded, image.rowStride, plain, rowBytes, rowBytes, shape.inHeight),
  );
}

/** Copies the images out, without their padding. */
export function crop(simd: SimdKernels, image: PaddedImage, to: number, shape: tf.backend_util.Conv2DInfo): void {
  eachImage(
    to,
    image,
    shape,
    (plain, padded, rowBytes) => simd.copyRuns(plain, rowBytes, padded, image.rowStride, rowBytes, shape.inHeight),
  );
}

function eachImage(
  plain: number,
  image: PaddedImage,
  shape: tf.backend_util.Conv2DInfo,
  copy: (plain: number, padded: number, rowBytes: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = shape;
  const rowBytes = 4 * inWidth * inChannels;
  const paddedBytes = (4 * image.size) / batchSize;
  const inset = padInfo.top * image.rowStride + 4 * padInfo.left * inChannels;
  for (let b = 0; b < batchSize; b++) copy(plain + b * inHeight * rowBytes, image.address + b * paddedBytes + inset, rowBytes);
}

/** Calls back for the pixels `[first, first + count)` of the output with their number within the block and their window. */
export function eachWindow(
  image: PaddedImage,
  shape: tf.backend_util.Conv2DInfo,
  first: number,
  count: number,
  visit: (index: number, window: number) => void,
): void {
  const { outHeight, outWidth } = shape;
  let x = first % outWidth;
  let y = Math.floor(first / outWidth) % outHeight;
  let b = Math.floor(first / (outWidth * outHeight));
  for (let index = 0; index < count; index++) {
    visit(index, image.windowAt(b, y, x));
    if (++x < outWidth) continue;
    x = 0;
    if (++y < outHeight) continue;
    y = 0;
    b++;
  }
}
