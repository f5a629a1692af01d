import { mkdtemp, readFile, rm } from "node:fs/promises";
import { decode } from "fast-png";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dotsOf } from "../../src/sinks/lettering.ts";
import { linePicture } from "../../src/sinks/linePicture.ts";
import type { Colour, Picture } from "../../src/sinks/picture.ts";
import { ticks } from "../../src/sinks/ticks.ts";
import { writePlot } from "../../src/sinks/writePlot.ts";
import { assert, describe, it } from "../kit/kit.ts";

const red: Colour = [255, 0, 0];

function pixel({ width, data }: Picture, x: number, y: number): readonly number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x + 1) * 3)];
}

/** Where in the picture a value lies: the plot is 640 × 400 with margins of 56, 16, 44 and 28. */
const column = (share: number): number => Math.floor(56 + share * (640 - 56 - 16));
const row = (share: number): number => Math.floor(400 - 28 - share * (400 - 44 - 28));

const isRed = ([r, g, b]: readonly number[]): boolean => r! > 240 && g! < 60 && b! < 60;

/** Pixels that are purely red. */
function redPixels(picture: Picture): number {
  let count = 0;
  for (let at = 0; at < picture.data.length; at += 3) if (picture.data[at] === 255 && picture.data[at + 1] === 0 && picture.data[at + 2] === 0) count++;
  return count;
}

describe("linePicture", () => {
  const range = { x: [0, 1], y: [0, 1] } as const;

  it("draws a line where its points are: x to the right, y upwards", () => {
    const picture = linePicture({ ...range, series: [{ x: [0, 1], y: [0.2, 0.8], colour: red }] });
    for (const at of [0.1, 0.5, 0.9]) assert.ok(isRed(pixel(picture, column(at), row(0.2 + 0.6 * at))), `at ${at}`);
    for (const at of [0.15, 0.85]) assert.ok(!isRed(pixel(picture, column(at), row(0.8 - 0.6 * at))), `at ${at}`);
  });

  it("is two pixels wide, at any slope", () => {
    const lengths = [[0, 0], [0, 1]].map(([from, to]) => Math.hypot(568 * 0.8, 328 * (to! - from!) * 0.8));
    const [flat, steep] = [[0.5, 0.5], [0.1, 0.9]].map((y) => {
      const picture = linePicture({ ...range, series: [{ x: [0.1, 0.9], y, colour: red }] });
      const paper = linePicture({ ...range, series: [] });
      // What the line took from the green of the paper.
      return picture.data.reduce((sum, value, at) => sum + (at % 3 === 1 ? (paper.data[at]! - value) / Math.max(1, paper.data[at]!) : 0), 0);
    });
    assert.ok(Math.abs(flat! / lengths[0]! - 2) < 0.1, `${flat! / lengths[0]!}`);
    assert.ok(Math.abs(steep! / lengths[1]! - 2) < 0.1, `${steep! / lengths[1]!}`);
  });

  it("leaves out what lies outside of the axes, and breaks at what is no number", () => {
    const blank = linePicture({ ...range, series: [] });
    const outside = linePicture({ ...range, series: [{ x: [0, 1], y: [2, 3] }, { x: [5, 6], y: [0.5, 0.5] }, { x: [0, 0.5, 1], y: [0.5, NaN, 0.5] }] });
    assert.deepEqual(outside, blank);
    const across = linePicture({ ...range, series: [{ x: [-1, 2], y: [0.5, 0.5], colour: red }] });
    assert.ok(isRed(pixel(across, column(0) + 1, row(0.5))) && !isRed(pixel(across, column(0) - 1, row(0.5))));
    assert.ok(isRed(pixel(across, column(1) - 1, row(0.5))) && !isRed(pixel(across, column(1) + 1, row(0.5))));
  });

  it("shades what lies below a filled line, once", () => {
    const picture = linePicture({ ...range, series: [{ x: [0, 0.33, 1], y: [0.5, 0.5, 0.5], colour: red, isFilled: true }] });
    for (const at of [0.33, 0.55]) assert.deepEqual(pixel(picture, column(at), row(0.27)), [255, 217, 217], `15 % of red over white at ${at}`);
    assert.deepEqual(pixel(picture, column(0.55), row(0.77)), [255, 255, 255]);
  });

  it("writes labels in the colour of their lines, and shows the last series on top", () => {
    const line = { x: [0.1, 0.9], y: [0.5, 0.5] };
    const without = redPixels(linePicture({ ...range, series: [{ ...line, colour: red }] }));
    const labelled = redPixels(linePicture({ ...range, series: [{ ...line, colour: red, label: "I" }] }));
    assert.equal(labelled - without, 12 * 4 + 9 * 4, "a bar of 12 × 4, and an I of 9 dots of 2 × 2");
    assert.ok(redPixels(linePicture({ ...range, series: [{ ...line, colour: red }, { ...line, colour: [0, 0, 0] }] })) < 10);
  });

  it("writes labels that do not fit into one row into the next", () => {
    const labels = ["one that is rather long", "another that is as long", "a third that does not fit"];
    const blank = { x: [], y: [], colour: red };
    const rowsOf = (count: number): readonly number[] => {
      const picture = linePicture({ ...range, series: labels.slice(0, count).map((label) => ({ ...blank, label })) });
      return Array.from({ length: picture.height }, (_, y) => y).filter((y) => isRed(pixel(picture, 60, y)));
    };
    assert.deepEqual(rowsOf(2), [28, 29, 30, 31]);
    assert.deepEqual(rowsOf(3), [28, 29, 30, 31, 42, 43, 44, 45]);
  });

  it("fits its axes to the points, and stands with none", () => {
    const fitted = linePicture({ series: [{ x: [100, 200], y: [1e-3, 3e-3], colour: red }] });
    assert.ok(isRed(pixel(fitted, column(0.5), row(0.5))));
    assert.doesNotThrow(() => linePicture({ series: [] }));
    assert.doesNotThrow(() => linePicture({ series: [{ x: [1], y: [NaN] }] }));
  });

  it("grows with its scale", () => {
    const picture = linePicture({ ...range, series: [{ x: [0, 1], y: [0.5, 0.5], colour: red }], scale: 2 });
    assert.deepEqual([picture.width, picture.height, picture.data.length], [1280, 800, 1280 * 800 * 3]);
    assert.ok(isRed(pixel(picture, 2 * column(0.5), 2 * row(0.5))));
  });
});

describe("ticks", () => {
  it("are round numbers within the range", () => {
    assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(-0.31, 0.32, 6), [-0.2, 0, 0.2]);
    assert.deepEqual(ticks(0, 4000, 4), [0, 1000, 2000, 3000, 4000]);
    assert.deepEqual(ticks(-3, 3, 6), [-3, -2, -1, 0, 1, 2, 3]);
  });
});

describe("lettering", () => {
  it("places the dots of letters side by side, and leaves a gap for what it does not know", () => {
    assert.deepEqual(dotsOf("."), [[1, 4]]);
    assert.deepEqual(dotsOf("☃-"), [[4, 2], [5, 2], [6, 2]]);
    assert.deepEqual(dotsOf("g"), dotsOf("G"));
  });
});

describe("writePlot", () => {
  it("writes a PNG and makes the folder", async () => {
    const root = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    try {
      const path = join(root, "below", "plot.png");
      await writePlot(path, { series: [{ x: [0, 1], y: [1, 0], label: "down" }], title: "a line" });
      const { width, height, channels } = decode(await readFile(path), { checkCrc: true });
      assert.deepEqual([width, height, channels], [640, 400, 3]);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it("refuses what cannot be drawn, by name", async () => {
    await assert.rejects(writePlot("x.png", { series: [{ x: [0, 1], y: [1] }] }), /writePlot: series\[0\]\.y: expected 2 values, one for each x, got 1/);
    await assert.rejects(writePlot("x.png", { series: [], y: [1, 1] }), /writePlot: y: expected \[low, high\] with low < high, got \[1, 1\]/);
    await assert.rejects(writePlot("x.png", { series: [{ x: [], y: [], color: [0, 0, 0] } as never] }), /unknown option; did you mean "colour"/);
  });
});
