import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceFailed } from "../../src/game/failure.ts";
import { cifar10 } from "../../src/sources/cifar10.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const folder = await mkdtemp(join(tmpdir(), "cifar-"));
after(() => rm(folder, { recursive: true }));

/** A record by the format's description: the label, then 1,024 red, 1,024 green and 1,024 blue bytes, row by row. */
function record(label: number, colour: (x: number, y: number) => readonly [number, number, number]): number[] {
  const plane = (channel: 0 | 1 | 2): number[] => Array.from({ length: 1024 }, (_, i) => colour(i % 32, i >> 5)[channel]);
  return [label, ...plane(0), ...plane(1), ...plane(2)];
}
const save = (name: string, ...records: number[][]): Promise<void> => writeFile(join(folder, name), Uint8Array.from(records.flat()));

before(async () => {
  for (let batch = 1; batch <= 5; batch++) {
    await save(`data_batch_${batch}.bin`, record(batch, () => [batch, 0, 255]), record(9, (x, y) => [x, y, batch]));
  }
  await save("test_batch.bin", record(0, (x, y) => [x, y, 7]));
});

describeSource("cifar10", () => cifar10({ folder, batchSize: 2 }));

describe("cifar10", () => {
  it("reads the five batches in their order, with the colours last", async () => {
    const open = await opened(cifar10({ folder, batchSize: 2, shuffle: false }));
    assert.deepEqual(open.fields, {
      samples: { shape: [32, 32, 3], dtype: "float32", range: [-1, 1] },
      labels: { shape: [], dtype: "int32", classes: 10 },
    });
    assert.equal(open.length, 10);
    const batch = await open.at(0, 10, signal);
    assert.deepEqual([...batch.fields["labels"]!], [1, 9, 2, 9, 3, 9, 4, 9, 5, 9]);
    const rows = rowsOf(batch, "samples");
    const level = (byte: number): number => Math.fround(byte / 127.5 - 1);
    assert.deepEqual(rows[2]!.slice(0, 6), [2, 0, 255, 2, 0, 255].map(level));
    // Row y = 3, column x = 5 of the second image of the fourth batch.
    assert.deepEqual(rows[7]!.slice((3 * 32 + 5) * 3, (3 * 32 + 5) * 3 + 3), [5, 3, 4].map(level));
  });

  it("has the test batch apart, and says what was in the files", async () => {
    const test = await opened(cifar10({ folder, batchSize: 1, split: "test" }));
    assert.equal(test.length, 1);
    const train = await opened(cifar10({ folder, batchSize: 1 }));
    assert.match(test.content!, /^[0-9a-f]{32}$/);
    assert.notEqual(test.content, train.content);
  });

  it("refuses what is damaged or missing, and says which file", async () => {
    const fails = (expected: RegExp): Promise<void> =>
      assert.rejects(opened(cifar10({ folder, batchSize: 1, split: "test" })), (error: unknown) => {
        assert.ok(error instanceof SourceFailed);
        assert.match(error.message, expected);
        return true;
      });
    await save("test_batch.bin", record(0, () => [0, 0, 0]).slice(0, 3000));
    await fails(/^cifar10: .*test_batch\.bin: expected records of 3073 bytes, found 3000 bytes/);
    await save("test_batch.bin");
    await fails(/found 0 bytes/);
    await save("test_batch.bin", record(3, () => [0, 0, 0]), record(10, () => [0, 0, 0]));
    await fails(/record 1: expected a label from 0 to 9, found 10/);
    await rm(join(folder, "test_batch.bin"));
    await fails(/test_batch\.bin: there is no such file/);
  });

  it("checks its options", () => {
    assert.throws(() => cifar10({ folder: "", batchSize: 0, split: "dev" } as never), /folder: [^]*batchSize: [^]*split: expected one of "train", "test", got "dev"/);
  });
});
