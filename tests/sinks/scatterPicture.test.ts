import type { Picture } from "../../src/sinks/picture.ts";
import { extentOf, scatterPicture } from "../../src/sinks/scatterPicture.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const blue = [0, 0, 255] as const;
const red = [255, 0, 0] as const;

function pixel({ width, data }: Picture, x: number, y: number): readonly number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x + 1) * 3)];
}

describe("scatterPicture", () => {
  it("puts a point where it belongs: x to the right, y upwards", () => {
    const picture = scatterPicture([{ points: Float32Array.of(0.5, 0.5), colour: blue }], [-1, 1]);
    const [x, y] = [Math.round(0.75 * 479), 479 - Math.round(0.75 * 479)];
    const [r, g, b] = pixel(picture, x, y);
    assert.equal(b, 255);
    assert.ok(r! < 100 && r === g, `the dot's middle is ${r}, ${g}, ${b}`);
    assert.deepEqual(pixel(picture, x, 479 - y), [255, 255, 255]);
  });

  it("gets darker where more points fall, and shows the last layer on top", () => {
    const one = scatterPicture([{ points: Float32Array.of(0.5, 0.5), colour: blue }], [0, 1]);
    const two = scatterPicture([{ points: Float32Array.of(0.5, 0.5, 0.5, 0.5), colour: blue }], [0, 1]);
    const covered = scatterPicture([{ points: Float32Array.of(0.5, 0.5), colour: blue }, { points: Float32Array.of(0.5, 0.5), colour: red }], [0, 1]);
    const at = (picture: Picture): readonly number[] => pixel(picture, 240, 239);
    assert.ok(at(two)[0]! < at(one)[0]!);
    assert.ok(at(covered)[0]! > at(covered)[2]!);
  });

  it("leaves out what lies outside, and what is no number", () => {
    const blank = scatterPicture([], [-1, 1]);
    const points = Float32Array.of(3, 0, 0, -2.5, NaN, 0.5, 0.5, Infinity);
    assert.deepEqual(scatterPicture([{ points, colour: blue }], [-1, 1]), blank);
  });

  it("grows with its scale", () => {
    const picture = scatterPicture([], [-1, 1], 2);
    assert.deepEqual([picture.width, picture.height, picture.data.length], [960, 960, 960 * 960 * 3]);
  });

  it("finds an extent in which all points lie, with a margin", () => {
    close(extentOf(Float32Array.of(-1, 0, 1, 0.5)), [-1.25, 1.25], 1e-6);
    close(extentOf(Float32Array.of(2, 2, 2, NaN)), [1, 3], 1e-6);
    assert.deepEqual(extentOf(Float32Array.of(NaN, NaN)), [-1, 1]);
  });
});
