import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { framesOf, writeAnimation } from "../../src/sinks/writeAnimation.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly delay: number;
  /** RGB of each pixel. */
  readonly pixels: readonly (readonly number[])[];
}

/** A GIF read by the book (GIF89a specification), whose colour tables and LZW codes are taken apart here. */
function readGif(bytes: Uint8Array): { readonly repeats: number | undefined; readonly frames: readonly Frame[] } {
  assert.equal(String.fromCharCode(...bytes.subarray(0, 6)), "GIF89a");
  const short = (at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  const tableAt = (at: number, flags: number): { readonly table: number[][]; readonly end: number } => {
    const count = flags & 0x80 ? 2 << (flags & 7) : 0;
    return { table: Array.from({ length: count }, (_, i) => [...bytes.subarray(at + 3 * i, at + 3 * i + 3)]), end: at + 3 * count };
  };
  const global = tableAt(13, bytes[10]!);
  let at = global.end;
  let delay = 0;
  let repeats: number | undefined;
  const frames: Frame[] = [];
  const blocks = (): Uint8Array => {
    const parts: number[] = [];
    while (bytes[at] !== 0) {
      parts.push(...bytes.subarray(at + 1, at + 1 + bytes[at]!));
      at += 1 + bytes[at]!;
    }
    at++;
    return Uint8Array.from(parts);
  };
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      const kind = bytes[at + 1];
      at += 2;
      const data = blocks();
      if (kind === 0xf9) delay = (data[1]! | (data[2]! << 8)) * 10;
      if (kind === 0xff) repeats = data[12]! | (data[13]! << 8);
    } else {
      assert.equal(bytes[at], 0x2c);
      const [width, height] = [short(at + 5), short(at + 7)];
      const local = tableAt(at + 10, bytes[at + 9]!);
      at = local.end + 1;
      const table = local.table.length > 0 ? local.table : global.table;
      const indices = unpack(blocks(), bytes[local.end]!);
      assert.equal(indices.length, width * height);
      frames.push({ width, height, delay, pixels: indices.map((index) => table[index]!) });
    }
  }
  return { repeats, frames };
}

/** LZW with variable code lengths. */
function unpack(data: Uint8Array, minimum: number): number[] {
  const clear = 1 << minimum;
  const out: number[] = [];
  let dictionary: number[][] = [];
  let [length, bit] = [minimum + 1, 0];
  let previous: number[] | undefined;
  for (;;) {
    let code = 0;
    for (let i = 0; i < length; i++, bit++) code |= ((data[bit >> 3]! >> (bit & 7)) & 1) << i;
    if (code === clear + 1) return out;
    if (code === clear) {
      dictionary = Array.from({ length: clear + 2 }, (_, i) => [i]);
      [length, previous] = [minimum + 1, undefined];
      continue;
    }
    const entry = dictionary[code] ?? [...previous!, previous![0]!];
    out.push(...entry);
    if (previous !== undefined && dictionary.length < 4096) dictionary.push([...previous, entry[0]!]);
    if (dictionary.length === 1 << length && length < 12) length++;
    previous = entry;
  }
}

const grey = (values: readonly number[], range?: readonly [number, number]) => ({
  count: values.length / 4, shape: [2, 2, 1], values: Float32Array.from(values), ...(range === undefined ? {} : { range }),
});

describe("writeAnimation", () => {
  it("writes every frame's grid with its greys, its time and no end", async () => {
    const path = join(root, "new", "greys.gif");
    await writeAnimation(path, [grey([-1, 0, 1, 0.5], [-1, 1]), grey([1, 1, -1, -1], [-1, 1])], { scale: 1, frameMs: 50 });
    const { repeats, frames } = readGif(await readFile(path));
    assert.equal(repeats, 0);
    assert.deepEqual(frames.map(({ width, height, delay }) => [width, height, delay]), [[6, 6, 50], [6, 6, 50]]);
    const inner = ({ pixels }: Frame): number[][] => [14, 15, 20, 21].map((i) => [...pixels[i]!]);
    assert.deepEqual(inner(frames[0]!), [[0, 0, 0], [128, 128, 128], [255, 255, 255], [191, 191, 191]]);
    assert.deepEqual(inner(frames[1]!), [[255, 255, 255], [255, 255, 255], [0, 0, 0], [0, 0, 0]]);
    assert.deepEqual(await readdir(join(root, "new")), ["greys.gif"]);
  });

  it("has one scale of greys for all frames where the range is not told", async () => {
    const path = join(root, "scale.gif");
    await writeAnimation(path, [grey([0, 0, 0, 1]), grey([0, 0, 0, 2])], { scale: 1, times: 3 });
    const { repeats, frames } = readGif(await readFile(path));
    assert.equal(repeats, 2);
    assert.deepEqual(frames.map(({ pixels }) => pixels[21]![0]), [128, 255]);
  });

  it("keeps few colours as they are", async () => {
    const path = join(root, "colours.gif");
    const values = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1);
    await writeAnimation(path, [{ count: 1, shape: [2, 2, 3], range: [0, 1], values }], { scale: 1, times: 1 });
    const { frames } = readGif(await readFile(path));
    assert.deepEqual([14, 15, 20, 21].map((i) => [...frames[0]!.pixels[i]!]), [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]);
  });

  it("refuses no frames, frames of different shapes, and wrong options", async () => {
    const path = join(root, "none.gif");
    await assert.rejects(writeAnimation(path, []), /frames: expected at least one/);
    await assert.rejects(writeAnimation(path, [grey([0, 0, 0, 0]), grey([0, 0, 0, 0, 0, 0, 0, 0])]), /others in frame 1/);
    await assert.rejects(writeAnimation(path, [grey([0, 0, 0, 0])], { frameMs: 1 }), /frameMs: expected a number >= 10/);
  });
});

describe("framesOf", () => {
  it("parts samples into frames of so many", () => {
    const frames = framesOf(grey([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]), 2);
    assert.deepEqual(frames.map(({ count, values }) => [count, ...values]), [[2, 1, 2, 3, 4, 5, 6, 7, 8], [2, 9, 10, 11, 12, 13, 14, 15, 16]]);
    assert.throws(() => framesOf(grey([1, 2, 3, 4]), 2), ConfigurationError);
  });
});
