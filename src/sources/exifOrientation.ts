import type { RgbaImage } from "./decodeImage.ts";

/** How a photo must be turned to stand upright: Exif's 1 … 8. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * The orientation in a TIFF header with its first directory, as a photo's Exif segment holds it (with or without the
 * leading "Exif\0\0"); 1, upright, where it says nothing or nonsense.
 *
 * Reference: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif", 4.6.2 and 4.6.4.
 */
export function orientationOf(exif: Uint8Array): Orientation {
  const start = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : exif[0] === 0 ? 1 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, Math.max(0, exif.byteLength - start));
  if (view.byteLength < 8) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const isLittle = order === 0x4949;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > view.byteLength) return 1;
    if (view.getUint16(at, isLittle) !== ORIENTATION || view.getUint16(at + 2, isLittle) !== SHORT) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** The image turned and mirrored so that it stands upright. */
export function upright(image: RgbaImage, orientation: Orientation): RgbaImage {
  const { width, height, data } = image;
  if (orientation === 1) return { width, height, data };
  const isTurned = orientation >= 5;
  const [toWidth, toHeight] = isTurned ? [height, width] : [width, height];
  // Where pixel (x, y) of the upright image lies in the stored one.
  const [right, bottom] = [width - 1, height - 1];
  const from: Readonly<Record<Orientation, (x: number, y: number) => readonly [number, number]>> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, bottom - y],
    4: (x, y) => [x, bottom - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, bottom - x],
    7: (x, y) => [right - y, bottom - x],
    8: (x, y) => [right - y, x],
  };
  const stored = from[orientation];
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const [column, row] = stored(x, y);
      const at = (row * width + column) * 4;
      turned.set(data.subarray(at, at + 4), (y * toWidth + x) * 4);
    }
  }
  return { width: toWidth, height: toHeight, data: turned };
}
