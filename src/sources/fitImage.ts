import type { RgbaImage } from "./decodeImage.ts";
import { keptChannels, type Rgb } from "./paper.ts";
import { resample } from "./resample.ts";

/** How an image comes to fill a square. */
export interface FitOptions {
  readonly size: number;
  /** "letterbox": all of it, with background on two sides. "crop": the square in its middle. */
  readonly fit: "letterbox" | "crop";
  readonly background: Rgb;
  readonly channels: 1 | 3;
}

/**
 * An image as byte pixels `[size, size, channels]`: flattened onto the background, cropped or with background added, and
 * resampled without aliasing.
 *
 * It is flattened first: the colour of a transparent pixel is nobody's business, and would bleed into its neighbours.
 */
export function fitImage(image: RgbaImage, { size, fit, background, channels }: FitOptions): Uint8Array {
  const square = Math.min(image.width, image.height);
  const [width, height] = fit === "crop" ? [square, square] : [image.width, image.height];
  const left = (image.width - width) >> 1;
  const top = (image.height - height) >> 1;
  const flat = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((y + top) * image.width + x + left) * 4;
      const to = (y * width + x) * 3;
      const alpha = image.data[from + 3]! / 255;
      for (let channel = 0; channel < 3; channel++) flat[to + channel] = alpha * image.data[from + channel]! + (1 - alpha) * background[channel]!;
    }
  }
  const scale = size / Math.max(width, height);
  const toWidth = Math.max(1, Math.round(width * scale));
  const toHeight = Math.max(1, Math.round(height * scale));
  const small = resample(flat, [height, width, 3], [toHeight, toWidth]);
  const whole = new Float32Array(size * size * 3);
  for (let to = 0; to < whole.length; to++) whole[to] = background[to % 3]!;
  const offset = ((size - toHeight) >> 1) * size + ((size - toWidth) >> 1);
  for (let y = 0; y < toHeight; y++) whole.set(small.subarray(y * toWidth * 3, (y + 1) * toWidth * 3), (offset + y * size) * 3);
  return keptChannels(whole, 3, channels);
}
