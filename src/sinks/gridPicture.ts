import { extremes, type Picture, type Samples } from "./picture.ts";

export interface GridOptions {
  /** Samples in a row; as many as make the grid nearly square unless told. */
  readonly columns?: number;
  /** Side of the square each pixel becomes; unless told as large as brings a sample to about 64 pixels. */
  readonly scale?: number;
}

/** Width of the lines between samples, in pixels of the picture. */
const GAP = 2;
const USUAL_SIDE = 64;

/**
 * Images side by side, row by row from the upper left, with black lines between them. Greys for one channel, RGB for
 * three, RGBA for four; each value is mapped from the samples' range to 0 … 255, and cut off there.
 *
 * @throws RangeError where the samples are no images
 */
export function gridPicture({ count, shape, range, values }: Samples, { columns, scale }: GridOptions = {}): Picture {
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || shape.length > 3 || (channels !== 1 && channels !== 3 && channels !== 4)) {
    throw new RangeError(
      `samples of shape [${shape.join(", ")}] make no picture; expected [height, width, channels] with 1, 3 or 4 channels, or points of shape [2]`,
    );
  }
  const across = Math.min(columns ?? Math.ceil(Math.sqrt(count)), count);
  const size = scale ?? Math.max(1, Math.round(USUAL_SIDE / Math.max(height, width)));
  const cellWidth = width * size + GAP;
  const cellHeight = height * size + GAP;
  const picture = {
    width: across * cellWidth + GAP,
    height: Math.ceil(count / across) * cellHeight + GAP,
    channels,
  } as const;
  const data = new Uint8Array(picture.width * picture.height * channels);
  if (channels === 4) for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255;
  const toByte = byteOf(range ?? extremes(values));
  for (let sample = 0; sample < count; sample++) {
    const left = GAP + (sample % across) * cellWidth;
    const top = GAP + Math.floor(sample / across) * cellHeight;
    for (let y = 0; y < height * size; y++) {
      const row = (sample * height + Math.floor(y / size)) * width;
      for (let x = 0; x < width * size; x++) {
        const from = (row + Math.floor(x / size)) * channels;
        const to = ((top + y) * picture.width + left + x) * channels;
        for (let channel = 0; channel < channels; channel++) data[to + channel] = toByte(values[from + channel]!);
      }
    }
  }
  return { ...picture, data };
}

function byteOf([low, high]: readonly [number, number]): (value: number) => number {
  const perUnit = 255 / (high > low ? high - low : 1);
  return (value) => Math.min(255, Math.max(0, Math.round((value - low) * perUnit)));
}
