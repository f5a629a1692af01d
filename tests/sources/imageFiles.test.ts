import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { decodeImage } from "../../src/sources/decodeImage.ts";
import { orientationOf, upright } from "../../src/sources/exifOrientation.ts";
import { fitImage } from "../../src/sources/fitImage.ts";
import { keptChannels } from "../../src/sources/paper.ts";
import { resample } from "../../src/sources/resample.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

interface Resampled {
  readonly from: [number, number, number];
  readonly to: [number, number];
  readonly pixels: number[];
  readonly expected: number[];
}
interface Kept {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgba: number[];
  readonly tolerance: number;
}
const references = JSON.parse(readFileSync(new URL("../references/images.json", import.meta.url), "utf8")) as {
  readonly resampled: readonly Resampled[];
  readonly files: readonly Kept[];
};
const bytesOf = ({ file }: Kept): Uint8Array => Uint8Array.from(Buffer.from(file, "base64"));
const fileNamed = (name: string): Uint8Array => bytesOf(references.files.find((file) => file.name === name)!);

describe("decodeImage", () => {
  for (const kept of references.files) {
    it(`reads ${kept.name} as PIL does`, () => {
      const { width, height, data } = decodeImage(bytesOf(kept));
      assert.deepEqual([width, height], [kept.width, kept.height]);
      assert.equal(data.length, kept.rgba.length);
      const most = data.reduce((worst, value, i) => {
        // What colour a wholly transparent pixel has is nobody's business.
        const isSeen = i % 4 === 3 || kept.rgba[i - (i % 4) + 3]! > 0;
        return isSeen ? Math.max(worst, Math.abs(value - kept.rgba[i]!)) : worst;
      }, 0);
      assert.ok(most <= kept.tolerance, `off by ${most}`);
    });
  }

  it("refuses what is damaged or something else", () => {
    const png = fileNamed("rgb.png");
    const jpeg = fileNamed("photo.jpg");
    assert.throws(() => decodeImage(png.subarray(0, png.length - 30)), Error);
    const bent = Uint8Array.from(png);
    bent[50]! ^= 1;
    assert.throws(() => decodeImage(bent), Error);
    assert.throws(() => decodeImage(jpeg.subarray(0, jpeg.length - 60)), Error);
    assert.throws(() => decodeImage(Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39])), /expected a PNG or JPEG file, found one that begins 47 49 46 38/);
    assert.throws(() => decodeImage(new Uint8Array(0)), /found an empty one/);
  });
});

describe("orientationOf", () => {
  // A TIFF header, a directory of one entry: tag 0x0112, SHORT, one value.
  const little = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
  const big = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0];

  it("reads either byte order, with the leading name or without", () => {
    assert.equal(orientationOf(Uint8Array.from(little)), 6);
    assert.equal(orientationOf(Uint8Array.from(big)), 8);
    assert.equal(orientationOf(Uint8Array.from([...new TextEncoder().encode("Exif\0\0"), ...big])), 8);
  });

  it("is 1 where nothing sensible is said", () => {
    for (const said of [[], [1, 2, 3], little.slice(0, 12), little.with(18, 9), little.with(0, 0x50), little.with(4, 200), little.with(10, 0x13)]) {
      assert.equal(orientationOf(Uint8Array.from(said)), 1, said.join());
    }
  });

  it("turns twice by a half to what was, and keeps every pixel", () => {
    const data = Uint8Array.from({ length: 24 }, (_, i) => i);
    const image = { width: 3, height: 2, data };
    assert.deepEqual([...upright(upright(image, 3), 3).data], [...data]);
    // 6: the camera was turned left, so the stored image's left column is the upright one's top row, read upwards.
    const turned = upright(image, 6);
    assert.deepEqual([turned.width, turned.height, turned.data[0], turned.data[4]], [2, 3, 12, 0]);
  });
});

describe("resample", () => {
  for (const { from, to, pixels, expected } of references.resampled) {
    it(`brings ${from.slice(0, 2).join(" x ")} to ${to.join(" x ")} as PyTorch does with antialias`, () => {
      close(resample(Float32Array.from(pixels), from, to), expected, 1e-4);
    });
  }

  it("keeps a mean that plain bilinear would lose: a checkerboard becomes grey", () => {
    const board = Float32Array.from({ length: 32 * 32 }, (_, i) => 255 * (((i >> 5) + i) & 1));
    const small = resample(board, [32, 32, 1], [4, 4]);
    // Inside, the triangle's weights on black and white are alike.
    close([small[5]!, small[6]!, small[9]!, small[10]!], [127.5, 127.5, 127.5, 127.5], 1e-4);
  });
});

describe("fitImage", () => {
  const plain = (width: number, height: number, rgba: readonly number[]) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height * 4 }, (_, i) => rgba[i % 4]!),
  });

  it("flattens onto the background: alpha times the colour and the rest of what is behind", () => {
    const image = plain(2, 2, [200, 100, 0, 51]);
    const [red, green, blue] = fitImage(image, { size: 2, fit: "letterbox", background: [255, 0, 100], channels: 3 });
    // 51 / 255 = 1/5.
    assert.deepEqual([red, green, blue], [200 / 5 + 255 * 4 / 5, 100 / 5, 100 * 4 / 5]);
  });

  it("lets no transparent colour bleed in", () => {
    const image = { width: 2, height: 1, data: Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 0]) };
    // Half red, half white background; the green of the transparent pixel is not there.
    assert.deepEqual([...fitImage(image, { size: 1, fit: "letterbox", background: [255, 255, 255], channels: 3 })], [255, 128, 128]);
    const wide = fitImage({ width: 4, height: 4, data: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? [255, 0, 0, 255] : [0, 255, 0, 0])[i % 4]!) }, {
      size: 2, fit: "letterbox", background: [0, 0, 0], channels: 3,
    });
    wide.forEach((value, i) => assert.ok(i % 3 === 0 ? value > 100 : value === 0, `${i}: ${value}`));
  });

  it("letterboxes what is not square, or crops the middle of it", () => {
    // Red, green, green, blue columns of one pixel; two rows.
    const columns = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
    const image = { width: 4, height: 2, data: Uint8Array.from([...columns, ...columns].flat()) };
    const boxed = fitImage(image, { size: 4, fit: "letterbox", background: [9, 9, 9], channels: 3 });
    const row = (y: number): number[] => [...boxed.subarray(y * 12, y * 12 + 12)];
    assert.deepEqual(row(0), new Array(12).fill(9));
    assert.deepEqual(row(1), columns.flatMap((column) => column.slice(0, 3)));
    assert.deepEqual(row(2), row(1));
    assert.deepEqual(row(3), row(0));
    const cropped = fitImage(image, { size: 2, fit: "crop", background: [9, 9, 9], channels: 3 });
    assert.deepEqual([...cropped], [0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0]);
  });

  it("leaves at least a line of what is very thin", () => {
    const thin = fitImage(plain(100, 1, [0, 0, 0, 255]), { size: 8, fit: "letterbox", background: [255, 255, 255], channels: 1 });
    assert.equal(thin.filter((value) => value === 0).length, 8);
  });

  it("keeps the luma of ITU-R BT.601 in one channel", () => {
    assert.deepEqual([...keptChannels([255, 0, 0, 0, 255, 0, 0, 0, 255, 50, 50, 50], 3, 1)], [76, 150, 29, 50]);
    assert.deepEqual([...keptChannels([1, 2, 3, 255], 4, 3)], [1, 2, 3]);
  });
});

describe("a file of 16 bits written by hand", () => {
  it("is read with its lower bytes rounded in", () => {
    const crcTable = Array.from({ length: 256 }, (_, n) => {
      let c = n;
      for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
      return c;
    });
    const chunk = (type: string, content: Uint8Array): number[] => {
      const body = [...new TextEncoder().encode(type), ...content];
      const crc = ~body.reduce((c, byte) => crcTable[(c ^ byte) & 255]! ^ (c >>> 8), -1);
      const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
      return [...word(content.length), ...body, ...word(crc)];
    };
    const header = Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 16, 6, 0, 0, 0]);
    // One pixel: 0x8000 / 257 = 127.5 → 128, 0x00ff / 257 = 0.99 → 1, 0xffff → 255, alpha 0x0101 → 1.
    const pixel = deflateSync(Uint8Array.from([0, 0x80, 0, 0, 0xff, 0xff, 0xff, 1, 1]));
    const file = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunk("IHDR", header), ...chunk("IDAT", pixel), ...chunk("IEND", new Uint8Array(0))];
    assert.deepEqual([...decodeImage(Uint8Array.from(file)).data], [128, 1, 255, 1]);
  });
});
