import type { tf } from "../../../math/tensor.ts";

/**
 * Adds every window's row of `columns` [pixels, filterHeight · filterWidth · channels] into the image it was taken from
 * (col2im); what falls into the padding is dropped.
 */
export function addColumns(columns: Float32Array, image: Float32Array, shape: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, filterHeight, filterWidth } = shape;
  const { strideHeight, strideWidth, padInfo } = shape;
  const window = filterHeight * filterWidth * channels;
  image.fill(0);
  let row = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, row += window) {
        const left = ox * strideWidth - padInfo.left;
        // The taps of a filter row that lie inside the image are neighbours both there and in the column.
        const first = Math.max(0, -left);
        const count = (Math.min(filterWidth, inWidth - left) - first) * channels;
        for (let ky = 0; ky < filterHeight; ky++) {
          const y = oy * strideHeight + ky - padInfo.top;
          if (y < 0 || y >= inHeight) continue;
          const to = ((b * inHeight + y) * inWidth + left + first) * channels;
          const from = row + (ky * filterWidth + first) * channels;
          for (let i = 0; i < count; i++) image[to + i]! += columns[from + i]!;
        }
      }
    }
  }
}
