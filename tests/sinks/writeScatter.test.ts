import { decode } from "fast-png";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeScatter } from "../../src/sinks/writeScatter.ts";
import { assert, describe, it } from "../kit/kit.ts";

describe("writeScatter", () => {
  it("puts plots side by side on one scale, each class in a colour of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    try {
      const path = join(folder, "new", "latents.png");
      const points = Float32Array.of(0.5, 0.5, -0.5, 0.5);
      await writeScatter(path, [{ points, labels: [0, 3] }, { points: points.slice(0, 2), beneath: Float32Array.of(-0.5, -0.5) }], { extent: [-1, 1] });
      const { width, height, channels, data } = decode(await readFile(path), { checkCrc: true });
      assert.deepEqual([width, height, channels], [480 + 8 + 480, 480, 3]);
      const pixel = (left: number, x: number, y: number): readonly number[] => {
        const [column, row] = [left + Math.round(((x + 1) / 2) * 479), 479 - Math.round(((y + 1) / 2) * 479)];
        return [...data.subarray((row * width + column) * 3, (row * width + column) * 3 + 3)];
      };
      const [first, fourth] = [pixel(0, 0.5, 0.5), pixel(0, -0.5, 0.5)];
      assert.ok(first[2]! > first[0]! + 50, `blue, got ${first}`);
      assert.ok(fourth[0]! > fourth[2]! + 50, `red, got ${fourth}`);
      assert.deepEqual(pixel(488, 0.5, 0.5), first);
      const [r, g, b] = pixel(488, -0.5, -0.5);
      assert.ok(r === g && g === b && r! < 255, "grey beneath");
      assert.deepEqual(pixel(488, -0.5, 0.5), [255, 255, 255]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says what is wrong with its options", async () => {
    await assert.rejects(writeScatter("x.png", []), /writeScatter: plots: expected a list of at least 1/);
    await assert.rejects(writeScatter("x.png", [{ points: Float32Array.of(1) }]), /writeScatter: plots\[0\].points: expected a typed array/);
  });
});
