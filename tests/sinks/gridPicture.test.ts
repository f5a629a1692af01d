import { gridPicture } from "../../src/sinks/gridPicture.ts";
import type { Picture } from "../../src/sinks/picture.ts";
import { assert, describe, it } from "../kit/kit.ts";

function pixel({ width, channels, data }: Picture, x: number, y: number): readonly number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

describe("gridPicture", () => {
  it("puts samples side by side, row by row, with lines of 2 pixels around each", () => {
    // Five samples of 2 x 1 grey pixels in rows of 3: sample i has the values 50 i and 255 - 50 i.
    const values = Float32Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 25 * i : 255 - 25 * (i - 1)));
    const picture = gridPicture({ count: 5, shape: [1, 2, 1], range: [0, 255], values }, { columns: 3, scale: 1 });
    assert.deepEqual([picture.width, picture.height, picture.channels], [3 * 4 + 2, 2 * 3 + 2, 1]);
    for (let i = 0; i < 5; i++) {
      const [left, top] = [2 + (i % 3) * 4, 2 + Math.floor(i / 3) * 3];
      assert.deepEqual(pixel(picture, left, top), [50 * i]);
      assert.deepEqual(pixel(picture, left + 1, top), [255 - 50 * i]);
    }
    const inked = picture.data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
    assert.equal(inked, 9, "one of the ten values is 0, all else is black");
  });

  it("maps the range to 0 … 255 and cuts off what lies outside", () => {
    const values = Float32Array.of(-2, -1, -0.5, 0, 1, 7, NaN);
    const picture = gridPicture({ count: 1, shape: [1, 7], range: [-1, 1], values }, { scale: 1 });
    assert.deepEqual([...picture.data.subarray(2 * 11 + 2, 2 * 11 + 9)], [0, 0, 64, 128, 255, 255, 0]);
  });

  it("stretches samples without a range from their smallest to their largest value", () => {
    const picture = gridPicture({ count: 1, shape: [1, 3, 1], values: Float32Array.of(10, 15, 20) }, { scale: 1 });
    assert.deepEqual([...picture.data.subarray(2 * 7 + 2, 2 * 7 + 5)], [0, 128, 255]);
  });

  it("keeps colours, and enlarges each pixel to a square", () => {
    const values = Float32Array.of(1, 0, 0, 0, 1, 0);
    const picture = gridPicture({ count: 1, shape: [1, 2, 3], range: [0, 1], values }, { scale: 3 });
    assert.deepEqual([picture.width, picture.height, picture.channels], [10, 7, 3]);
    assert.deepEqual(pixel(picture, 2, 2), [255, 0, 0]);
    assert.deepEqual(pixel(picture, 4, 4), [255, 0, 0]);
    assert.deepEqual(pixel(picture, 5, 4), [0, 255, 0]);
    assert.deepEqual(pixel(picture, 8, 4), [0, 0, 0]);
  });

  it("leaves the lines of a picture with transparency opaque", () => {
    const picture = gridPicture({ count: 1, shape: [1, 1, 4], range: [0, 1], values: new Float32Array(4) }, { scale: 1 });
    assert.deepEqual(pixel(picture, 0, 0), [0, 0, 0, 255]);
    assert.deepEqual(pixel(picture, 2, 2), [0, 0, 0, 0]);
  });

  it("makes a nearly square grid of samples of about 64 pixels unless told", () => {
    const of = (count: number, side: number): Picture => gridPicture({ count, shape: [side, side, 1], values: new Float32Array(count * side * side) });
    assert.deepEqual([of(64, 28).width, of(64, 28).height], [8 * 58 + 2, 8 * 58 + 2]);
    assert.deepEqual([of(5, 128).width, of(5, 128).height], [3 * 130 + 2, 2 * 130 + 2]);
  });

  it("refuses what is no image", () => {
    assert.throws(() => gridPicture({ count: 1, shape: [5], values: new Float32Array(5) }), /shape \[5\] make no picture/);
    assert.throws(() => gridPicture({ count: 1, shape: [2, 2, 2], values: new Float32Array(8) }), /1, 3 or 4 channels/);
  });
});
