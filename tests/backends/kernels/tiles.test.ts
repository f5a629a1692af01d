import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { tileOf, tilesFor, tilesName, useTiles } from "../../../src/backends/kernels/tiles.ts";
import { workgroupTile } from "../../../src/backends/kernels/workgroupTile.ts";
import { assert, describe, it } from "../../kit/kit.ts";

describe("tiles", () => {
  it("are a function of the adapter's kind, and of what was asked for before that", () => {
    const choices = (["auto", "registers", "workgroup"] as const).map((asked) => [true, false].map((isSoftware) => tilesFor(asked, { isSoftware })));
    assert.deepEqual(choices, [["registers", "workgroup"], ["registers", "registers"], ["workgroup", "workgroup"]]);
  });

  it("stand in a manifest's kernels by name", () => {
    assert.deepEqual((["registers", "workgroup"] as const).map(tilesName), ["tiles/registers", "tiles/workgroup"]);
  });

  it("are those of the backend a kernel runs on, and registers where none was told", () => {
    const [told, other] = [{}, {}] as unknown as [WebGPUBackend, WebGPUBackend];
    useTiles(told, "workgroup");
    assert.deepEqual([told, other].map((backend) => tileOf(backend, 100, 100).kind), ["workgroup", "registers"]);
    useTiles(told, "registers");
    assert.equal(tileOf(told, 100, 100).kind, "registers");
  });
});

describe("workgroup tiles", () => {
  it("are 64 a side, 32 where that is too wide or gives few tiles, and tall for few columns", () => {
    const sides = (...of: Parameters<typeof workgroupTile>): readonly number[] => {
      const { height, breadth } = workgroupTile(...of);
      return [height, breadth];
    };
    assert.deepEqual(sides(64 * 64, 64), [64, 64]);
    assert.deepEqual(sides(64 * 63, 64), [32, 32]);
    assert.deepEqual(sides(64 * 63, 65), [64, 64]);
    assert.deepEqual(sides(64, 64, 64), [64, 64]);
    assert.deepEqual(sides(1e6, 32), [32, 32]);
    assert.deepEqual(sides(32, 1e6), [32, 32]);
    assert.deepEqual(sides(1e6, 8), [128, 8]);
    assert.deepEqual(sides(1, 1), [128, 8]);
  });

  it("cover the product, with 16 elements a thread and no more threads than a workgroup has", () => {
    for (const rows of [1, 31, 64, 129, 5000]) {
      for (const columns of [1, 4, 8, 9, 33, 64, 1030]) {
        const { height, breadth, across, down, size } = workgroupTile(rows, columns);
        assert.ok(down * height >= rows && (down - 1) * height < rows, `${rows} rows`);
        assert.ok(across * breadth >= columns && (across - 1) * breadth < columns, `${columns} columns`);
        assert.equal(size * 16, height * breadth);
        assert.ok(size <= 256);
      }
    }
  });
});
