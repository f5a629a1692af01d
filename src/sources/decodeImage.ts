import { decode as decodeJpeg } from "jpeg-js";
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import { orientationOf, upright } from "./exifOrientation.ts";

/** Pixels row by row, four bytes each: red, green, blue and alpha, not premultiplied. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

// pngjs has no types of its own.
const { PNG } = createRequire(import.meta.url)("pngjs") as {
  readonly PNG: { readonly sync: { read(file: Uint8Array): RgbaImage } };
};

/**
 * A PNG or JPEG file as RGBA with eight bits a channel, whatever it holds: a palette, greys, greys with alpha, 1 to 16
 * bits, one colour that is transparent. A photo is turned the way its Exif orientation says. The kind of file is known by
 * its first bytes; its name may lie.
 *
 * @throws Error with what is wrong with the file
 */
export function decodeImage(file: Uint8Array): RgbaImage {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) {
    const { width, height, data } = PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    return { width, height, data };
  }
  if (begins(0xff, 0xd8)) {
    const image = decodeJpeg(file, { useTArray: true, tolerantDecoding: false }) as RgbaImage & { readonly exifBuffer?: Uint8Array };
    return upright(image, image.exifBuffer === undefined ? 1 : orientationOf(image.exifBuffer));
  }
  const first = Array.from(file.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new Error(file.length === 0 ? "expected a PNG or JPEG file, found an empty one" : `expected a PNG or JPEG file, found one that begins ${first}`);
}
