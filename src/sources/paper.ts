import { type Check, oneOf, optional, satisfies } from "../configuration/checkOptions.ts";

/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What pictures are put on, and what of them is kept. */
export interface PaperOptions {
  /** What shows through, and what fills up a picture that is not square; white unless told. */
  readonly background?: Rgb;
  /** 3 (RGB, unless told) or 1 (their luma, 0.299 R + 0.587 G + 0.114 B). */
  readonly channels?: 1 | 3;
}

export const white: Rgb = [255, 255, 255];
export const black: Rgb = [0, 0, 0];

export const rgbCheck: Check = satisfies(
  "a colour [red, green, blue] of integers 0 … 255",
  (value) => Array.isArray(value) && value.length === 3 && value.every((part) => Number.isInteger(part) && part >= 0 && part <= 255),
);

/** The checks of `PaperOptions`. */
export const paperChecks = { background: optional(rgbCheck), channels: optional(oneOf(1, 3)) };

/**
 * The kept channels of opaque pixels.
 *
 * @param stride values per pixel in `pixels`, of which the first three are red, green and blue
 */
export function keptChannels(pixels: ArrayLike<number>, stride: 3 | 4, channels: 1 | 3): Uint8Array {
  const count = pixels.length / stride;
  const kept = new Uint8Array(count * channels);
  for (let pixel = 0; pixel < count; pixel++) {
    const [red, green, blue] = [pixels[pixel * stride]!, pixels[pixel * stride + 1]!, pixels[pixel * stride + 2]!];
    if (channels === 1) kept[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    else {
      kept[pixel * 3] = Math.round(red);
      kept[pixel * 3 + 1] = Math.round(green);
      kept[pixel * 3 + 2] = Math.round(blue);
    }
  }
  return kept;
}
