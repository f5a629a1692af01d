import { SourceFailed } from "../../src/game/failure.ts";
import { type IconDrawing, iconSet, parseIconSet } from "../../src/sources/iconSet.ts";
import type { Rgb } from "../../src/sources/paper.ts";
import { rasterise } from "../../src/sources/rasterise.ts";
import { assert, describe, it } from "../kit/kit.ts";

const drawing = (body: string, width = 8, height = 8, left = 0, top = 0): IconDrawing => ({ body, width, height, left, top });
const options = { size: 8, background: [255, 255, 255] as Rgb, colour: [0, 0, 0] as Rgb, channels: 3 } as const;
const pixelsOf = async (one: IconDrawing, more: Partial<Parameters<typeof rasterise>[2]> = {}): Promise<readonly (readonly number[])[]> => {
  const [pixels] = await rasterise("test", [one], { ...options, ...more });
  return Array.from({ length: pixels!.length / 3 }, (_, i) => [...pixels!.subarray(3 * i, 3 * i + 3)]);
};
const near = (found: readonly number[] | undefined, expected: Rgb): void =>
  expected.forEach((value, i) => assert.ok(Math.abs(found![i]! - value) <= 1, `${found} is not ${expected}`));

describe("rasterise", () => {
  it("flattens half transparent colours once: alpha times the colour and the rest of the background", async () => {
    // Taken for plain RGBA, premultiplied pixels would give 0.5 · 128 + 0.5 · 255 = 191 in red.
    const half = drawing('<path fill="#f00" fill-opacity=".5" d="M0 0h8v8H0z"/>');
    for (const pixel of await pixelsOf(half)) near(pixel, [255, 127, 127]);
    for (const pixel of await pixelsOf(half, { background: [0, 0, 200] })) near(pixel, [128, 0, 100]);
  });

  it("shows the background where nothing is drawn", async () => {
    const pixels = await pixelsOf(drawing('<path d="M0 0h4v8H0z"/>'), { background: [10, 20, 30] });
    near(pixels[3], [0, 0, 0]);
    near(pixels[4], [10, 20, 30]);
  });

  it("letterboxes what is not square, either way, and starts at the view box's corner", async () => {
    const wide = await pixelsOf(drawing('<path fill="#00f" d="M0 0h8v4H0z"/>', 8, 4));
    const tall = await pixelsOf(drawing('<path fill="#00f" d="M5 7h4v8h-4z"/>', 4, 8, 5, 7));
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        near(wide[y * 8 + x], y >= 2 && y < 6 ? [0, 0, 255] : [255, 255, 255]);
        near(tall[y * 8 + x], x >= 2 && x < 6 ? [0, 0, 255] : [255, 255, 255]);
      }
    }
  });

  it("draws currentColor in the colour it is told, in one channel too", async () => {
    const ink = drawing('<path fill="currentColor" d="M0 0h8v8H0z"/>');
    near((await pixelsOf(ink))[0], [0, 0, 0]);
    near((await pixelsOf(ink, { colour: [200, 100, 50] }))[0], [200, 100, 50]);
    const [grey] = await rasterise("test", [ink], { ...options, colour: [0, 255, 0], channels: 1 });
    assert.equal(grey!.length, 64);
    assert.equal(grey![0], Math.round(0.587 * 255));
  });

  it("draws what goes far over its edges, which resvg by itself panics over, as if that were not there", async () => {
    const inside = '<path fill="#0a0" d="M0 0h8v4H0z"/>';
    const outside = '<path fill="#f00" opacity=".5" d="M40 -30h8v8h-8z"/>';
    assert.deepEqual(await pixelsOf(drawing(inside + outside)), await pixelsOf(drawing(inside)));
    const { drawings } = await iconSet("test", "@iconify-json/noto");
    for (const name of ["package", "rainbow-flag"]) {
      const pixels = await pixelsOf(drawings.get(name)!, { size: 32 });
      assert.ok(new Set(pixels.map(String)).size > 50, name);
    }
  });

  it("needs no fonts: text draws nothing", async () => {
    assert.ok((await pixelsOf(drawing('<text x="0" y="8" font-size="8">W</text>'))).every((pixel) => pixel.join() === "255,255,255"));
  });

  it("draws once what it is asked for twice", async () => {
    const one = drawing('<path d="M0 0h4v8H0z"/>');
    const [[first], [second]] = [await rasterise("test", [one], options), await rasterise("test", [one], options)];
    assert.equal(first, second);
    assert.notEqual((await rasterise("test", [one], { ...options, size: 4 }))[0], first);
  });

  it("says who asked when a drawing is no SVG", async () => {
    await assert.rejects(rasterise("emoji", [drawing("<path d=")], options), (error: unknown) => {
      assert.ok(error instanceof SourceFailed);
      assert.match(error.message, /^emoji: a drawing cannot be rasterised \(.*\): <path d=$/);
      return true;
    });
  });
});

describe("parseIconSet", () => {
  it("leaves hidden drawings and aliases out, and knows every view box", () => {
    const file = {
      width: 36,
      height: 36,
      icons: { a: { body: "A" }, old: { body: "B", hidden: true }, wide: { body: "C", width: 48, left: -2 } },
      aliases: { b: { parent: "a" } },
    };
    const { drawings, categories } = parseIconSet(file, { categories: { Food: ["a", "wide"] } });
    assert.deepEqual([...drawings], [
      ["a", { body: "A", left: 0, top: 0, width: 36, height: 36 }],
      ["wide", { body: "C", left: -2, top: 0, width: 48, height: 36 }],
    ]);
    assert.deepEqual([...categories], [["a", "Food"], ["wide", "Food"]]);
    assert.equal(parseIconSet({ icons: { a: { body: "A" } } }).drawings.get("a")!.width, 16);
  });
});
